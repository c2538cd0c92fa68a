# ruff: noqa: E501 - tables of cases
"""The application as a connection calls it: any text a client can send."""

import asyncio
import json
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tracking.edge.clicks import PHONE, network
from tracking.edge import query, visitor
from tracking.edge.app import Edge, host_name
from tracking.edge.http import Request
from tracking.edge.settings import EdgeSettings
from tracking.edge.shipper import COLUMNS
from tracking.edge.snapshot import section_of, write_snapshot


class Answer:
    """An HTTP answer, taken apart."""

    def __init__(self, data: bytes):
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("ascii").split("\r\n")
        self.status, self.body = int(first.split(" ")[1]), body.decode()
        self.headers = dict(line.split(": ", 1) for line in lines)


class Connection:
    """Who waits for an answer."""

    def __init__(self, loop):
        self.answered = loop.create_future()

    def answer(self, data):
        self.answered.set_result(data)


class Running:
    """An edge over a small snapshot, and the way to ask it."""

    def __init__(self, data_dir, *, snapshot=None, **options):
        self.config = EdgeSettings(data_dir=data_dir, visitors=64, **options)
        if snapshot is not False:
            sections = {1: section_of(snapshot or network(name="Al<pha>"))}
            write_snapshot(
                self.config.snapshot_path, version=1, built_at=1.0, hosts={"go.alpha.test": 1}, sections=sections
            )
        self.edge = Edge(self.config)
        self.loop = asyncio.new_event_loop()
        self.edge.open(self.loop)

    def ask(self, path="/c/abc", query="", *, method="GET", client="8.8.8.8", **headers):
        given = {
            "host": "go.alpha.test",
            "user-agent": PHONE,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = {
            name.encode(): (",".join(value) if isinstance(value, list) else value).encode("utf-8", "surrogatepass")
            for name, value in given.items()
        }
        target = (f"{path}?{query}" if query else path).encode("utf-8", "surrogatepass")
        connection = Connection(self.loop)
        request = Request(method.encode(), target, lines, client, True)
        answer = self.edge(request, connection)
        return Answer(answer if answer is not None else self.loop.run_until_complete(connection.answered))

    def rows(self):
        names = COLUMNS.split(", ")
        lines = [
            line
            for path in sorted(self.config.spool_dir.glob("*.clicks"))
            for line in path.read_bytes().decode().split("\n")[:-1]
        ]
        return [dict(zip(names, line.split("\t"), strict=True)) for line in lines]

    def stop(self):
        self.edge.close()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()


@pytest.fixture
def edge(tmp_path):
    running = Running(tmp_path)
    yield running
    running.stop()


def test_a_click_is_written_before_the_answer_which_carries_its_id(edge):
    answer = edge.ask(query="sub1=x")
    assert answer.status == 302
    assert answer.headers["cache-control"] == "no-store"
    assert "referrer-policy" in answer.headers
    (row,) = edge.rows()
    assert parse_qs(urlsplit(answer.headers["location"]).query)["click"] == [row["id"]]
    assert uuid.UUID(row["id"]).version == 7
    assert (row["sub1"], row["address"]) == ("x", "8.8.8.8")


@pytest.mark.parametrize("path", ["/c/abc", "/c/abc/"])
def test_head_is_answered_and_flagged(edge, path):
    assert edge.ask(path, method="HEAD").status == 302
    assert edge.rows()[0]["flags"] == "{head}"


@pytest.mark.parametrize(
    "header", [{"purpose": "prefetch"}, {"sec_purpose": "prefetch;prerender"}, {"x_moz": "prefetch"}]
)
def test_prefetch_is_flagged(edge, header):
    edge.ask(**header)
    assert edge.rows()[0]["flags"] == "{prefetch}"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "BREW"])
def test_other_methods_are_refused_and_leave_no_click(edge, method):
    answer = edge.ask(method=method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert edge.rows() == []


@pytest.mark.parametrize(
    "path", ["/", "/c", "/c/", "/c/none", "/c/abc/def", "/C/abc", "/favicon.ico", "*", "", "/c/\x00\ufffd"]
)
def test_unknown_addresses_show_the_page_and_leave_no_click(edge, path):
    answer = edge.ask(path)
    assert answer.status == 404
    assert "This link leads nowhere" in answer.body
    assert edge.rows() == []


@pytest.mark.parametrize("host", ["go.alpha.test:8001", "GO.Alpha.Test", "go.alpha.test.", "go.alpha.test.:80"])
def test_host_names_are_compared_as_names(edge, host):
    assert edge.ask(host=host).status == 302


@pytest.mark.parametrize("host", ["", "other.test", "go.alpha.test.evil.test", "[::1]", "a" * 5000, "\ufffd"])
def test_unknown_hosts_are_counted(edge, host):
    assert edge.ask(host=host).status == 404
    assert edge.edge.health(0.0)["unknown_host"] == 1


def test_an_absolute_address_says_the_host(edge):
    assert edge.ask("http://go.alpha.test/c/abc", host="x").status == 302
    assert edge.ask("http://other.test/c/abc").status == 404


def test_host_name_of_an_address_with_a_user():
    assert host_name("user:x@go.alpha.test:80") == "go.alpha.test"


def test_a_refusal_without_fallback_shows_the_network_s_page_with_the_reason(tmp_path):
    edge = Running(tmp_path, snapshot=network(name="Al<pha>", offer={"status": "paused"}))
    answer = edge.ask()
    assert answer.status == 404
    assert "This offer is not available" in answer.body
    assert "Al&lt;pha&gt;" in answer.body
    assert "paused" in answer.body
    assert "http" not in answer.body.replace("http-equiv", "")  # nothing is fetched from elsewhere
    assert edge.rows()[0]["reason"] == "paused"
    edge.stop()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.5", "8.8.8.8"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),
        (1, ["6.6.6.6", "203.0.113.5"], "203.0.113.5"),  # proxies may add a line of their own
        (2, ["6.6.6.6", "203.0.113.5, 10.0.0.1"], "203.0.113.5"),
    ],
)
def test_the_visitor_is_found_behind_our_proxies(tmp_path, proxies, forwarded, address):
    edge = Running(tmp_path, trusted_proxies=proxies)
    edge.ask(x_forwarded_for=forwarded)
    assert edge.rows()[0]["address"] == address
    edge.stop()


