"""Macros in addresses: `https://shop.example/?click={click_id}` becomes the address of one click.

Values are always URL-quoted, so a visitor can never write more than one value of one parameter. A macro may stand
anywhere after the host, never in the scheme or the host: there it would let a visitor choose where he is sent.
"""

import re
from collections.abc import Mapping
from operator import itemgetter
from urllib.parse import quote

from cpanet.core.errors import DomainError

CLICK_MACROS = {
    "click_id": "id of the click; send it back in the postback",
    "link_id": "number of the tracking link",
    "offer_id": "number of the offer",
    "landing_id": "number of the landing",
    "affiliate_id": "number of the webmaster",
    **{f"sub{n}": f"the webmaster's mark {n}" for n in range(1, 11)},
    "source": "traffic source as the webmaster names it",
    "external_click_id": "the webmaster's own id of the click",
    "promo_code": "promo code of the link",
    "country": "country of the visitor, two letters, empty when unknown",
    "device": "desktop, mobile, tablet, tv or other",
    "system": "operating system of the visitor",
    "browser": "browser of the visitor",
    "language": "first language of the visitor's browser",
    "deep_link": "the page of the shop that the link asks for",
    "timestamp": "time of the click, Unix seconds",
}
_MACRO = re.compile(r"\{([^{}]*)\}")
_HOST = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*")


class UnknownMacro(DomainError):
    """The address contains a macro that does not exist."""

    code = "unknown_macro"

    def __init__(self, name: str, known):
        self.name = name
        shown = ", ".join(f"{{{each}}}" for each in known)
        super().__init__(f"Unknown macro {{{name}}}. Known macros: {shown}.")


class MisplacedMacro(DomainError):
    """Macros may stand only after the host of the address: a macro in the host would let visitors choose the site."""

    code = "misplaced_macro"


class Template:
    """An address split once into text and macros; `names` are its macros in the order they stand."""

    __slots__ = ("names", "pattern", "source")

    def __init__(self, source: str):
        pieces = _MACRO.split(source)
        self.source = source
        self.names = tuple(pieces[1::2])
        self.pattern = "%s".join(piece.replace("%", "%%") for piece in pieces[::2])

    def render(self, values: Mapping[str, object]) -> str:
        """The address with every macro replaced by its URL-quoted value; a missing one or None becomes empty."""
        return self.pattern % tuple(quoted(values.get(name)) for name in self.names)


def picker(names: tuple[str, ...], order: tuple[str, ...]):
    """A function from a sequence of values, quoted and in `order`, to what the pattern of a Template takes.

    Unknown names are taken from the last place of the sequence.
    """
    places = [order.index(name) if name in order else -1 for name in names]
    if not places:
        return lambda values: ()
    return itemgetter(*places)


def quoted(value: object) -> str:
    """`value` as it may stand inside an address: everything but letters, digits and `-._~` is percent-encoded."""
    return "" if value is None else quote(str(value), safe="", errors="replace")


def validate(template: str, *, known=CLICK_MACROS) -> None:
    """Raises UnknownMacro, naming the macro and the known ones, if `template` has a macro that is not in `known`."""
    for name in Template(template).names:
        if name not in known:
            raise UnknownMacro(name, known)


def validate_address(template: str, *, known=CLICK_MACROS) -> None:
    """`validate`, and raises MisplacedMacro when a macro stands in the scheme or host of an absolute address."""
    validate(template, known=known)
    host = _HOST.match(template)
    if host is None and template.startswith("{") or host is not None and _MACRO.search(host.group()):
        raise MisplacedMacro()


def render(template: str, values: Mapping[str, object]) -> str:
    """`template` with its macros replaced by URL-quoted `values`; call `validate` when the template is saved."""
    return Template(template).render(values)
