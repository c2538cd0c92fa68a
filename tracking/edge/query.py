"""The query of a click: sub-ids and their usual names elsewhere, and the forms in which they are kept and sent on."""

from urllib.parse import quote, unquote_plus

from tracking.edge.memo import Memo

LONGEST_VALUE = 600
MOST_PARAMETERS = 100
CACHED_LENGTH = 80

SUBS = range(10)
EXTERNAL_CLICK_ID, SOURCE, COST = 10, 11, 12
MARKS = 13
_DEEP_LINK = 13

_ESCAPES = {0: None, ord("\\"): "\\\\", ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}


def _names() -> dict[str, int]:
    names = {"subid": 0, "sub_id": 0, "sub": 0, "aff_sub": 0, "clickref": 0}
    for number in SUBS:
        for stem in ("sub", "subid", "sub_id", "sub_id_", "aff_sub", "s", "p", "clickref"):
            names[f"{stem}{number + 1}"] = number
    for name in ("click_id", "aff_click_id", "clickid", "external_id", "external_click_id"):
        names[name] = EXTERNAL_CLICK_ID
    names |= {"source": SOURCE, "cost": COST}
    return names | dict.fromkeys(("url", "deeplink", "deep_link", "ulp"), _DEEP_LINK)


NAMES = _names()
_places = Memo(lambda name: NAMES.get(name.lower()), 4096)


def escape(text: str) -> str:
    """`text` as a field of PostgreSQL's COPY text format; NUL, which PostgreSQL cannot keep, is left out."""
    return text.translate(_ESCAPES)


def decode(raw: str) -> str:
    """A percent-encoded value as text; bytes that are no UTF-8 become U+FFFD."""
    return unquote_plus(raw).replace("\0", "")


def mark_of(text: str) -> tuple[str, str]:
    """A mark in its two forms: COPY field and URL-quoted, both of at most 600 characters of text."""
    text = text.replace("\0", "")[:LONGEST_VALUE]
    return escape(text), quote(text, safe="", errors="replace")


_short_marks = Memo(lambda raw: mark_of(decode(raw)), 32768)


def read_query(query: str, fields: list[str], quoted: list[str], flags: list[str]) -> str:
    """Put the marks in the query, 13 of them (see the constants), into `fields` as COPY fields and into `quoted` for
    addresses, and "cropped" into `flags` when one is too long; the first value of a name wins.

    Returns the deep link or ''. Looks at the first 100 parameters.
    """
    taken, deep_link = 0, ""
    for parameter in query.split("&", MOST_PARAMETERS)[:MOST_PARAMETERS]:
        name, _, raw = parameter.partition("=")
        place = _places[name] if len(name) <= CACHED_LENGTH else None  # what is never a name of ours is not kept
        if place is None or not raw or taken >> place & 1:
            continue
        taken |= 1 << place
        if place == _DEEP_LINK:
            deep_link = decode(raw)
        elif len(raw) <= CACHED_LENGTH:  # long ones are not kept: a visitor could fill the memory with them
            fields[place], quoted[place] = _short_marks[raw]
        else:
            text = decode(raw)
            if len(text) > LONGEST_VALUE and "cropped" not in flags:
                flags.append("cropped")
            fields[place], quoted[place] = mark_of(text)
    return deep_link
