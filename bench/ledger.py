"""Journals per second that several processes post to one ledger, against bare commits of one row, in one run.

    python bench/ledger.py [--journals 20000] [--processes 8]

Starts embedded servers of its own in a temporary directory, durable as in production. Each process posts journals of
all kinds over the same few accounts, each in a transaction of its own; afterwards every invariant of the ledger is
asked. The reference is one INSERT and COMMIT per row over as many processes on the same PostgreSQL.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.stage import embedded  # noqa: E402

SEED = 20_261_122


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, usual in (("journals", 20_000), ("processes", 8)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    options = parser.parse_args()
    with embedded():
        figures = measure(options.journals, options.processes)
    print(json.dumps(figures, indent=2))
    faults = figures["deadlocks"] + figures["violations"] + len(figures["broken_invariants"])
    raise SystemExit(1 if faults else 0)


def measure(journals, processes) -> dict:
    from cpanet.tenancy.services import create_network
    from tests.ledger.storm import blow

    network = create_network(name="Bench", host="bench.test", currency="USD")
    bare = commits_per_second(journals, processes)
    begin = time.perf_counter()
    said = blow(network_id=network.pk, processes=processes, journals=journals, seed=SEED)
    per_second = round(journals / (time.perf_counter() - begin), 1)
    return {
        "journals": journals, "processes": processes, "journals_per_second": per_second,
        "bare_commits_per_second": bare, "journals_to_bare_commits": round(per_second / bare, 3),
        "deadlocks": said["deadlocks"], "violations": said["violations"],
        "kinds": dict(said), **looked_at(network.pk),
    }  # fmt: skip


def looked_at(network_id) -> dict:
    """What the ledger itself says afterwards."""
    from django.utils import timezone

    from cpanet.ledger.checks import LEDGER, examine
    from cpanet.ledger.models import Entry, Journal
    from cpanet.tenancy.scope import network_scope

    with network_scope(network_id):
        findings = examine(LEDGER, network_id=network_id, now=timezone.now())
        counts = {"journals_stored": Journal.objects.count(), "entries_stored": Entry.objects.count()}
    return counts | {"broken_invariants": [finding.name for finding in findings if not finding.holds]}


def commits_per_second(number, processes) -> float:
    """One INSERT and COMMIT each: what this machine's disk and PostgreSQL can do at most."""
    import psycopg2

    from tests.ledger.storm import together

    with psycopg2.connect(os.environ["DATABASE_URL"]) as one, one.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_rows (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), said text)")
    begin = time.perf_counter()
    together(insert_rows, [(number // processes,)] * processes)
    return round(number / (time.perf_counter() - begin), 1)


def insert_rows(count):
    import psycopg2

    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    for _ in range(count):
        with connection, connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_rows (said) VALUES ('approved')")
    connection.close()


if __name__ == "__main__":
    main()
