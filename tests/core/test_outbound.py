import gzip
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cpanet.core import outbound
from cpanet.core.addresses import is_disguised, is_forbidden
from cpanet.core.outbound import FetchFailed, ForbiddenAddress, check_url, fetch

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"


class Listener:
    """A server that answers every connection with `script(connection)` and remembers what it was sent."""

    def __init__(self, script):
        self.requests, self.connections, self._script = [], 0, script
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                connection, _peer = self._server.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        with connection:
            connection.settimeout(5)
            try:
                data = connection.recv(65536)
                self.requests.append(data.decode("latin-1"))
                self._script(connection)
            except OSError:
                pass

    def close(self):
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(timeout=1)


@contextmanager
def listening(script=lambda connection: connection.sendall(OK)):
    listener = Listener(script)
    try:
        yield listener
    finally:
        listener.close()


def sends(payload):
    return lambda connection: connection.sendall(payload)


@pytest.fixture(autouse=True)
def allow(settings):
    """Nothing is allowed but what the test names."""
    settings.OUTBOUND_ALLOW = []
    return settings.OUTBOUND_ALLOW.append


FORBIDDEN = [
    "127.0.0.1", "127.255.1.2", "0.0.0.0", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.127.255.255", "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1",
    "192.88.99.1", "168.63.129.16",
    "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::8.8.8.8",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::1", "2001:0:4136:e378::1", "2001:20::1",
    "2001:db8::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "5f00::1", "3fff::1", "100::1",
    "::ffff:0:127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", FORBIDDEN)
def test_addresses_that_are_not_public_are_forbidden(address):
    assert is_forbidden(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "172.32.0.1"])
def test_public_addresses_are_not(address):
    assert not is_forbidden(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0x7f.1", "017700000001", "127.1", "0177.0.0.1", "8.8.8.010", "0x7f.0.0.0x1"]
)
def test_disguised_addresses_are_recognised(host):
    assert is_disguised(host)
    with pytest.raises(ForbiddenAddress):
        check_url(f"http://{host}/")


@pytest.mark.parametrize("host", ["8.8.8.8", "shop.example", "4pda.to", "0x.org", "2606:4700::1111"])
def test_ordinary_hosts_are_not_disguised(host):
    assert not is_disguised(host)


@pytest.mark.parametrize(
    "form",
    [
        "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
        "http://2130706433:{port}/", "http://0x7f.1:{port}/", "http://127.1:{port}/", "http://0:{port}/",
        "http://shop.example@127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@shop.example/", "http://localhost.:{port}/",
        "ftp://127.0.0.1:{port}/", "file:///etc/passwd", "gopher://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "",
        "http://", "http://127.0.0.1:99999/", "http://[::1/", "HTTP://127.0.0.1:{port}/", "http://１２７.0.0.1:{port}/",
    ],
)  # fmt: skip
def test_a_refused_address_is_never_connected_to(form):
    with listening() as listener:
        with pytest.raises((ForbiddenAddress, FetchFailed)) as caught:
            fetch(form.format(port=listener.port))
        time.sleep(0.02)
        assert listener.connections == 0
    assert str(caught.value).endswith(".")


def test_another_port_of_a_public_host_is_refused(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", resolving("93.184.216.34"))
    with pytest.raises(ForbiddenAddress, match="8080"):
        fetch("http://shop.example:8080/")


def resolving(*addresses, port=80):
    def getaddrinfo(host, service, *args, **kwargs):
        family = socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port or service)) for address in addresses]

    return getaddrinfo


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("93.184.216.34", "10.0.0.1")])
def test_a_name_with_one_forbidden_address_is_refused(monkeypatch, addresses):
    monkeypatch.setattr(socket, "getaddrinfo", resolving(*addresses))
    with pytest.raises(ForbiddenAddress, match="public internet"):
        fetch("http://rebind.example/")


