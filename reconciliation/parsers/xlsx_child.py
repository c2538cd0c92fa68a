"""Run by `xlsx_file` in a process of its own: a workbook on stdin, one JSON line per row on stdout.

The first line names the sheet; every cell is text. Nothing of the product is imported here.
"""

import datetime
import io
import json
import resource
import sys

import python_calamine

EXACT = 10**15  # beyond it a spreadsheet has already lost digits


def text_of(value) -> str:
    """A cell as text; a whole number without ".0", other numbers with the 15 digits that a spreadsheet keeps."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else format(value, ".15G")
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    return str(value)


def emit(value) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def main() -> None:
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
    filled = [sheet for sheet in sheets if sheet.start is not None]
    if not filled:
        emit({})
        return
    sheet = filled[0]
    emit({"sheet": sheet.name, "start": sheet.start[0] + 1, "others": len(filled) - 1})
    for row in sheet.to_python(skip_empty_area=True):
        emit([text_of(value) for value in row])


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main()
