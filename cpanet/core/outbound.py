"""The only door through which the product calls addresses that somebody else has chosen: postbacks, feeds, webhooks.

A name is resolved once, every address it has is checked, and the connection goes to the checked address, so a name
that changes its mind between check and call gains nothing. No proxies, no cookies, no credentials from the machine's
settings; bytes and seconds are bounded over the whole exchange.
"""

import ipaddress
import socket
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urljoin, urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from requests_hardened import Config, HTTPSession
from urllib3.exceptions import HTTPError as TransportError

from cpanet.core.addresses import is_disguised, is_forbidden
from cpanet.core.errors import DomainError
from cpanet.core.outbound_transport import Deadline, PinnedAdapter

MIB = 1024 * 1024
PORTS = {"http": 80, "https": 443}
USER_AGENT = "cpanet/1.0"
_CHUNK = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}


class OutboundError(DomainError):
    """The address could not be called."""

    code = "outbound"


class ForbiddenAddress(OutboundError):
    """The address leads where this server must not go."""

    code = "forbidden_address"


class FetchFailed(OutboundError):
    """The other server did not give a usable answer."""

    code = "fetch_failed"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer with any status. `headers` ignores case; `elapsed` is in seconds; `url` is the one that answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed: float
    url: str

    @property
    def charset(self) -> str:
        """The charset of the Content-Type header, "" without one."""
        message = Message()
        message["Content-Type"] = self.headers.get("Content-Type", "")
        return message.get_content_charset("")


def fetch(
    url: str,
    *,
    method: str = "GET",
    data: bytes | str | Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 10.0,
    max_bytes: int = MIB,
    allow_redirects: int = 0,
    cut: bool = False,
) -> Response:
    """Call `url` and read the whole answer, at most `timeout` seconds and `max_bytes` in all; with `cut` a
    larger answer is not refused, only its beginning is read.

    Redirects are followed only as often as `allow_redirects` says, each target checked like the first; otherwise the
    3xx answer itself comes back. Raises ForbiddenAddress before any connection, FetchFailed for everything that goes
    wrong later. A status of 4xx or 5xx is an answer, not an error.
    """
    start = time.monotonic()
    with Deadline(timeout) as deadline:
        for step in range(allow_redirects + 1):
            answer = _exchange(url, method, data, headers, max_bytes, cut, deadline, start)
            target = _redirect_target(answer)
            if not target or not allow_redirects:
                return answer
            if step == allow_redirects:
                break
            method, data, headers = _for_redirect(answer, target, method, data, headers)
            url = target
    raise FetchFailed(_("The server redirects more than %d times.") % allow_redirects)


def check_url(url: str) -> None:
    """Refuse an address when it is entered, without calling it. Raises ForbiddenAddress."""
    parts = _parts(url)
    resolve(parts.hostname or "", parts.port or PORTS[parts.scheme])


def resolve(host: str, port: int) -> str:
    """The one address of `host` to connect to. Raises ForbiddenAddress when any of its addresses is forbidden."""
    if is_disguised(host):
        raise ForbiddenAddress(_("“%s” is not a host name: write the name of the server.") % host)
    addresses = _lookup(host, port)
    if not _is_allowed(host, port):
        _check_public(host, port, addresses)
    return str(min(addresses, key=lambda address: address.version))


def _check_public(host: str, port: int, addresses: list) -> None:
    if port not in PORTS.values():
        raise ForbiddenAddress(_("Port %d is not allowed: use http on port 80 or https on port 443.") % port)
    if any(is_forbidden(address) for address in addresses):
        raise ForbiddenAddress(_("“%s” is not on the public internet: such an address is never called.") % host)


def _lookup(host: str, port: int) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    except (OSError, UnicodeError, ValueError):
        raise FetchFailed(_("There is no server called “%s”: check the address.") % host[:100]) from None


def _is_allowed(host: str, port: int) -> bool:
    """Hosts that the operator has named: "host" for any port, "host:port" for one (IPv6 without brackets)."""
    allowed = {str(name).strip().lower() for name in settings.OUTBOUND_ALLOW}
    return bool({host.lower(), f"{host.lower()}:{port}"} & allowed)


