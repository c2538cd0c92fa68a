"""The vendored files are what the manifest says, and nothing names a file or an icon that is not there."""

import hashlib
import json
import re
from pathlib import Path

from django.template import TemplateSyntaxError
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
ICON_USE = [
    re.compile(r"""\{%\s*icon\s+"([\w-]+)\""""),  # {% icon "check" %}
    re.compile(r"""\bicon="([\w-]+)\""""),  # {% button … icon="check" %}
    re.compile(r"""["']icon["']:\s*["']([\w-]+)"""),  # mappings of timelines, tabs, empty states
    re.compile(r"""\bPlace\("\w+", _\("[^"]*"\), "([\w-]+)\""""),  # lines of the sidebars
]


def test_vendored_files_are_those_of_the_manifest():
    manifest = json.loads((VENDOR / "manifest.json").read_text())["files"]
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.parent != VENDOR
    }
    assert found == manifest


def test_each_vendored_library_has_its_licence():
    folders = [path for path in VENDOR.iterdir() if path.is_dir()]
    assert folders
    assert [path.name for path in folders if not list(path.glob("LICENSE*"))] == []


def test_versions_of_the_manifest_are_those_of_the_lock():
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, version in json.loads((VENDOR / "manifest.json").read_text())["packages"].items():
        assert locked[f"node_modules/{name}"]["version"] == version


def test_the_lock_names_no_registry():
    assert "resolved" not in (ROOT / "package-lock.json").read_text()


def test_style_sheets_and_scripts_name_only_files_that_exist():
    for path in STATIC.rglob("*.css"):
        text = path.read_text()
        assert "sourceMappingURL" not in text, path
        for url in re.findall(r"""url\(["']?([^"')]+)""", text):
            if not url.startswith(("data:", "#", "%23")):
                assert (path.parent / url).is_file(), f"{path.name}: {url}"
    for path in STATIC.rglob("*.js"):
        assert "sourceMappingURL" not in path.read_text(), path


def test_icons_named_in_templates_are_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (VENDOR / "icons" / "icons.svg").read_text()))
    sources = [*(ROOT / "templates").rglob("*.html"), *ROOT.glob("*/views/*.py"), *ROOT.glob("cpanet/*/*.py")]
    used = {
        (str(path.relative_to(ROOT)), name)
        for path in sources
        for pattern in ICON_USE
        for name in pattern.findall(path.read_text())
    }
    assert len(used) > 50
    missing = {place for place in used if place[1] not in sprite}
    assert missing == set()


def test_templates_hold_no_inline_style_or_script():
    """The content security policy refuses them in the browser; here the line is named before that."""
    bad = re.compile(r"""\sstyle=|\son(?:click|change|submit|load|input)=|<style\b|<script(?![^>]*\b(?:src|type)=)""")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "templates").rglob("*.html")
        if "emails" not in path.parts and "email" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if bad.search(line)
    ]
    assert found == []


def test_every_template_compiles():
    folder = ROOT / "templates"
    names = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in {".html", ".txt"}]
    broken = {}
    for name in names:
        try:
            get_template(name)
        except TemplateSyntaxError as error:
            broken[name] = str(error)
    assert broken == {}
