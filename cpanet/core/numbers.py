"""Whole numbers as people and programs write them into addresses and fields. Pure."""

from collections.abc import Iterable

MAX_ID = 2**63 - 1  # what a BIGINT holds


def whole_number(text: str, most: int = MAX_ID) -> int | None:
    """The number that `text` writes in the digits 0 to 9; None for anything else and for more than `most`. `int` takes
    digits of other scripts, and raises where there are thousands of them."""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(MAX_ID)):
        return None
    number = int(text)
    return number if number <= most else None


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """Those of the texts that write one."""
    return [number for number in map(whole_number, texts) if number is not None]