def _parts(url: str):
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        raise ForbiddenAddress(_("This is not a web address: check how it is written.")) from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise ForbiddenAddress(_("The address must begin with http:// or https:// and name a server."))
    if parts.username is not None or "\\" in url:
        raise ForbiddenAddress(_("The address must not hold a user name, a password or a backslash."))
    return parts


def _exchange(url, method, data, headers, max_bytes, cut, deadline: Deadline, start: float) -> Response:
    _parts(url)
    with _session(deadline) as session:
        try:
            answer = session.request(
                method, url, data=data, headers=_headers(headers), stream=True, timeout=deadline.remaining()
            )
            with answer:
                body = _body(answer, max_bytes, cut)
        except (requests.RequestException, TransportError, OSError, ValueError) as error:
            raise _failure(error, deadline) from None
        if deadline.expired:
            raise _failure(None, deadline)
        return Response(answer.status_code, answer.headers, body, time.monotonic() - start, url)


class _PlainSession(HTTPSession):
    def get_redirect_target(self, resp):
        """None: even when it does not follow, the library would read the whole body of a redirect without a limit."""


def _session(deadline: Deadline) -> HTTPSession:
    config = Config(
        ip_filter_enable=False,  # the adapter below checks addresses against our own list
        ip_filter_allow_loopback_ips=False,
        never_redirect=True,
        default_timeout=(deadline.seconds, deadline.seconds),
        user_agent_override=None,
    )
    session = _PlainSession(config)
    session.trust_env = False
    for scheme in PORTS:
        session.mount(f"{scheme}://", PinnedAdapter(resolve, deadline))
    return session


def _headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    own = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", "Accept": "*/*"}
    return own | {name: value for name, value in (headers or {}).items() if name.lower() != "host"}


def _body(answer: requests.Response, max_bytes: int, cut: bool) -> bytes:
    """The whole answer, unpacked by ourselves so that a small one cannot become a large one."""
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        raise FetchFailed(_("The server packed its answer in a way that was not asked for (%s).") % encoding[:20])
    unpack = zlib.decompressobj(31) if encoding == "gzip" else None
    parts, total = [], 0
    while chunk := answer.raw.read1(_CHUNK, decode_content=False):
        part = _unpacked(unpack, chunk, max_bytes - total + 1) if unpack else chunk
        total += len(part)
        if total > max_bytes:
            if cut:
                return b"".join([*parts, part])[:max_bytes]
            raise FetchFailed(_("The answer is larger than %d KB.") % (max_bytes // 1024))
        parts.append(part)
    if unpack and total and not unpack.eof:
        raise FetchFailed(_("The packed answer of the server is damaged."))
    return b"".join(parts)


def _unpacked(unpack, chunk: bytes, room: int) -> bytes:
    try:
        return unpack.decompress(chunk, room)
    except zlib.error:
        raise FetchFailed(_("The packed answer of the server is damaged.")) from None


def _failure(error: Exception | None, deadline: Deadline) -> FetchFailed:
    if deadline.expired or isinstance(error, (requests.Timeout, TimeoutError)):
        return FetchFailed(_("The server did not answer within %d seconds.") % round(deadline.seconds))
    if isinstance(error, requests.exceptions.SSLError):
        return FetchFailed(_("The certificate of the server is not valid for this address."))
    if isinstance(error, (requests.exceptions.InvalidHeader, ValueError)):
        return FetchFailed(_("The address or one of the headers cannot be sent: check how it is written."))
    return FetchFailed(_("The connection to the server failed or was cut."))


def _redirect_target(answer: Response) -> str:
    if answer.status not in _REDIRECTS:
        return ""
    location = answer.headers.get("Location", "")
    return urljoin(answer.url, location) if location else ""


def _for_redirect(answer: Response, target: str, method: str, data, headers):
    """What is sent to the next address: nothing secret to another server, nothing at all after 301, 302, 303."""
    if urlsplit(target)[:2] != urlsplit(answer.url)[:2]:
        headers = {k: v for k, v in (headers or {}).items() if k.lower() not in ("authorization", "cookie")}
    if answer.status == 303 or (answer.status in (301, 302) and method == "POST"):
        method, data = "GET", None
    return method, data, headers
