"""No file over 400 lines, no function over 50: what grows is split in the commit that would cross the line."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("cpanet", "offers", "tracking", "payouts", "reconciliation", "tests", "bench", "tools")
MOST_LINES, MOST_OF_A_FUNCTION = 400, 50


def sources():
    """{path: text} of all that people have written; what makemigrations writes is as long as it is."""
    paths = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)
    return {path.relative_to(ROOT): path.read_text() for path in sorted(paths)}


def test_files_and_functions_stay_small():
    faults = []
    for path, text in sources().items():
        if text.count("\n") > MOST_LINES:
            faults.append(f"{path} has {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = node.end_lineno - node.lineno + 1
                if lines > MOST_OF_A_FUNCTION:
                    faults.append(f"{path}:{node.lineno} {node.name} has {lines} lines")
    assert faults == []
