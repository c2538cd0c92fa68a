"""A call as somebody pasted it: an address, a query, a form body or JSON. Pure."""

import json
from urllib.parse import parse_qsl, urlsplit

from tracking.incoming.call_parameters import MOST_FIELDS, Unreadable, from_json
from tracking.incoming.calls import Call, read_call
from tracking.incoming.raw_calls import TOKEN_NAMES
from tracking.incoming.reading import NAMES, Reading, named
from tracking.incoming.signing import SIGNING_NAMES
from tracking.incoming.unreplaced import is_macro


def parameters_of_text(text: str) -> dict[str, str]:
    """The parameters in a pasted text. Raises tracking.incoming.call_parameters.Unreadable, ValueError."""
    text = text.strip()
    if text.startswith("{"):
        return from_json(json.loads(text, parse_float=str, parse_int=str, parse_constant=str))
    query = urlsplit(text).query if "://" in text.split("?")[0] or text.startswith("/") else text.lstrip("?&")
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    if not pairs or "=" not in query:
        raise Unreadable("")
    return {name: value for name, value in pairs if name.lower() not in (*TOKEN_NAMES, *SIGNING_NAMES)}


def understood(parameters: dict[str, str], reading: Reading) -> list[tuple[str, str, str]]:
    """(our name, the value as it came, what is made of it) of every parameter of ours the call has.

    Raises tracking.incoming.calls.BadCall, tracking.incoming.baskets.BadBasket.
    """
    call = read_call(parameters, reading)
    values = named(parameters, reading)
    return [(name, values[name], _made(name, call)) for name in NAMES if values[name]]


def unused(parameters: dict[str, str], reading: Reading) -> list[tuple[str, str, bool]]:
    """(name, value, whether it is an unreplaced macro) of the parameters that mean nothing to us."""
    known = {*NAMES, *(name.lower() for names in reading.names.values() for name in names)}
    return [(name, value, is_macro(value)) for name, value in parameters.items() if name.lower() not in known]


def _made(name: str, call: Call) -> str:
    made = {
        "click_id": call.click_id.hex if call.click_id else "", "status": call.status or call.unknown_status and "?",
        "items": f"{len(call.basket)} × = {call.amount}" if call.basket else "",
        "cookie": " ".join(uid.hex for uid in call.cookie), "test": "1" if call.is_test else "0",
        "amount": "" if call.amount is None else f"{call.amount:f}",
    }  # fmt: skip
    return made.get(name, str(getattr(call, name, "")))
