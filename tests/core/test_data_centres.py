"""Which addresses lie in the operator's list of data centres."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpanet.core.data_centres import BadList, Networks, data_centres

LIST = ["# clouds", "203.0.113.0/24  # one", "", "203.0.113.128/25", "2001:db8::/32", "198.51.100.7"]


@pytest.mark.parametrize(
    ("address", "is_in"),
    [
        ("203.0.113.0", True), ("203.0.113.255", True), ("203.0.114.0", False), ("203.0.112.255", False),
        ("198.51.100.7", True), ("198.51.100.8", False), ("2001:db8:1::1", True), ("2001:db9::", False),
        ("::ffff:203.0.113.9", True), ("", False), ("no address", False), ("::", False), ("0.0.0.0", False),
    ],
)  # fmt: skip
def test_an_address_lies_in_the_list_or_not(address, is_in):
    assert Networks(LIST).hold(address) is is_in


@given(st.lists(st.ip_addresses(v=4), max_size=8), st.ip_addresses(v=4), st.integers(8, 32))
def test_as_each_network_says_by_itself(addresses, asked, length):
    networks = [ipaddress.ip_network(f"{address}/{length}", strict=False) for address in addresses]
    assert Networks(map(str, networks)).hold(str(asked)) == any(asked in network for network in networks)


def test_a_wrong_line_is_named(tmp_path, monkeypatch):
    path = tmp_path / "clouds.txt"
    path.write_text("203.0.113.0/24\nhetzner\n")
    monkeypatch.setenv("CPANET_DATA_CENTRES", str(path))
    data_centres.cache_clear()
    with pytest.raises(BadList, match=f"CPANET_DATA_CENTRES={path}: line 2: “hetzner”"):
        data_centres()
    data_centres.cache_clear()


def test_without_a_list_nobody_is_taken_for_one():
    data_centres.cache_clear()
    assert not data_centres().hold("203.0.113.1")
