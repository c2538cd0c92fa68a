"""Text that no database keeps – NUL, half a surrogate pair – in every place where the API takes text: never a fault."""

import json
from urllib.parse import quote

import pytest
import yaml

from .test_schema import KEPT

NASTY = "\ud800\0x"
IN_ADDRESS = "%ED%A0%80%00x"
DESCRIPTION = yaml.safe_load(KEPT.read_text())
CALLS = [
    (method.upper(), path, operation)
    for path, operations in DESCRIPTION["paths"].items()
    for method, operation in operations.items()
    if method in ("get", "post", "patch", "put", "delete")
]


def resolved(schema: dict) -> dict:
    while "$ref" in schema:
        schema = DESCRIPTION["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for name in ("allOf", "oneOf", "anyOf"):
        if name in schema:
            return resolved(schema[name][0])
    return schema


def nasty(schema: dict):
    """A value of this shape whose every text, and every name that is free, cannot be kept."""
    schema = resolved(schema)
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        own = {name: nasty(part) for name, part in schema.get("properties", {}).items()}
        return own if own else {NASTY: NASTY, "order_id": NASTY, "items": [{"category": NASTY, "price": "1"}]}
    if kind == "array":
        return [nasty(schema.get("items", {}))]
    return {"integer": 1, "number": 1.5, "boolean": True}.get(kind, NASTY)


@pytest.mark.parametrize("who", ["alice", "adam", "manager"])
def test_text_that_cannot_be_kept_is_refused_or_cleaned(request, who, leads):
    caller = request.getfixturevalue(who)
    found = {}
    for method, path, operation in CALLS:
        address = path.removeprefix("/api/v1/").format_map(AnyId())
        named = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
        query = "&".join(f"{quote(name)}={IN_ADDRESS}" for name in named)
        bodies = operation.get("requestBody", {}).get("content", {}).values()
        body = json.dumps(nasty(next(iter(bodies))["schema"])) if bodies else ""
        found[method, path] = caller(method, f"{address}?{query}", body).status_code
        found[method, path, "one field"] = _one_by_one(caller, method, address, body)
    assert {key: status for key, status in found.items() if status >= 500} == {}
    assert len([status for status in found.values() if status != 403]) > 20


def _one_by_one(caller, method, address, body) -> int:
    """The worst answer to bodies of which a single text is bad: one bad field hides another."""
    fields = json.loads(body) if body else {}
    if not isinstance(fields, dict):
        return 0
    return max(
        (caller(method, address, json.dumps({name: value})).status_code for name, value in fields.items()), default=0
    )


def test_pages_under_an_address_that_cannot_be_kept_are_not_found(people):
    for path in ("/webmaster/offers/%00/", "/account/invitation/a%00b/", "/account/join/%00/", "/%00"):
        assert people.alice.client.get(path).status_code == 404, path


class AnyId(dict):
    """Every id in an address is one that cannot be."""

    def __missing__(self, name):
        return IN_ADDRESS
