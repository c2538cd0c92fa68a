"""The description of the API: complete, current, and true."""

import io
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.urls import get_resolver

from cpanet import api

KEPT = Path(__file__).parents[2] / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def described():
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    return out.getvalue()


def test_description_has_no_warnings_and_is_kept(described):
    """After a change of the API: `./run manage spectacular --file docs/openapi.yaml`."""
    assert yaml.safe_load(described) == yaml.safe_load(KEPT.read_text())


def test_every_call_is_described_with_examples(described):
    document = yaml.safe_load(described)
    assert document["openapi"].startswith("3.1")
    assert len(document["paths"]) == len(api.calls)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            answers = [answer for code, answer in operation["responses"].items() if code in ("200", "201")]
            assert any("examples" in each["content"]["application/json"] for each in answers), (path, method)
            assert {"400", "401", "403", "429", "default"} <= set(operation["responses"])
            if method == "post":
                assert "Idempotency-Key" in {each["name"] for each in operation["parameters"]}


def test_schema_and_docs_page_need_nobody_else(people):
    """No script or style from elsewhere; styles may be inline, scripts never."""
    assert get_resolver().resolve("/api/docs/")
    assert people.alice.client.get("/api/docs/").status_code == 200
    page = people.stranger.client.get("/api/docs/")
    policy, text = page["Content-Security-Policy"], page.content.decode()
    assert page.status_code == 200 and "https://" not in text and "http://" not in text
    assert (
        "style-src 'self' 'unsafe-inline'" in policy and "script-src" not in policy and "default-src 'self'" in policy
    )
    assert "<script>" not in text
    script = people.stranger.client.get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert people.stranger.client.get("/api/schema/").status_code == 200
