"""The click server's application: what is answered to a request. Run it with `python -m tracking.edge`."""

import json
import logging
import time
from collections import Counter
from functools import lru_cache
from urllib.parse import unquote

from cpanet.core.client_address import client_address
from cpanet.core.countries import database
from cpanet.core.data_centres import data_centres
from tracking.edge import http, pages, settings
from tracking.edge.answers import Answers
from tracking.edge.cookies import click_cookie
from tracking.edge.decide import Request, decide
from tracking.edge.memo import Memo
from tracking.edge.recorder import RECORDERS
from tracking.edge.routes import route_of
from tracking.edge.snapshot_watch import SnapshotWatch
from tracking.edge.spool import Spool, edge_id
from tracking.edge.stamps import ClickIds, Times
from tracking.edge.visitors import Visitors

log = logging.getLogger("cpanet.edge")
_JSON = (("content-type", "application/json"), ("cache-control", "no-store"))
_ALLOW = (("allow", "GET, HEAD"), ("cache-control", "no-store"))
LONGEST_HOST = 300  # cut before it is looked up: what a visitor sends must not fill the memory
_PREFETCH = (b"prefetch", b"preview")


class Edge:
    """One worker: holds the snapshot, decides, records, answers. Call it with a request and its connection."""

    def __init__(self, config: settings.EdgeSettings):
        self._config = config
        self._proxies = config.trusted_proxies
        self.counts: Counter = Counter()
        self._watch = SnapshotWatch(config.snapshot_path)
        self._answers = Answers()
        self._addresses = Memo(lambda key: self._address(*key), 65536)

    def open(self, loop) -> None:
        """Load the snapshot and begin a spool. To be called in the process that will serve."""
        config = self._config
        edge = edge_id(config.spool_dir, config.edge_name)
        self._spool = Spool(
            config.spool_dir, edge, segment_bytes=config.segment_bytes, segment_seconds=config.segment_seconds,
            synced=config.durability == "sync",
        )  # fmt: skip
        self._recorder = RECORDERS[config.durability](self._spool, loop)
        self._visitors = Visitors(config.visitors, config.visitors_path)
        self._ids, self._times = ClickIds(), Times()
        self._countries = database()
        data_centres()  # a list that cannot be read is to stop the start, not each click
        self._watch.load()
        self._watching = loop.create_task(self._watch.keep_fresh())

    def close(self) -> None:
        """Keep what is not kept yet."""
        self._watching.cancel()
        self._recorder.close()

    def __call__(self, request: http.Request, connection) -> bytes | None:
        """The answer, or None when `connection.answer` will get it once the click is kept. Never raises."""
        now = time.time_ns() // 1_000_000
        try:
            path, query, authority = split_target(request.target)
            if path.startswith("/c/"):
                return self._click(request, connection, path, query, authority, now)
            if path in ("/health/", "/health"):
                return self._health(request, now)
            return self._page(request, "", "unknown_code", now)
        except Exception:  # whatever it is, a visitor never sees it
            self.counts["errors"] += 1
            log.exception("a request failed: %r", request.target[:200])
            return self._page(request, "", "", now)

    def _click(self, request, connection, path: str, query: str, authority: str, now: int) -> bytes | None:
        is_head = request.method == b"HEAD"
        if request.method != b"GET" and not is_head:
            return self._answers.page(405, _ALLOW, "", now // 1000)
        network = self._watch.snapshot.network_of(
            host_name((authority or request.headers.get(b"host", b"").decode("utf-8", "replace"))[:LONGEST_HOST])
        )
        route = network and route_of(network, path[3:].rstrip("/"))
        if not route:
            return self._unknown(request, network, now)
        click_id = self._ids.new(now)
        decision = decide(
            self._facts(request, query, is_head),
            route,
            now=now,
            time=self._times.text(now),
            click_id=click_id,
            visitors=self._visitors,
        )
        if decision.address:
            cookie = self._cookie(request, route, click_id) if route.cookie_seconds and decision.is_visit else ""
            answer = self._answers.redirect(decision.address, now // 1000, cookie)
        else:
            answer = self._page(request, network.name, decision.reason, now)
        self._recorder.add(decision.row, connection, answer)
        return None

    def _cookie(self, request, route, click_id: str) -> str:
        header = request.headers.get(b"cookie", b"").decode("ascii", "replace")
        https = self._config.https
        return click_cookie(route.advertiser_id, click_id, header, seconds=route.cookie_seconds, https=https)

    def _facts(self, request: http.Request, query: str, is_head: bool) -> Request:
        get = request.headers.get
        forwarded = get(b"x-forwarded-for", b"") if self._proxies else b""
        purpose = get(b"sec-purpose") or get(b"purpose") or get(b"x-moz") or b""
        return Request(
            query,
            self._addresses[request.peer, forwarded]
            if len(forwarded) < 200
            else self._address(request.peer, forwarded),
            get(b"user-agent", b"").decode("utf-8", "replace"),
            get(b"referer", b"").decode("utf-8", "replace"),
            get(b"accept-language", b"").decode("utf-8", "replace"),
            is_head,
            purpose.startswith(_PREFETCH),
        )

    def _address(self, peer: str, forwarded: bytes) -> str:
        return client_address(peer, forwarded.decode("utf-8", "replace"), trusted_proxies=self._proxies)

    def _unknown(self, request, network, now: int) -> bytes:
        reason = "unknown_code" if network else "unknown_host"
        self.counts[reason] += 1
        return self._page(request, network.name if network else "", reason, now)

    def _page(self, request, network_name: str, reason: str, now: int) -> bytes:
        body = pages.not_found(network_name, reason)
        return self._answers.page(404, pages.HEADERS, body, now // 1000, is_head=request.method == b"HEAD")

    def _health(self, request, now: int) -> bytes:
        report = self.health(now / 1000)
        status = 200 if report["status"] == "ok" else 503
        return self._answers.page(status, _JSON, json.dumps(report), now // 1000, is_head=request.method == b"HEAD")

    def health(self, now: float) -> dict:
        """What an operator or a load balancer asks: is there a snapshot, is the spool taking clicks."""
        snapshot, spool = self._watch.snapshot, self._spool.state()
        return {
            "status": "ok" if snapshot.version and not spool["failure"] else "failing",
            "snapshot": {
                "version": snapshot.version,
                "age_seconds": round(now - self._watch.fresh_at, 1) if snapshot.version else None,
                "failure": self._watch.failure,
                "networks": len(snapshot.networks),
                "links": sum(len(network.links) for network in snapshot.networks.values()),
            },
            "spool": spool,
            "countries": {"name": self._countries.name, "built_on": str(self._countries.built_on or "unknown")},
            **{name: self.counts[name] for name in ("unknown_host", "unknown_code", "errors")},
        }


@lru_cache(4096)
def host_name(authority: str) -> str:
    """The host in a Host header: lower case, without port and closing dot."""
    return authority.rpartition("@")[2].partition(":")[0].rstrip(".").lower()


def split_target(target: bytes) -> tuple[str, str, str]:
    """Path, query and authority of a request target; the authority is '' unless the target is an absolute address."""
    text, authority = target.decode("utf-8", "replace"), ""
    if not text.startswith("/") and "://" in text[:8]:
        authority, slash, rest = text.partition("://")[2].partition("/")
        text = slash + rest
    path, _, query = text.partition("#")[0].partition("?")
    return (unquote(path) if "%" in path else path), query, authority
