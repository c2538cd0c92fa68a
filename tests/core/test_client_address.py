import pytest

from cpanet.core.client_address import client_address, parse_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:55123", "203.0.113.7"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::1"),
        (' "203.0.113.7" ', "203.0.113.7"),
        ("", ""),
        ("unknown", ""),
        ("1.2.3", ""),
        ("1.2.3.4.5", ""),
        ("[::1", "::1"),
        ("\x00", ""),
        ("a" * 5000, ""),
    ],
)
def test_parse_address(text, address):
    assert parse_address(text) == address


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("6.6.6.6", 0, "10.0.0.9"),  # nobody is trusted: a header is the visitor's own word
        ("203.0.113.7", 1, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7", 1, "203.0.113.7"),  # the left one is forged
        ("6.6.6.6, 203.0.113.7, 10.0.0.1", 2, "203.0.113.7"),
        ("6.6.6.6,, 203.0.113.7", 1, "203.0.113.7"),
        ("203.0.113.7", 2, "203.0.113.7"),  # came round the outer proxy
        ("", 1, "10.0.0.9"),
        ("6.6.6.6, unknown", 1, "10.0.0.9"),  # our proxy did not know: the visitor's word is not taken instead
        ("6.6.6.6, unknown, 10.0.0.1", 2, "10.0.0.1"),
        ("2001:db8::7", 1, "2001:db8::7"),
        ("6.6.6.6, 203.0.113.7:4711", 1, "203.0.113.7"),
    ],
)
def test_entries_are_counted_from_the_right(forwarded, proxies, address):
    assert client_address("10.0.0.9:4000", forwarded, trusted_proxies=proxies) == address
