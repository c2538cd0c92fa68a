"""The containers' commands in their own environments, against servers given by URL that ask for passwords."""

import contextlib
import json
import os
import re
import subprocess
import sys

import psycopg2
import pytest

from cpanet.embedded import addresses, testing
from tests.embedded.helpers import ROOT, eventually, free_port
from tests.embedded.test_compose import OURS

pytestmark = pytest.mark.slow
SECRETS = {
    "CPANET_SECRET_KEY": "k" * 50,
    "POSTGRES_PASSWORD": "owners",
    "POSTGRES_APP_PASSWORD": "applications",
    "POSTGRES_SHIPPER_PASSWORD": "shippers",
}
# As in the image of docker-compose.yml: the owner is a superuser with a password, and nothing else is there yet.
OWNER = "CREATE ROLE site SUPERUSER LOGIN PASSWORD 'owners'"
HBA = "local all site,site_app,site_shipper scram-sha-256\nlocal all all trust\n"


class Containers:
    """The services of docker-compose.yml as processes of this machine."""

    def __init__(self, data_dir, servers):
        self.data_dir, self.servers = data_dir, servers
        self.values = {**SECRETS, "CPANET_PORT": str(free_port()), "CPANET_EDGE_PORT": str(free_port())}

    def environment(self, name):
        found = {key: self._filled_in(text) for key, text in OURS[name]["environment"].items() if text is not None}
        return {**found, "PATH": os.environ["PATH"], "CPANET_DATA_DIR": str(self.data_dir), "CPANET_HOST": "127.0.0.1"}

    def _filled_in(self, text):
        text = re.sub(r"\$\{(\w+)[^}]*\}", lambda match: self.values[match[1]], text)
        sockets = addresses.socket_dir(self.servers.data_dir)
        text = re.sub(r"//cpanet(\w*):(.*)@postgres:5432/cpanet", rf"//site\1:\2@/site?host={sockets}", text)
        return self.servers.redis_url if text == "redis://valkey:6379/0" else text

    def run(self, name, *command):
        words = [sys.executable, *(command or OURS[name]["command"][1:])]
        return subprocess.run(words, cwd=ROOT, env=self.environment(name), capture_output=True, text=True, check=False)

    def start(self, name):
        words = [sys.executable, *OURS[name]["command"][1:]]
        return subprocess.Popen(words, cwd=ROOT, env=self.environment(name), stderr=subprocess.DEVNULL)

    def healthy(self, name):
        return self.run(name, *OURS[name]["healthcheck"]["test"][2:]).returncode == 0


@pytest.fixture
def containers(tmp_path):
    servers = testing.start(tmp_path / "servers")
    connection = psycopg2.connect(addresses.database_url(servers.data_dir, "postgres", "postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(OWNER)
        cursor.execute("CREATE DATABASE site OWNER site")
        (servers.servers.members[0].data / "pg_hba.conf").write_text(HBA)
        cursor.execute("SELECT pg_reload_conf()")
    yield Containers(tmp_path / "data", servers)
    servers.stop()


def test_they_migrate_serve_and_answer_their_health_checks(containers):
    migrated = containers.run("migrate")
    assert migrated.returncode == 0, migrated.stderr
    arguments = ("--name", "Site", "--host", "site.example", "--currency", "EUR")
    made = containers.run("web", "manage.py", "create_network", *arguments)
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout.splitlines()[-1])["host"] == "site.example"
    with contextlib.ExitStack() as stack:
        for name in ("web", "edge", "shipper", "beat", "worker"):
            process = stack.enter_context(containers.start(name))
            stack.callback(process.terminate)
            stack.enter_context(_still_running(process, name))
        assert eventually(lambda: containers.healthy("web"), 60)
        assert eventually(lambda: containers.healthy("edge"), 60)


@contextlib.contextmanager
def _still_running(process, name):
    yield
    assert process.poll() is None, f"{name} ended with {process.returncode}"
