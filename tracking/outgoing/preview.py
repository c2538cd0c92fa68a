"""What a receiver would be sent, shown while it is being written. Pure."""

from collections.abc import Mapping

from cpanet.core.errors import DomainError
from tracking.outgoing.calls import postback_order, webhook_order
from tracking.outgoing.macros import STAGES, check_address, checked_words, example_of
from tracking.outgoing.words import SHORT_EVENTS, Method

SAMPLE_SECRET = "whsec_" + "A" * 44
_SAMPLE_ID = "msg_01k9w5v0q8e2z9s4t6c3m1x7yd"


def preview_of(form, kind: str) -> dict:
    """`calls`: for each chosen event its label and the request as text; or `error`; empty while nothing is typed."""
    typed = {name: form[name].value() or "" for name in form.fields}
    address = str(typed["address"]).strip()
    if not address:
        return {}
    try:
        check_address(address)
        words = checked_words({stage: typed.get(stage, "") for stage in STAGES})
    except DomainError as error:
        return {"error": str(error)}
    return {"calls": [_call(event, kind, address, typed, words) for event in SHORT_EVENTS if event in typed["events"]]}


def _call(event, kind: str, address: str, typed: Mapping, words: Mapping) -> dict:
    facts = example_of(event)
    if kind == "webhook":
        order = webhook_order(
            address=address, message_id=_SAMPLE_ID, facts=facts, secrets=[SAMPLE_SECRET],
            timestamp=int(facts["event_time"]),
        )  # fmt: skip
    else:
        method = Method.POST if typed.get("method") == Method.POST else Method.GET
        order = postback_order(address=address, method=method, facts=facts, words=words)
    return {"label": SHORT_EVENTS[event], "text": "\n".join(filter(None, [f"{order.method} {order.url}", order.body]))}
