"""How long the check of the books takes, how much memory, and whether it finds what is planted.

    python bench/check_ledger.py [--conversions 200000]

Starts embedded servers of its own in a temporary directory. A few leads are made by the services; as many more
as were asked for are copied from them in sets, with their journals, entries and balances, half of them released:
books that agree. Then `manage.py check_ledger` runs over them in a process of its own, and once more after
faults were planted. Rows for 1,000,000 conversions (1.5 million journals, 5 million entries) take some 5 GB of disk.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.stage import embedded  # noqa: E402

OUT = "(SELECT {which}(id) FROM tracking_conversion WHERE released > 0)"
# What is planted: a statement, and the invariant that must find it.
FAULTS = {
    "a balance without its entry": (
        "UPDATE ledger_account SET balance = balance + 1 WHERE kind = 'revenue'", "balance_is_sum_of_entries",
    ),
    "an entry of another amount": (
        "UPDATE ledger_entry SET amount = amount + 1 WHERE id = (SELECT max(id) FROM ledger_entry)",
        "journals_sum_to_zero",
    ),
    "a journal without entries": (
        "DELETE FROM ledger_entry WHERE journal_id = (SELECT min(id) FROM ledger_journal)", "journals_have_entries",
    ),
    "a lead that says more than is booked": (
        f"UPDATE tracking_conversion SET released = released + 1, earning = earning + 1 "
        f"WHERE id = {OUT.format(which='max')}", "leads_match_journals",
    ),
    "a release before its hold": (
        f"UPDATE tracking_conversion SET released_at = hold_until - interval '1 second' "
        f"WHERE id = {OUT.format(which='min')}", "no_release_before_its_hold",
    ),
}  # fmt: skip
TABLES = ("ledger_account", "ledger_journal", "ledger_entry", "tracking_conversion")
OVERRIDES = {
    "uid": "gen_random_uuid()", "created_at": "now() - interval '1 day' * (2 + n %% 300)",
    "order_id": "'bench-' || n", "dedup_key": "'bench-' || n",
    "revenue": "revenue_n", "recognised_revenue": "revenue_n", "earning": "earning_n",
    "held": "CASE WHEN is_out THEN 0 ELSE earning_n END", "released": "CASE WHEN is_out THEN earning_n ELSE 0 END",
    "hold_until": "CASE WHEN is_out THEN now() - interval '1 day' ELSE now() + interval '30 days' END",
    "released_at": "CASE WHEN is_out THEN now() - interval '1 day' + interval '1 minute' END",
}  # fmt: skip
COPY_LEADS = """
    INSERT INTO tracking_conversion ({columns}) SELECT {values} FROM (
      SELECT s.*, n, n %% 2 = 0 AS is_out, 100000 + n * 7919 %% 900000 AS revenue_n,
        (100000 + n * 7919 %% 900000) * 3 / 4 AS earning_n
      FROM generate_series(1, %(count)s::bigint) n
      JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM tracking_conversion
            WHERE network_id = %(network)s AND order_id NOT LIKE 'bench-%%') s ON s.place = n %% %(samples)s
    ) made"""
COPIED = "tracking_conversion c WHERE c.network_id = %(network)s AND c.order_id LIKE 'bench-%%'"
BOOK = f"""
    INSERT INTO ledger_journal (network_id, key, body_hash, kind, subject, note, effective_at)
      SELECT network_id, 'conversion:' || id || ':r1', '', 'recognise', 'conversion:' || id, '', created_at
      FROM {COPIED};
    INSERT INTO ledger_journal (network_id, key, body_hash, kind, subject, note, effective_at)
      SELECT network_id, 'conversion:' || id || ':release:r1', '', 'release', 'conversion:' || id, '', released_at
      FROM {COPIED} AND released > 0;"""
ENTER = """
    CREATE TEMPORARY TABLE lines AS
    SELECT j.id AS journal_id, v.kind, v.owner_id, v.amount FROM ledger_journal j
    JOIN tracking_conversion c ON c.network_id = j.network_id AND 'conversion:' || c.id = j.subject
    CROSS JOIN LATERAL (VALUES
      ('receivable', c.advertiser_id, -c.revenue, 'recognise'), ('revenue', 0, c.revenue, 'recognise'),
      ('cost', 0, -c.earning, 'recognise'), ('hold', c.affiliate_id, c.earning, 'recognise'),
      ('hold', c.affiliate_id, -c.earning, 'release'), ('available', c.affiliate_id, c.earning, 'release')
    ) v(kind, owner_id, amount, event)
    WHERE v.event = j.kind AND j.network_id = %(network)s AND c.order_id LIKE 'bench-%%';
    INSERT INTO ledger_account (network_id, kind, owner_id, currency, balance, version)
      SELECT DISTINCT %(network)s, kind, owner_id, 'USD', 0, 0 FROM lines
      ON CONFLICT DO NOTHING;
    INSERT INTO ledger_entry (network_id, journal_id, account_id, amount, account_version, balance_after)
      SELECT %(network)s, l.journal_id, a.id, l.amount, a.version + row_number() OVER w,
        a.balance + sum(l.amount) OVER w
      FROM lines l JOIN ledger_account a ON a.network_id = %(network)s AND a.kind = l.kind
        AND a.owner_id = l.owner_id AND a.currency = 'USD'
      WINDOW w AS (PARTITION BY a.id ORDER BY l.journal_id ROWS UNBOUNDED PRECEDING);
    UPDATE ledger_account a SET version = e.account_version, balance = e.balance_after
    FROM (SELECT DISTINCT ON (account_id) account_id, account_version, balance_after FROM ledger_entry
          WHERE network_id = %(network)s ORDER BY account_id, account_version DESC) e
    WHERE a.network_id = %(network)s AND a.id = e.account_id;
    DROP TABLE lines"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--conversions", type=int, default=200_000)
    options = parser.parse_args()
    with embedded():
        figures = measure(options.conversions)
    print(json.dumps(figures, indent=2))
    raise SystemExit(0 if figures["books_agree"] and all(figures["found"].values()) else 1)


