"""What an address for a webmaster's tracker may carry. Pure.

Only what the webmaster may see: what he earns, never what the advertiser pays, nor the advertiser's order id; the
transaction id of a lead is our own.
"""

import difflib
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cpanet.core.errors import DomainError
from cpanet.core.macros import MisplacedMacro, Template, UnknownMacro, render, validate_address

SUBS = tuple(f"sub{number}" for number in range(1, 11))
MACROS = {
    "external_click_id": _("your own id of the click, given in the link as click_id=…"),
    "click_id": _("our id of the click"),
    "status": _("the word you have chosen for the lead's status"),
    "payout": _("what you earn, such as 8.00; 0.00 when declined"),
    "currency": _("three letters, such as USD"),
    "conversion_id": _("id of the lead, the same in all its events"),
    "transaction_id": _("the same, under the name many trackers use"),
    "event": "created, approved, declined, changed, paid, payout",
    "reason": _("why it was declined, a word such as returned; of a payout, in words"),
    "offer_id": _("number of the offer"),
    "offer_name": _("name of the offer"),
    "goal": _("code of the goal"),
    "goal_id": _("number of the goal"),
    "link_id": _("number of your link"),
    **{name: format_lazy("{} {}", _("your mark of the click, number"), place) for place, name in enumerate(SUBS, 1)},
    "source": _("traffic source as you named it in the link"),
    "country": _("country of the visitor, two letters"),
    "device": "desktop, mobile, tablet, tv, other",
    "click_time": _("time of the click, Unix seconds"),
    "click_time_iso": _("time of the click, ISO 8601"),
    "conversion_time": _("time of the lead, Unix seconds"),
    "conversion_time_iso": _("time of the lead, ISO 8601"),
    "event_time": _("time of the event, Unix seconds"),
    "event_time_iso": _("time of the event, ISO 8601"),
    "payout_id": _("of payouts only: its id, the same in all its events"),
    "payout_status": "requested, approved, sent, unknown, paid, failed, returned, rejected",
    "payout_amount": _("of payouts only: what leaves your balance, such as 50.00"),
    "payout_fee": _("of payouts only: its fee"),
    "payout_net": _("of payouts only: what reaches you"),
    "payout_method": _("of payouts only: the name of the method"),
    "payout_time": _("of payouts only: when it was asked for, Unix seconds"),
    "payout_time_iso": _("of payouts only: when it was asked for, ISO 8601"),
}
OF_PAYOUTS = frozenset(name for name in MACROS if name.startswith("payout_"))
# A lead that exists only in previews and tests.
EXAMPLE = {
    "external_click_id": "wq81k2f7", "click_id": "019a9c5d80177089bf2668dcc0e8e8ed", "status": "approved",
    "payout": "8.00", "currency": "USD", "conversion_id": "conv_01k9w5v0q8e2z9s4t6c3m1x7yd",
    "transaction_id": "conv_01k9w5v0q8e2z9s4t6c3m1x7yd", "event": "approved", "reason": "", "offer_id": "12",
    "offer_name": "Lamps & Co", "goal": "sale", "goal_id": "20", "link_id": "41",
    **dict.fromkeys(SUBS, ""), "sub1": "blog", "sub2": "june", "source": "newsletter", "country": "DE",
    "device": "mobile", "click_time": "1795253400", "click_time_iso": "2026-11-21T09:30:00+00:00",
    "conversion_time": "1795255331", "conversion_time_iso": "2026-11-21T10:02:11+00:00", "event_time": "1795341600",
    "event_time_iso": "2026-11-22T10:00:00+00:00",
}  # fmt: skip
EXAMPLE_PAYOUT = {
    "event": "payout", "payout_id": "payout_01k9w5v0q8e2z9s4t6c3m1x7yd", "payout_status": "paid",
    "payout_amount": "100.00", "payout_fee": "2.00", "payout_net": "98.00", "payout_method": "Bank transfer",
    "currency": "USD", "reason": "", "payout_time": "1795255331", "payout_time_iso": "2026-11-21T10:02:11+00:00",
    "event_time": "1795341600", "event_time_iso": "2026-11-22T10:00:00+00:00",
}  # fmt: skip
# What {status} says unless the receiver has words of its own; one word per stage of a lead.
STAGES = ("pending", "approved", "declined", "paid")
_PLACEHOLDER = re.compile(r"YOUR-[A-Z]+")
_WORD = re.compile(r"[^\x00-\x1f\x7f]{0,60}")


class BadAddress(DomainError):
    """This address cannot be called."""

    code = "bad_address"
    field = "address"


def check_address(address: str) -> None:
    """Raises BadAddress with what to mend: no web address, an unknown macro, a macro in the name of the server."""
    try:
        host = urlsplit(address).hostname
        validate_address(address, known=MACROS)
    except UnknownMacro as error:
        raise BadAddress(_unknown(error.name)) from None
    except MisplacedMacro:
        raise BadAddress(gettext("Macros may stand only after the name of the server.")) from None
    except ValueError:
        host = None
    if not host or not address.lower().startswith(("http://", "https://")) or re.search(r"[\s\x00-\x1f]", address):
        raise BadAddress(gettext("Write the whole address, beginning with https://, without spaces."))
    if left := _PLACEHOLDER.search(address):
        raise BadAddress(gettext("Put your own value in the place of %s.") % left.group())
    if "." not in host and ":" not in host:
        raise BadAddress(gettext("“%s” is not the name of a server on the internet.") % host[:60])


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.lower(), MACROS, n=1, cutoff=0.5)
    sentence = gettext("There is no macro {%s}.") % name[:60]
    return sentence + (" " + gettext("Did you mean {%s}?") % near[0] if near else "")


def checked_words(words: Mapping[str, str]) -> dict[str, str]:
    """The receiver's own status words, without empty ones. Raises BadAddress for unprintable ones."""
    found = {stage: str(words.get(stage, "")).strip() for stage in STAGES}
    for stage, word in found.items():
        if not _WORD.fullmatch(word):
            raise BadAddress(gettext("“%s” is too long for a status word, or cannot be sent.") % word[:60], field=stage)
    return {stage: word for stage, word in found.items() if word}


def values_for(facts: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    """The facts of an event as macros, with {status} in the receiver's own word: paid falls back to approved."""
    status = facts.get("status", "")
    word = words.get(status) or (words.get("approved") if status == "paid" else "") or status
    return {**facts, "status": word}


def filled(address: str, facts: Mapping[str, str], words: Mapping[str, str]) -> str:
    """The address with every value URL-quoted."""
    return render(address, values_for(facts, words))


def example_of(event: str) -> dict[str, str]:
    """What the example lead, or the example payout, says at this event."""
    if event == "payout":
        return dict(EXAMPLE_PAYOUT)
    status = {"created": "pending", "changed": "approved"}.get(event, event)
    declined = {"payout": "0.00", "reason": "returned"} if event == "declined" else {}
    return {**EXAMPLE, "event": event, "status": status, **declined}


def macros_in(address: str) -> set[str]:
    """The names of the macros an address uses."""
    return set(Template(address).names)
