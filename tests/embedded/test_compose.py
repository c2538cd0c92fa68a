"""docker-compose.yml against the code: its variables are settings, its commands processes, its roles few."""

import re

import pytest
import yaml

from cpanet.embedded import options, processes
from tests.embedded.helpers import ROOT
from tests.embedded.test_env_example import described, read_by_the_code

TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if name not in ("postgres", "valkey")}


def test_every_variable_it_asks_for_is_described():
    asked = set(re.findall(r"\$\{([A-Z_]+)", TEXT))
    assert asked and asked <= described()


def test_secrets_have_no_default():
    for name, rest in re.findall(r"\$\{([A-Z_]+)([^}]*)\}", TEXT):
        if "PASSWORD" in name or "SECRET" in name:
            assert rest.startswith(":?"), f"{name} must be demanded"
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert all(re.search(r"://\w+:\$\{", url) for url in re.findall(r"postgresql://\S+", TEXT))


@pytest.mark.parametrize("name", OURS)
def test_every_variable_it_sets_is_one_the_code_reads(name):
    assert set(OURS[name]["environment"]) <= read_by_the_code()


def test_the_containers_are_the_processes_of_the_table_and_the_migration():
    table = {service.name for service in processes.platform(options.read({}, ROOT)).services}
    assert set(OURS) == table | {"migrate"}
    for name in table:
        assert OURS[name]["command"] == ["python", "-m", "cpanet.embedded", "run", name]
        assert OURS[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_only_the_migration_knows_the_owner_and_only_the_shipper_the_shippers_role():
    assert [name for name in OURS if "DATABASE_URL" in OURS[name]["environment"]] == ["migrate"]
    assert {name for name in OURS if "DATABASE_SHIPPER_URL" in OURS[name]["environment"]} == {"migrate", "shipper"}


def test_only_the_two_doors_have_ports():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"web", "edge"}


def test_edge_and_shipper_share_the_spool():
    assert OURS["edge"]["volumes"] == OURS["shipper"]["volumes"] == ["data:/data"]
    assert OURS["edge"]["environment"]["CPANET_DATA_DIR"] == "/data"
    assert set(COMPOSE["volumes"]) == {"data", "postgres", "valkey"}
