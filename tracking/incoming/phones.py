"""Telephone numbers as people type them → one way to write them. Pure."""

import re

from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError

_DIGITS = re.compile(r"[\s().\-–/]+")
_NUMBER = re.compile(r"\+?[0-9]{7,15}")


class BadPhone(DomainError):
    """This is no telephone number."""

    code = "bad_phone"
    field = "phone"


def clean_phone(text: str) -> str:
    """`+49 (30) 123-45-67` → `+49301234567`; 00 in front is a plus. Raises BadPhone."""
    number = _DIGITS.sub("", text.strip())
    number = "+" + number[2:] if number.startswith("00") else number
    if not _NUMBER.fullmatch(number) or len(set(number.lstrip("+"))) < 3:
        raise BadPhone(_("“%s” is no telephone number: write 7 to 15 digits, such as +49 30 1234567.") % text[:40])
    return number