def test_a_name_is_resolved_once_and_the_checked_address_is_called(monkeypatch, allow):
    """A name server that answers differently the second time changes nothing."""
    real, asked = socket.getaddrinfo, []

    def fickle(host, *args, **kwargs):
        if host == "fickle.example":
            asked.append(host)
            return real("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *args, **kwargs)
        return real(host, *args, **kwargs)

    with listening() as listener:
        allow(f"fickle.example:{listener.port}")
        monkeypatch.setattr(socket, "getaddrinfo", fickle)
        answer = fetch(f"http://fickle.example:{listener.port}/x")
        assert (answer.status, answer.body, asked) == (200, b"hi", ["fickle.example"])
        assert f"Host: fickle.example:{listener.port}\r\n" in listener.requests[0]


def test_the_operator_may_allow_a_private_host_for_one_port(allow):
    with listening() as first, listening() as second:
        allow(f"127.0.0.1:{first.port}")
        assert fetch(f"http://127.0.0.1:{first.port}/").body == b"hi"
        with pytest.raises(ForbiddenAddress):
            fetch(f"http://127.0.0.1:{second.port}/")
        assert second.connections == 0


def test_an_answer_of_any_status_comes_back_with_headers_and_charset(allow):
    payload = (
        b"HTTP/1.1 503 Busy\r\nContent-Type: text/xml; charset=Windows-1251\r\nContent-Length: 4\r\n\r\nbusy"
    )  # fmt: skip
    with listening(sends(payload)) as listener:
        allow("127.0.0.1")
        answer = fetch(f"http://127.0.0.1:{listener.port}/")
    assert (answer.status, answer.body, answer.charset) == (503, b"busy", "windows-1251")
    assert answer.headers["content-type"].startswith("text/xml")
    assert 0 < answer.elapsed < 5


def test_data_and_headers_are_sent_but_host_cannot_be_forged(allow):
    with listening() as listener:
        allow("127.0.0.1")
        fetch(
            f"http://127.0.0.1:{listener.port}/p?a=1", method="POST", data={"k": "v"},
            headers={"X-Sign": "s", "Host": "evil.example"},
        )  # fmt: skip
        sent = listener.requests[0]
    assert sent.startswith("POST /p?a=1 HTTP/1.1") and "X-Sign: s" in sent and "evil.example" not in sent


def test_a_header_with_a_line_break_is_refused(allow):
    allow("127.0.0.1")
    with listening() as listener, pytest.raises(FetchFailed):
        fetch(f"http://127.0.0.1:{listener.port}/", headers={"X": "a\r\nY: b"})


def test_the_environment_gives_no_proxy(allow, monkeypatch):
    with listening() as proxy, listening() as listener:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        allow(f"127.0.0.1:{listener.port}")
        fetch(f"http://127.0.0.1:{listener.port}/")
        assert (proxy.connections, listener.connections) == (0, 1)


def test_an_endless_answer_is_cut_at_the_byte_cap(allow):
    def endless(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    allow("127.0.0.1")
    with listening(endless) as listener, pytest.raises(FetchFailed, match="larger than 100 KB"):
        fetch(f"http://127.0.0.1:{listener.port}/", max_bytes=100 * 1024)


def test_a_packed_answer_is_unpacked_within_the_cap(allow):
    def packed(data):
        body = gzip.compress(data)
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
        return sends(head.encode() + body)

    allow("127.0.0.1")
    with listening(packed(b"hello" * 100)) as listener:
        assert fetch(f"http://127.0.0.1:{listener.port}/").body == b"hello" * 100
    with listening(packed(b"\0" * 20_000_000)) as listener, pytest.raises(FetchFailed, match="larger"):
        fetch(f"http://127.0.0.1:{listener.port}/")


def test_a_chunked_answer_is_read(allow):
    payload = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    allow("127.0.0.1")
    with listening(sends(payload)) as listener:
        assert fetch(f"http://127.0.0.1:{listener.port}/").body == b"abcde"


def test_a_short_answer_is_a_failure(allow):
    allow("127.0.0.1")
    with listening(sends(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")) as listener, pytest.raises(FetchFailed):
        fetch(f"http://127.0.0.1:{listener.port}/")


@pytest.mark.parametrize("where", ["head", "body"])
def test_a_server_that_drips_is_cut_at_the_time_limit(allow, where):
    def drip(connection):
        if where == "body":
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _second in range(100):
            connection.sendall(b"X")
            time.sleep(0.1)

    allow("127.0.0.1")
    start = time.monotonic()
    with listening(drip) as listener, pytest.raises(FetchFailed, match="did not answer within"):
        fetch(f"http://127.0.0.1:{listener.port}/", timeout=0.6)
    assert time.monotonic() - start < 2


def test_silence_and_a_closed_port_are_failures_with_a_sentence(allow):
    allow("127.0.0.1")
    with listening(lambda connection: time.sleep(3)) as listener, pytest.raises(FetchFailed, match="did not answer"):
        fetch(f"http://127.0.0.1:{listener.port}/", timeout=0.3)
    with pytest.raises(FetchFailed, match="connection"):
        fetch(f"http://127.0.0.1:{listener.port}/", timeout=1)


def redirect_to(location, status=302):
    return sends(f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())


def test_a_redirect_is_not_followed_unless_asked_for(allow):
    with listening() as target, listening(redirect_to(f"http://127.0.0.1:{target.port}/t")) as first:
        allow("127.0.0.1")
        assert fetch(f"http://127.0.0.1:{first.port}/").status == 302
        assert target.connections == 0
        answer = fetch(f"http://127.0.0.1:{first.port}/", allow_redirects=1, headers={"Authorization": "Basic x"})
        assert (answer.status, answer.url) == (200, f"http://127.0.0.1:{target.port}/t")
        assert "Authorization" not in target.requests[0]
        assert "Authorization" in first.requests[1]


def test_a_redirect_to_a_forbidden_address_is_refused(allow):
    with listening() as inner, listening(redirect_to(f"http://127.0.0.1:{inner.port}/")) as first:
        allow(f"127.0.0.1:{first.port}")
        with pytest.raises(ForbiddenAddress):
            fetch(f"http://127.0.0.1:{first.port}/", allow_redirects=3)
        assert inner.connections == 0


def test_the_body_of_a_redirect_is_bounded_too(allow):
    def endless(connection):
        connection.sendall(b"HTTP/1.1 302 Moved\r\nLocation: /x\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    allow("127.0.0.1")
    with listening(endless) as listener, pytest.raises(FetchFailed, match="larger"):
        fetch(f"http://127.0.0.1:{listener.port}/", max_bytes=1024)


def test_a_circle_of_redirects_ends(allow):
    allow("127.0.0.1")
    with listening(redirect_to("/again")) as listener:
        with pytest.raises(FetchFailed, match="more than 3 times"):
            fetch(f"http://127.0.0.1:{listener.port}/", allow_redirects=3)
        assert listener.connections == 4


def self_signed(folder, name):
    """A TLS context with a certificate for `name` that nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(certificate.public_bytes(pem) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, path


class TlsListener(Listener):
    def __init__(self, context):
        self._context = context
        super().__init__(sends(OK))

    def _answer(self, connection):
        try:
            super()._answer(self._context.wrap_socket(connection, server_side=True))
        except OSError:
            connection.close()


def test_tls_to_a_name_that_is_certified_and_to_one_that_is_not(allow, monkeypatch, tmp_path):
    context, path = self_signed(tmp_path, "shop.example")
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, *a, **k: [(2, 1, 6, "", ("127.0.0.1", port))])
    listener = TlsListener(context)
    try:
        for name in ("shop.example", "other.example"):
            allow(f"{name}:{listener.port}")
            with pytest.raises(FetchFailed, match="certificate"):
                fetch(f"https://{name}:{listener.port}/")
        monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(path))
        monkeypatch.setattr("requests.adapters._preloaded_ssl_context", None, raising=False)
        assert fetch(f"https://shop.example:{listener.port}/").body == b"hi"
        with pytest.raises(FetchFailed, match="certificate"):
            fetch(f"https://other.example:{listener.port}/")
    finally:
        listener.close()


def test_user_agent_names_the_product(allow):
    allow("127.0.0.1")
    with listening() as listener:
        fetch(f"http://127.0.0.1:{listener.port}/")
        assert f"User-Agent: {outbound.USER_AGENT}" in listener.requests[0]
