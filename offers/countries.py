"""Countries by their ISO 3166 codes, named in the language of the page. Pure."""

from functools import cache

from babel import Locale

from cpanet.core.ui import babel_locale

_NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}


@cache
def codes() -> frozenset[str]:
    """Every two-letter code that stands for a country."""
    found = Locale("en").territories
    return frozenset(code for code in found if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES)


def name_of(code: str) -> str:
    """The country's name in the active language; the code itself when it is not known."""
    return babel_locale().territories.get(code, code)


def choices() -> list[tuple[str, str]]:
    """(code, "Name (CODE)") in the order of the names."""
    return sorted(((code, f"{name_of(code)} ({code})") for code in codes()), key=lambda pair: pair[1])
