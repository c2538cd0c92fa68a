"""Query parameters of a call: declared once, read strictly, described in the schema from the same lines. Pure."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter

from cpanet.core.errors import DomainError
from cpanet.core.numbers import MAX_ID, whole_number

MAX_VALUES = 500
MAX_TEXT = 600
MAX_LIMIT = 500
DEFAULT_LIMIT = 100


class BadParameter(DomainError):
    """A query parameter is not known or has a value that it cannot have."""

    code = "bad_parameter"
    status = 400


@dataclass(frozen=True)
class Parameter:
    """`kind`: id, ids, text, texts, choice, choices, day, moment, flag, limit or cursor; lists are comma-separated."""

    name: str
    kind: str
    description: str
    options: tuple[str, ...] = ()
    required: bool = False
    example: object = None
    most: int = MAX_VALUES


AFTER = Parameter("after", "cursor", "The `next_cursor` of the page before.")
LIMIT = Parameter("limit", "limit", f"How many rows at most: 1 to {MAX_LIMIT}, {DEFAULT_LIMIT} without it.", example=50)
DRY_RUN = Parameter("dry_run", "flag", "With 1 nothing is written: the answer says what would happen.")


def read(parameters: Iterable[Parameter], given: Mapping) -> dict:
    """The values of the given parameters by name (None for those left out, lists for lists). `given` is a QueryDict.

    Raises BadParameter for an unknown, repeated, missing or malformed one.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in given:
        if name not in known:
            raise BadParameter(_unknown(name, known), field=name, code="unknown_parameter")
        if len(given.getlist(name)) > 1:
            raise BadParameter(_("Give “%s” once; lists are separated by commas.") % name, field=name)
    return {name: _value(parameter, given.get(name)) for name, parameter in known.items()}


def described(parameters: Iterable[Parameter]) -> list[OpenApiParameter]:
    """The same for the schema."""
    return [
        OpenApiParameter(
            parameter.name,
            type=_schema(parameter),
            location=OpenApiParameter.QUERY,
            required=parameter.required,
            description=parameter.description,
            style="form" if _is_list(parameter) else None,
            explode=False if _is_list(parameter) else None,
        )
        for parameter in parameters
    ]


def suggestion(name: str, known: Iterable[str]) -> str:
    """“ Did you mean “…”?” or ""."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return " " + _("Did you mean “%s”?") % near[0] if near else ""


def _unknown(name, known):
    return (_("This call has no parameter “%s”.") % name[:60]) + suggestion(name, known)


def _is_list(parameter):
    return parameter.kind in ("ids", "texts", "choices")


def _value(parameter, text):
    if text is None:
        if parameter.required:
            raise BadParameter(_("Give “%s”.") % parameter.name, field=parameter.name, code="required")
        return None
    if "\x00" in text:
        raise BadParameter(_("“%s” has a character that it cannot have.") % parameter.name, field=parameter.name)
    if not _is_list(parameter):
        return _READERS[parameter.kind](parameter, text)
    parts = text.split(",") if text else []
    if len(parts) > parameter.most:
        raise BadParameter(_("At most %d values at once.") % parameter.most, field=parameter.name)
    return [_READERS[parameter.kind](parameter, part) for part in parts]


def _wrong(parameter, hint):
    return BadParameter(f"{parameter.name}: {hint}", field=parameter.name)


def _id(parameter, text):
    number = whole_number(text)
    if not number:
        raise _wrong(parameter, _("ids are whole numbers above zero."))
    return number


def _text(parameter, text):
    if len(text) > MAX_TEXT:
        raise _wrong(parameter, _("at most %d characters.") % MAX_TEXT)
    return text


def _choice(parameter, text):
    if text not in parameter.options:
        hint = _("“%s” is none of: %s.") % (text[:60], ", ".join(parameter.options))
        raise _wrong(parameter, hint + suggestion(text, parameter.options))
    return text


def _day(parameter, text) -> date:
    found = _parsed(parse_date, text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    if found is None:
        raise _wrong(parameter, _("write a day like 2026-11-30."))
    return found


def _moment(parameter, text) -> datetime:
    found = _parsed(parse_datetime, text.replace(" ", "+"))  # a "+" of the zone that was not quoted
    if found is None or found.tzinfo is None or not 2000 <= found.year < 2200:
        raise _wrong(parameter, _("write a moment with its zone, like 2026-11-30T12:00:00Z."))
    return found


def _parsed(parse, text):
    try:
        return parse(text)
    except ValueError:
        return None


def _flag(parameter, text) -> bool:
    if text not in ("0", "1", "true", "false"):
        raise _wrong(parameter, _("write 1 or 0."))
    return text in ("1", "true")


def _limit(parameter, text) -> int:
    number = whole_number(text, most=MAX_LIMIT)
    if not number:
        raise _wrong(parameter, _("a number from 1 to %d.") % MAX_LIMIT)
    return number


_READERS = {
    "id": _id, "ids": _id, "text": _text, "texts": _text, "choice": _choice, "choices": _choice, "day": _day,
    "moment": _moment, "flag": _flag, "limit": _limit, "cursor": _text,
}  # fmt: skip
_ID_SCHEMA = {"type": "integer", "minimum": 1, "maximum": MAX_ID}


def _schema(parameter):
    one = {
        "id": _ID_SCHEMA,
        "ids": _ID_SCHEMA,
        "text": {"type": "string", "maxLength": MAX_TEXT},
        "texts": {"type": "string", "minLength": 1, "maxLength": MAX_TEXT},
        "choice": {"type": "string", "enum": list(parameter.options)},
        "choices": {"type": "string", "enum": list(parameter.options)},
        "day": {"type": "string", "format": "date"},
        "moment": {"type": "string", "format": "date-time"},
        "flag": {"type": "string", "enum": ["0", "1"]},
        "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        "cursor": {"type": "string"},
    }[parameter.kind]
    if _is_list(parameter):
        one = {"type": "array", "items": one, "minItems": 1, "maxItems": parameter.most}
    return one | ({"example": parameter.example} if parameter.example is not None else {})
