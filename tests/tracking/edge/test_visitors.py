import random
import subprocess
import sys
import uuid
from datetime import UTC, datetime

from tests.tracking.edge.clicks import NOW
from tracking.edge.routes import salt_of
from tracking.edge.stamps import ClickIds, Times
from tracking.edge.visitor import address_facts, agent_facts, visitor_key
from tracking.edge.visitors import Visitors


def test_first_again_after_the_window_counted_from_the_first_click():
    visitors = Visitors(64)
    assert visitors.is_first(7 << 40, 1000, 100)
    assert not visitors.is_first(7 << 40, 1050, 100)
    assert not visitors.is_first(7 << 40, 1099, 100)
    assert visitors.is_first(7 << 40, 1100, 100)
    assert not visitors.is_first(7 << 40, 1199, 100)


def test_a_table_half_full_forgets_nobody_and_a_full_one_forgets_the_oldest():
    keys = [random.Random(1).getrandbits(64) for _ in range(1)] + [
        random.Random(n).getrandbits(64) for n in range(2, 600)
    ]
    visitors = Visitors(2048)
    assert all(visitors.is_first(key, 1000 + at, 10**6) for at, key in enumerate(keys))
    assert not any(visitors.is_first(key, 2000, 10**6) for key in keys)
    small = Visitors(64)
    for at, key in enumerate(keys):
        small.is_first(key, 1000 + at, 10**6)
    assert not any(small.is_first(key, 2000, 10**6) for key in keys[-3:])


def test_workers_and_restarts_share_the_file(tmp_path):
    path = tmp_path / "edge" / "visitors"
    one, two = Visitors(1000, path), Visitors(1000, path)
    assert one.is_first(1 << 60, 1000, 100)
    assert not two.is_first(1 << 60, 1001, 100)
    code = (
        "import sys; from pathlib import Path; from tracking.edge.visitors import Visitors\n"
        "print(Visitors(1000, Path(sys.argv[1])).is_first(1 << 60, 1002, 100))"
    )
    assert subprocess.check_output([sys.executable, "-c", code, str(path)]) == b"False\n"
    assert [each.name for each in path.parent.iterdir()] == ["visitors-16384"]


def test_without_a_place_for_the_file_memory_serves(tmp_path):
    (tmp_path / "edge").write_text("in the way")
    visitors = Visitors(1000, tmp_path / "edge" / "visitors")
    assert visitors.is_first(1 << 60, 1000, 100)


def test_a_visitor_is_an_address_with_an_agent_on_a_link():
    def key(address="8.8.8.8", agent="Firefox", link=1):
        return visitor_key(address_facts(address), agent_facts(agent), salt_of(link))

    assert key() == key()
    assert len({key(), key(address="8.8.4.4"), key(agent="Chrome"), key(link=2)}) == 4


def test_ids_are_uuids_of_version_7_with_the_time_of_the_click():
    ids = ClickIds()
    made = [ids.new(NOW + number // 500) for number in range(5000)]
    assert len(set(made)) == 5000
    for text in made:
        uid = uuid.UUID(text)
        assert (uid.version, uid.variant, str(uid)) == (7, uuid.RFC_4122, text)
    assert uuid.UUID(made[0]).int >> 80 == NOW


def test_times_are_exact_to_the_millisecond():
    times = Times()
    for moment in (NOW, NOW + 1, NOW + 876, NOW + 877, NOW - 5000):
        assert datetime.fromisoformat(times.text(moment) + ":00") == datetime.fromtimestamp(moment / 1000, tz=UTC)
