"""How promo codes are written and compared. Pure."""

import unicodedata

LONGEST_CODE = 60


def key_of(code: str) -> str:
    """The code as it is compared: without blanks, letters' case and their compatible forms never matter."""
    return "".join(unicodedata.normalize("NFKC", code).casefold().split())[:LONGEST_CODE]
