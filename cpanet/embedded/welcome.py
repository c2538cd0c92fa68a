"""What `up` says when everything answers: where to look and how to sign in."""

import json

from cpanet.embedded.options import Options
from cpanet.embedded.readiness import LOCAL

SITE_COLUMNS = ("title", "url")
PEOPLE_COLUMNS = ("role", "email", "password", "url")


def welcome(options: Options, healthy: bool) -> str:
    """A paragraph for people; the demo's sites and sign-ins when `demo.json` of the data directory lists them."""
    if not healthy:
        return f"\ncpanet runs, but {address(options)}health/ does not say so: read the lines of `web` above.\n"
    lines = ["", f"cpanet is ready: {address(options)}   (clicks: port {options.edge_port}; data: {options.data_dir})"]
    demo = _demo(options)
    for title, columns, rows in (
        ("Demo sites", SITE_COLUMNS, demo.get("sites", [])),
        ("Demo sign-ins", PEOPLE_COLUMNS, demo.get("people", [])),
    ):
        if rows:
            lines += ["", title, *table([[str(row.get(column, "")) for column in columns] for row in rows])]
    return "\n".join([*lines, "", "Ctrl-C stops everything.", ""])


def address(options: Options) -> str:
    """Where the pages are, seen from this machine."""
    return f"http://{LOCAL.get(options.host, options.host)}:{options.port}/"


def _demo(options: Options) -> dict:
    try:
        found = json.loads((options.data_dir / "demo.json").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def table(rows: list[list[str]]) -> list[str]:
    """Rows of equal length as aligned lines."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