def measure(conversions) -> dict:
    begin = time.perf_counter()
    network_id, samples = samples_by_services()
    fill(network_id, samples, conversions)
    made = time.perf_counter() - begin
    counts = {"conversions": conversions, **sizes(network_id), "made_s": round(made, 1)}
    report, seconds, client, server = check()
    figures = {"check_s": round(seconds, 1), "client_peak_mb": client, "server_peak_mb": server}
    figures |= pages(network_id)
    print(json.dumps(counts | figures), file=sys.stderr, flush=True)
    return counts | figures | {"books_agree": report["holds"], "found": planted(network_id)}


def samples_by_services() -> tuple[int, int]:
    """(the network's id, how many leads): 20 webmasters, 5 advertisers, each pair of a kind once."""
    from django.utils import timezone

    from cpanet.tenancy.scope import network_scope
    from cpanet.tenancy.services import create_network
    from tests import factories
    from tests.payouts import story

    now = timezone.now() - timedelta(hours=1)
    network = create_network(name="Bench", host="bench.test", currency="USD")
    with network_scope(network.pk):
        offers = [factories.offer(hold_days=story.HOLD_DAYS) for _ in range(5)]
        affiliates = [factories.affiliate() for _ in range(20)]
        for place, affiliate in enumerate(affiliates):
            story.approve(story.lead(affiliate, offer=offers[place % 5], at=now), at=now)
    return network.pk, len(affiliates)


def fill(network_id, samples, count):
    """Copies of the samples, booked in sets; the triggers, which look at row by row, sleep meanwhile."""
    from tracking.models import Conversion

    columns = [field.column for field in Conversion._meta.concrete_fields if field.column != "id"]
    values = [OVERRIDES.get(column, column) for column in columns]
    given = {"network": network_id, "count": count, "samples": samples}
    with forging(network_id) as cursor:
        cursor.execute(COPY_LEADS.format(columns=", ".join(columns), values=", ".join(values)), given)
        cursor.execute(BOOK, given)
        analyze(cursor)  # or the join below would be planned for the few rows of before
        cursor.execute(ENTER, given)
        analyze(cursor)