def test_health(edge):
    edge.ask()
    edge.ask("/c/none")
    answer = edge.ask("/health/")
    report = json.loads(answer.body)
    assert (answer.status, report["status"]) == (200, "ok")
    assert report["spool"]["written"] == 1
    assert (report["snapshot"]["version"], report["snapshot"]["links"], report["unknown_code"]) == (1, 1, 1)
    assert report["snapshot"]["age_seconds"] >= 0
    assert report["countries"]["built_on"]


def test_without_a_snapshot_visitors_see_the_page_and_health_says_so(tmp_path):
    edge = Running(tmp_path, snapshot=False)
    assert edge.ask().status == 404
    answer = edge.ask("/health/")
    assert (answer.status, json.loads(answer.body)["status"]) == (503, "failing")
    edge.stop()


def test_a_broken_disk_does_not_stop_a_visitor_and_health_says_so(tmp_path):
    edge = Running(tmp_path)
    edge.edge._spool._directory = tmp_path / "edge" / "snapshot.jsonl" / "no directory"
    assert edge.ask().status == 302
    answer = edge.ask("/health/")
    assert (answer.status, json.loads(answer.body)["spool"]["waiting"]) == (503, 1)
    edge.edge._spool._directory = tmp_path / "spool"
    edge.stop()
    assert len(edge.rows()) == 1  # it waited in memory


def test_a_bug_is_not_the_visitor_s_affair(edge, monkeypatch, caplog):
    monkeypatch.setattr("tracking.edge.app.decide", lambda *_, **__: 1 / 0)
    assert edge.ask().status == 404
    assert edge.edge.health(0.0)["errors"] == 1
    assert "ZeroDivisionError" in caplog.text


ANY_TEXT = st.text(st.characters(), max_size=300)
TROUBLE = st.sampled_from(
    ["%", "%00", "%ff%fe", "\x00", "\\", "\t", "\n", "\r", "&", "=", "+", "{sub1}", "%s", "\\.", "\\N", "\ud800"]
)
QUERIES = st.one_of(
    ANY_TEXT,
    st.lists(st.one_of(TROUBLE, ANY_TEXT, st.sampled_from(["sub1=", "&url=", "&click_id=", "&cost="]))).map("".join),
)


@pytest.fixture(scope="module")
def robust_edge(tmp_path_factory):
    on = network(offer={"deep_link_domains": ("shop.example",)})
    running = Running(tmp_path_factory.mktemp("edge"), snapshot=on, trusted_proxies=1, durability="write")
    yield running
    running.stop()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=QUERIES, agent=ANY_TEXT, referer=ANY_TEXT, language=ANY_TEXT, forwarded=ANY_TEXT, purpose=ANY_TEXT, path=st.one_of(st.just("/c/abc"), ANY_TEXT), host=st.one_of(st.just("go.alpha.test"), ANY_TEXT), method=st.sampled_from(["GET", "HEAD", "POST"]))  # fmt: skip
def test_no_text_breaks_it(robust_edge, query, agent, referer, language, forwarded, purpose, path, host, method):
    before = len(robust_edge.rows())
    answer = robust_edge.ask(
        path, query, method=method, host=host, user_agent=agent, referer=referer, accept_language=language,
        x_forwarded_for=forwarded, purpose=purpose,
    )  # fmt: skip
    assert answer.status in (200, 302, 404, 405)
    assert robust_edge.edge.counts["errors"] == 0
    assert len(robust_edge.rows()) - before == (answer.status == 302)
    if answer.status == 302:
        location = answer.headers["location"]
        assert location.startswith("https://shop.example/")
        assert location.isascii()
        assert location.isprintable()
        assert " " not in location


@pytest.mark.parametrize(
    "query", ["a" * 100_000, "&" * 100_000, "sub1=" + "%00" * 30_000, "sub1=x&" * 20_000, "url=" + "a" * 100_000]
)
def test_a_very_long_query_is_answered_quickly(robust_edge, query):
    assert robust_edge.ask(query=query).status == 302


def test_what_visitors_send_does_not_fill_the_memory(robust_edge):
    long = "n" * 50_000
    robust_edge.ask(query=f"{long}=1&{long.upper()}=2&sub1={long}", host=f"go.alpha.test{long}", user_agent=long)
    robust_edge.ask(query=f"{long}=1", referer=f"https://x.example/{long}", accept_language=long, x_forwarded_for=long)
    memos = [query._places, query._short_marks, visitor._agents, visitor._referrers, visitor._languages]
    assert max(len(key) for memo in memos for key in memo) <= 600
    assert all(len(forwarded) < 200 for _peer, forwarded in robust_edge.edge._addresses)
