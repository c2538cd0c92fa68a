"""Which of the first records names the columns, and what the columns are called."""

import re

from django.utils.translation import gettext as _

from reconciliation.parsers.rows import StatementRefused
from reconciliation.vocabulary import recognised

LOOK_AHEAD = 40
_COMMENT = re.compile(r"#(\s|-|=|$)")
_NUMBER_OR_DATE = re.compile(r"[\s\d.,:/+%#-]*\d[\s\d.,:/+%-]*")


def is_blank(cells: list[str]) -> bool:
    """No cell holds anything."""
    return not any(cell.strip() for cell in cells)


def is_comment(cells: list[str]) -> bool:
    """A line such as "# ----" or "# Required | …"; "#1001" is an order."""
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return bool(_COMMENT.match(first))


def heading_index(records: list[list[str]]) -> int:
    """The index of the heading among the first records. Raises StatementRefused when none of them names columns."""
    candidates = [i for i, cells in enumerate(records) if not is_blank(cells) and not is_comment(cells)]
    if not candidates:
        raise StatementRefused(_("The file holds no table: the first row must name the columns."))
    known = {i: recognised(records[i]) for i in candidates}
    best = max(known.values())
    if best >= 2:
        return next(i for i in candidates if known[i] == best)
    width = max(_filled(records[i]) for i in candidates)
    for i in candidates:
        if _names_columns(records[i], width):
            return i
    raise StatementRefused(
        _("No row names the columns: put a heading such as “order id; status; amount” above the data.")
    )


def column_names(cells: list[str]) -> list[str]:
    """Names without line breaks, each once: "Name", "Name (2)"; a column without a name is called by its place."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = base = " ".join(cell.split())[:200] or _("Column %d") % place
        times = 1
        while name in names:
            times += 1
            name = f"{base} ({times})"
        names.append(name)
    while names and cells and not cells[len(names) - 1].strip():
        names.pop()
    return names


def _filled(cells: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _names_columns(cells: list[str], width: int) -> bool:
    """Words only, mostly different, and about as many as the table is wide."""
    words = [cell.strip().casefold() for cell in cells if cell.strip()]
    if any(_NUMBER_OR_DATE.fullmatch(word) for word in words):
        return False
    return len(words) >= 0.6 * width and len(set(words)) >= 0.4 * len(words)
