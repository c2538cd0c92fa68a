"""The click server: an RSGI application for granian. Run it with `python -m tracking.edge`."""

import ctypes
import json
import logging
import multiprocessing
import os
import signal
import sys
import time
from collections import Counter
from functools import lru_cache

from cpanet.core.client_address import client_address
from cpanet.core.countries import database
from tracking.edge import pages, settings
from tracking.edge.decide import Request, decide
from tracking.edge.recorder import RECORDERS
from tracking.edge.routes import route_of
from tracking.edge.snapshot_watch import SnapshotWatch
from tracking.edge.spool import Spool, edge_id
from tracking.edge.stamps import ClickIds, Times
from tracking.edge.visitors import Visitors

log = logging.getLogger("cpanet.edge")
_NO_STORE = ("cache-control", "no-store")
_REFERRER = ("referrer-policy", "strict-origin-when-cross-origin")
_JSON = [("content-type", "application/json"), _NO_STORE]
_ALLOW = [("allow", "GET, HEAD"), _NO_STORE]


class Edge:
    """One worker: holds the snapshot, decides, records, answers."""

    def __init__(self, config: settings.EdgeSettings):
        self._config = config
        self._proxies = config.trusted_proxies
        self.counts: Counter = Counter()
        self._watch = SnapshotWatch(config.snapshot_path)

    def __rsgi_init__(self, loop):
        config = self._config
        _end_with_parent()
        sys.setswitchinterval(0.0005)  # the loop must not wait 5 ms for a thread that reads a snapshot
        edge = edge_id(config.spool_dir, config.edge_name)
        self._spool = Spool(
            config.spool_dir, edge, segment_bytes=config.segment_bytes, segment_seconds=config.segment_seconds
        )
        self._recorder = RECORDERS[config.durability](self._spool, loop)
        self._visitors = Visitors(config.visitors, config.visitors_path)
        self._ids, self._times = ClickIds(), Times()
        self._countries = database()
        self._watch.load()
        self._watching = loop.create_task(self._watch.keep_fresh())

    def __rsgi_del__(self, loop):
        self._watching.cancel()
        self._recorder.close()

    async def __rsgi__(self, scope, protocol):
        try:
            path = scope.path
            if path.startswith("/c/"):
                answer = self._click(scope, protocol, path)
                if answer is not None:
                    network, decision, written = answer
                    if written is not None:
                        await written
                    self._send(protocol, network, decision)
            elif path in ("/health/", "/health"):
                self._health(protocol)
            else:
                self._page(protocol, "", "unknown_code")
        except Exception:  # whatever it is, a visitor never sees it
            self.counts["errors"] += 1
            log.exception("a request failed: %s %r", scope.method, scope.path[:200])
            self._page(protocol, "", "")

    def _click(self, scope, protocol, path: str):
        """Decide and record: (network, decision, what to wait for or None); None when it is answered already."""
        method, headers = scope.method, scope.headers
        if method not in ("GET", "HEAD"):
            protocol.response_empty(405, _ALLOW)
            return None
        network = self._watch.snapshot.network_of(host_name(scope.authority or headers.get("host") or ""))
        route = network and route_of(network, path[3:].rstrip("/"))
        if not route:
            self._unknown(protocol, network)
            return None
        now = time.time_ns() // 1_000_000
        decision = decide(
            self._request(scope, headers, method),
            route,
            now=now,
            time=self._times.text(now),
            click_id=self._ids.new(now),
            visitors=self._visitors,
        )
        return network, decision, self._recorder.add(decision.row)

    def _send(self, protocol, network, decision):
        if decision.address:
            protocol.response_empty(302, [("location", decision.address), _NO_STORE, _REFERRER])
        else:
            self._page(protocol, network.name, decision.reason)

    def _request(self, scope, headers, method: str) -> Request:
        get = headers.get
        forwarded = ",".join(headers.get_all("x-forwarded-for")) if self._proxies else ""
        purpose = get("sec-purpose") or get("purpose") or get("x-moz") or ""
        return Request(
            scope.query_string,
            client_address(scope.client, forwarded, trusted_proxies=self._proxies),
            get("user-agent") or "",
            get("referer") or "",
            get("accept-language") or "",
            method == "HEAD",
            purpose.startswith(("prefetch", "preview")),
        )

    def _unknown(self, protocol, network):
        reason = "unknown_code" if network else "unknown_host"
        self.counts[reason] += 1
        self._page(protocol, network.name if network else "", reason)

    def _page(self, protocol, network_name: str, reason: str):
        protocol.response_str(404, list(pages.HEADERS), pages.not_found(network_name, reason))

    def _health(self, protocol):
        report = self.health(time.time())
        protocol.response_str(200 if report["status"] == "ok" else 503, _JSON, json.dumps(report))

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
    return authority[:300].rpartition("@")[2].partition(":")[0].rstrip(".").lower()


def _end_with_parent() -> None:
    """Ask the kernel to end this worker when the server process is killed: it would go on holding the port."""
    server = multiprocessing.parent_process()
    if sys.platform == "linux" and server is not None:
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
        if os.getppid() != server.pid:  # it was killed before we could ask
            os._exit(1)


app = Edge(settings.from_environment())
