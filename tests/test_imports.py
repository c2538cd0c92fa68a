"""One direction of imports, between the parts and between the rooms of an app. Fails with the offending line."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = [
    "cpanet.core",
    "cpanet.tenancy",
    "cpanet.accounts",
    "cpanet.jobs",
    "cpanet.ledger",
    "offers",
    "tracking",
    "payouts",
    "reconciliation",
    "cpanet.portal",
    "cpanet",
]
# Modules that turn rows into what a page shows.
PRESENTERS = {"presenters", "lead_facts", "lead_flags", "lead_timeline", "lead_why", "click_why", "link_pages"}
LEDGER_SERVICES = {"journal", "postings", "adjustments", "exchanges", "fuse", "checks"}
# Pure modules come first: whatever is not named here may import nothing but core and other pure modules.
ROOMS = [
    {"pure"},
    {"models", "migrations"},
    {"selectors", "audit", "letters", "scope", "raw", "walls", "build", "books"},
    {"services", "partitions", *LEDGER_SERVICES, "outbox", "mail", "adapter", "importer"},
    {"forms", "filters", "tables", "gates", "badges", "statistics", "demo", *PRESENTERS},
    {
        "views",
        "rest",
        "api",
        "api_auth",
        "api_errors",
        "tasks",
        "admin",
        "management",
        "urls",
        "middleware",
        "context",
        "apps",
        "routers",
    },
]


def sources():
    folders = ["cpanet", "offers", "tracking", "payouts", "reconciliation"]
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
    )


def module_of(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def part_of(module):
    for part in PARTS:
        if module == part or module.startswith(part + "."):
            return part
    return None


def room_of(module, part):
    names = module.removeprefix(part).strip(".").split(".")
    for name in names:
        for rank, room in enumerate(ROOMS):
            if name in room:
                return rank
    return 0


def imports_of(path):
    """(line, imported module) of every import and every string that names one of our models."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                is_module = (ROOT / full.replace(".", "/")).with_suffix(".py").exists() or (
                    ROOT / full.replace(".", "/")
                ).is_dir()
                yield node.lineno, full if is_module else node.module
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            match = re.fullmatch(
                r"(accounts|jobs|ledger|tenancy|offers|tracking|payouts|reconciliation)\.[A-Z]\w+", node.value
            )
            if match:
                app = match.group(1)
                yield (
                    node.lineno,
                    f"cpanet.{app}.models" if app in ("accounts", "jobs", "ledger", "tenancy") else f"{app}.models",
                )


def hidden_imports_of(path):
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    yield node.lineno


def faults_between_parts(path):
    module = module_of(path)
    mine = part_of(module)
    for line, imported in imports_of(path):
        theirs = part_of(imported)
        if theirs and mine == "cpanet.embedded" or theirs is None:
            continue
        if PARTS.index(theirs) > PARTS.index(mine):
            yield f"{path.relative_to(ROOT)}:{line} {mine} imports {imported}"


def faults_between_rooms(path):
    module = module_of(path)
    mine = part_of(module)
    if mine in ("cpanet", "cpanet.core", "cpanet.tenancy"):
        return
    for line, imported in imports_of(path):
        if part_of(imported) == mine and room_of(imported, mine) > room_of(module, mine):
            yield f"{path.relative_to(ROOT)}:{line} {module} imports {imported}"


def test_parts_import_only_from_their_left():
    assert [fault for path in sources() if "embedded" not in path.parts for fault in faults_between_parts(path)] == []


def test_rooms_of_an_app_import_only_downwards():
    assert [fault for path in sources() if "embedded" not in path.parts for fault in faults_between_rooms(path)] == []


def test_embedded_imports_nothing_of_ours():
    faults = [
        f"{path}:{line} {imported}"
        for path in (ROOT / "cpanet/embedded").rglob("*.py")
        for line, imported in imports_of(path)
        if part_of(imported) and not imported.startswith("cpanet.embedded")
    ]
    assert faults == []


def test_no_import_hides_in_a_function():
    faults = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        if path.name != "apps.py"  # Django gives apps.ready() no other way
        for line in hidden_imports_of(path)
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("module", "text", "fault"),
    [
        ("offers/services.py", "from tracking.models import Click", True),
        ("offers/models.py", "x = 'tracking.Click'", True),
        ("tracking/services.py", "from offers.models import Offer", False),
    ],
)
def test_the_walk_sees_what_it_should(module, text, fault, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.test_imports.ROOT", tmp_path)
    path = tmp_path / module
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert bool(list(faults_between_parts(path))) is fault
