"""The bytes of HTTP: order, ends and limits, with a transport that remembers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.edge.http import IDLE_SECONDS, LONGEST_REQUEST, Connection, close_idle

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


class Transport:
    def __init__(self):
        self.sent, self.closed, self.reads = b"", False, True

    def get_extra_info(self, name):
        return ("2001:db8::1", 4711, 0, 0)

    def write(self, data):
        assert not self.closed
        self.sent += data

    def close(self):
        self.closed = True

    def pause_reading(self):
        self.reads = False

    def resume_reading(self):
        self.reads = True


class Clock:
    now = 0.0

    def time(self):
        return self.now


class Visit:
    """A connection to an application that answers with the target, at once or, for /later, when it is told to."""

    def __init__(self):
        self.seen, self.owed, self.all, self.clock = [], [], set(), Clock()
        self.connection, self.transport = Connection(self.application, self.all, self.clock), Transport()
        self.connection.connection_made(self.transport)

    def application(self, request, connection):
        self.seen.append(request)
        if request.target.startswith(b"/later"):
            self.owed.append(OK.replace(b"OK", request.target))
            return None
        return OK.replace(b"OK", request.target)

    def send(self, data):
        self.connection.data_received(data)

    def pay(self):
        self.connection.answer(self.owed.pop(0))

    @property
    def answers(self):
        """The targets of the requests that were answered, the code where one was refused."""
        words = [part.split(b"\r\n")[0].split(b" ") for part in self.transport.sent.split(b"HTTP/1.1 ")[1:]]
        return [reason if code == b"200" else code for code, reason, *_ in words]


def get(target, more=b"", version=b"1.1"):
    return b"GET %b HTTP/%b\r\nHost: go.example\r\n%b\r\n" % (target, version, more)


@pytest.fixture
def visit():
    return Visit()


def test_a_request_arrives_with_its_facts(visit):
    visit.send(get(b"/c/x?a=%20", b"X-Forwarded-For: 1\r\nx-forwarded-for: 2\r\nUSER-agent: B\r\n"))
    (request,) = visit.seen
    assert (request.method, request.target, request.peer) == (b"GET", b"/c/x?a=%20", "2001:db8::1")
    assert request.headers[b"x-forwarded-for"] == b"1,2"
    assert request.headers[b"user-agent"] == b"B"
    assert not visit.transport.closed


def test_answers_leave_in_the_order_of_the_questions(visit):
    visit.send(get(b"/later1") + get(b"/at-once") + get(b"/later2") + get(b"/end"))
    assert visit.answers == []
    visit.pay()
    assert visit.answers == [b"/later1", b"/at-once"]
    visit.pay()
    assert visit.answers == [b"/later1", b"/at-once", b"/later2", b"/end"]


STREAM = (
    get(b"/a") + get(b"/later", b"User-Agent: x\r\n") + b"POST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc" + get(b"/d")
)


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_it_does_not_matter_how_the_bytes_are_cut(cuts):
    visit, places = Visit(), sorted({0, *cuts, len(STREAM)})
    for start, end in zip(places, places[1:], strict=False):
        visit.send(STREAM[start:end])
    visit.pay()
    assert visit.answers == [b"/a", b"/later", b"/b", b"/d"]


@pytest.mark.parametrize("last", [get(b"/a", b"Connection: close\r\n"), get(b"/a", version=b"1.0")])
def test_the_last_answer_says_that_it_is_the_last(visit, last):
    visit.send(get(b"/first") + last)
    assert visit.answers == [b"/first", b"/a"]
    assert visit.transport.closed
    assert visit.transport.sent.count(b"connection: close") == 1
    visit.send(get(b"/more"))
    assert len(visit.seen) == 2


def test_a_connection_that_closes_waits_for_an_owed_answer(visit):
    visit.send(get(b"/later", b"Connection: close\r\n"))
    assert not visit.transport.closed
    visit.pay()
    assert visit.answers == [b"/later"]
    assert visit.transport.closed


@pytest.mark.parametrize(
    "junk", [b"\x16\x03\x01\x02\x00\x01", b"BREW / HTTP/1.1\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET\r\n\r\n",
             b"\xff" * 50, b"GET / HTTP/1.1\r\nA B: c\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"],
    ids=range(7),
)  # fmt: skip
def test_what_is_no_http_is_refused(visit, junk):
    visit.send(get(b"/a") + junk)
    assert visit.answers == [b"/a", b"400"]
    assert visit.transport.closed


def test_junk_behind_a_good_request_does_not_cost_it_its_answer(visit):
    visit.send(get(b"/later") + b"\xff\xff")
    visit.pay()
    assert visit.answers == [b"/later"]


def test_a_request_without_end_is_refused(visit):
    visit.send(b"GET /a HTTP/1.1\r\n")
    for _ in range(LONGEST_REQUEST // 8000 + 1):
        if not visit.transport.closed:
            visit.send(b"x-%b: y\r\n" % (b"a" * 8000))
    assert visit.answers == [b"431"]
    assert visit.transport.closed


def test_who_sends_without_end_or_nothing_is_closed_in_the_end(visit):
    visit.clock.now = IDLE_SECONDS
    close_idle(visit.all, visit.clock.now)
    assert not visit.transport.closed
    visit.send(b"GET /a HT")
    close_idle(visit.all, visit.clock.now + 1)
    assert visit.transport.closed


def test_who_is_owed_an_answer_is_not_idle(visit):
    visit.send(get(b"/later"))
    close_idle(visit.all, IDLE_SECONDS * 2)
    assert not visit.transport.closed


def test_an_answer_to_somebody_who_has_left_is_nobody_s(visit):
    visit.send(get(b"/later") + get(b"/more"))
    visit.connection.connection_lost(None)
    visit.pay()
    assert (visit.transport.sent, visit.all) == (b"", set())


def test_a_visitor_who_does_not_read_is_not_read(visit):
    visit.connection.pause_writing()
    assert not visit.transport.reads
    visit.connection.resume_writing()
    assert visit.transport.reads