def analyze(cursor):
    """What autovacuum does on a quiet machine within a minute."""
    for table in TABLES:
        cursor.execute(f"ANALYZE {table}")


@contextmanager
def forging(network_id):
    """A cursor of the tables' owner, their triggers off, in one transaction."""
    from django.db import connections, transaction

    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.network', %s, true)", [str(network_id)])
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # foreign keys are asked now
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def sizes(network_id) -> dict:
    from cpanet.ledger.models import Entry, Journal
    from cpanet.tenancy.scope import network_scope

    with network_scope(network_id):
        return {"journals": Journal.objects.count(), "entries": Entry.objects.count()}


def pages(network_id) -> dict:
    """Milliseconds of what the pages of statements ask, half a year back."""
    from django.utils import timezone

    from cpanet.accounts.models import Affiliate
    from cpanet.ledger.kinds import WEBMASTER_KINDS
    from cpanet.tenancy.scope import network_scope
    from payouts.selectors.profit import profit
    from payouts.selectors.statements import Chosen, entries_of, lines_of, trial_balance_at

    past = timezone.now() - timedelta(days=180)
    with network_scope(network_id):
        own = Chosen(tuple(WEBMASTER_KINDS), "USD", Affiliate.objects.earliest("pk").pk)
        return {
            "one_balance_ms": ms(lambda: lines_of(own, begin=past, end=None)),
            "network_balance_ms": ms(lambda: lines_of(Chosen(("revenue",), "USD"), begin=past, end=None)),
            "page_of_entries_ms": ms(lambda: list(entries_of(own, begin=past, end=None)[:25])),
            "trial_balance_ms": ms(lambda: trial_balance_at(past)),
            "profit_by_offer_ms": ms(lambda: profit(by="offer", begin=past, end=None)),
        }


def ms(work) -> int:
    begin = time.perf_counter()
    work()
    return round(1000 * (time.perf_counter() - begin))


def check() -> tuple[dict, float, int, int]:
    """(report, seconds, peak MB of the command, peak MB of the database's own memory) of one `check_ledger`."""
    command = [sys.executable, "manage.py", "check_ledger", "--host", "bench.test"]
    watch = Watch()
    watch.start()
    begin = time.perf_counter()
    run = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begin
    watch.is_on = False
    watch.join()
    if run.returncode not in (0, 1):
        raise SystemExit(run.stderr)
    client = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return json.loads(run.stdout), seconds, client, watch.peak


class Watch(threading.Thread):
    """The greatest sum, in MB, of what the processes of the database hold for themselves (not its shared buffers)."""

    def __init__(self):
        super().__init__(daemon=True)
        self.is_on, self.peak = True, 0

    def run(self):
        import psycopg2

        connection = psycopg2.connect(os.environ["DATABASE_URL"])
        connection.autocommit = True
        while self.is_on:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
                held = sum(anonymous_kb(pid) for (pid,) in cursor.fetchall())
            self.peak = max(self.peak, held // 1024)
            time.sleep(0.1)
        connection.close()


def anonymous_kb(pid) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def planted(network_id) -> dict[str, bool]:
    """Plants every fault and says of each whether `check_ledger` finds it, by the name of its invariant."""
    with forging(network_id) as cursor:
        for name, (statement, _invariant) in FAULTS.items():
            cursor.execute(statement)
            if not cursor.rowcount:
                raise SystemExit(f"{name}: hit no row")
    (report,) = check()[0]["networks"]
    return {name: not report["invariants"][invariant]["holds"] for name, (_sql, invariant) in FAULTS.items()}


if __name__ == "__main__":
    main()
