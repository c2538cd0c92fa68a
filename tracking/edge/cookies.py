"""The click cookie, by which a browser remembers an advertiser's clicks for his pixel. Pure."""

from cpanet.core.click_cookie import cookie_name

_ID_CHARACTERS = frozenset("0123456789abcdef")
_ID_LENGTH = 32


def click_cookie(advertiser_id: int, click_id: str, header: str, *, seconds: int, https: bool) -> str:
    """The value of a Set-Cookie header: the first click that the browser brought in `header` (its Cookie header) and
    this one, for `seconds`. Only the pixel's address gets to see it. Other sites' pages may bring it along, where the
    browser lets them, over HTTPS alone: browsers take `SameSite=None` no other way."""
    name, last = cookie_name(advertiser_id), click_id.replace("-", "")
    first = _first_of(header, name)
    value = f"{first}.{last}" if first and first != last else last
    same_site = "None; Secure" if https else "Lax"
    return f"{name}={value}; Path=/pixel/; Max-Age={seconds}; HttpOnly; SameSite={same_site}"


def _first_of(header: str, name: str) -> str:
    """The first click of our cookie among `header`, '' if there is none that looks like one."""
    for pair in header.split(";") if name in header else ():
        found, _, value = pair.strip().partition("=")
        first = value.partition(".")[0]
        if found == name and len(first) == _ID_LENGTH and _ID_CHARACTERS.issuperset(first):
            return first
    return ""
