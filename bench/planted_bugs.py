"""Faults in the money code, one at a time: does the suite notice?

    python bench/planted_bugs.py [--only WORD] [--list] [--write]

Each fault replaces one text in a copy of the repository, in which tests then run until the first of them fails: those
that are nearest to the fault, then the money tests, then all that touch money. In the end the tests that noticed one
must pass without any. A fault that no test notices is printed as SURVIVED, and the exit status is 1. A text that is not
there any more, or there twice, is an error: keep the list in step with the code. The work tree is never touched, and a
run that is ended takes its copy and its servers with it. All tests use one server and one template of a database.
`--write` puts the table into bench/planted_bugs.md.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cpanet.embedded import testing  # noqa: E402

TABLE = ROOT / "bench" / "planted_bugs.md"
TESTS = (
    "tests/ledger", "tests/payouts/test_requests.py", "tests/payouts/test_outcomes.py", "tests/payouts/test_batches.py",
    "tests/payouts/test_fees.py", "tests/payouts/test_statements.py", "tests/payouts/test_books.py",
    "tests/payouts/test_money_machine.py", "tests/core",
)  # fmt: skip
SLOWER = ("tests/tracking", "tests/payouts", "tests/concurrency")  # asked where the first ones notice nothing
POSTINGS, JOURNAL = "cpanet/ledger/postings.py", "cpanet/ledger/journal.py"
TARGETS, DECISIONS, HOLDS = (f"tracking/services/{name}.py" for name in ("targets", "decisions", "holds"))
REQUESTS, BATCHES, OUTCOMES = (f"payouts/services/{name}.py" for name in ("requests", "batches", "outcomes"))
REFERRALS, SETTLING = "tracking/selectors/terms.py", "payouts/services/settling.py"
ANSWERS = "payouts/services/answers.py"
PRICING, PRICES = "offers/pricing.py", "tracking/lead_prices.py"
_BY_CATEGORY = ("tests/tracking/test_item_prices.py", "tests/offers/test_pricing.py")
_DECIDED = ("tests/tracking/test_decisions.py", "tests/tracking/test_referrals.py")
NEAREST = {
    POSTINGS: ("tests/ledger/test_postings.py", "tests/ledger"),
    JOURNAL: ("tests/ledger/test_journal.py", "tests/ledger", "tests/concurrency/test_ledger_race.py"),
    TARGETS: ("tests/tracking/test_item_prices.py", *_DECIDED),
    DECISIONS: _DECIDED,
    HOLDS: ("tests/payouts/test_books.py", "tests/tracking/test_funding.py", *_DECIDED),
    PRICING: _BY_CATEGORY,
    PRICES: _BY_CATEGORY,
    "offers/selectors/rates.py": _BY_CATEGORY,
    REFERRALS: ("tests/ledger/test_worked_examples.py", *_DECIDED),
    SETTLING: ("tests/payouts/test_invoices.py",),
    ANSWERS: ("tests/payouts/test_rail.py", "tests/payouts/test_rail_storm.py"),
    "payouts/services/invoices.py": ("tests/payouts/test_invoices.py",),
    "tracking/services/bulk_decisions.py": _DECIDED,
    "payouts/services/schedules.py": ("tests/payouts/test_terms.py",),
    REQUESTS: ("tests/payouts/test_requests.py", "tests/payouts/test_access.py"),
    BATCHES: ("tests/payouts/test_batches.py",),
    OUTCOMES: ("tests/payouts/test_outcomes.py",),
    "tracking/services/funding.py": ("tests/tracking/test_funding.py",),
    "payouts/services/states.py": ("tests/payouts/test_outcomes.py", "tests/payouts/test_batches.py"),
    "payouts/fees.py": ("tests/payouts/test_fees.py",),
    "cpanet/core/money.py": ("tests/core/test_money.py",),
    "payouts/services/adjustments.py": ("tests/payouts/test_adjustments.py",),
    "payouts/currencies/exchanging.py": ("tests/payouts/currencies/test_exchange.py",),
}


@dataclass(frozen=True)
class Fault:
    """What it would do, and the text it replaces."""

    says: str
    path: str
    old: str
    new: str


FAULTS = [
    Fault("deposits are never used", POSTINGS, "from_deposit = min(amount, balances[deposit])", "from_deposit = 0"),
    Fault("what is owed is not settled first", POSTINGS, "to_receivable = min(-amount, -balances[receivable])",
          "to_receivable = 0"),
    Fault("a clawback takes only what is there", POSTINGS,
          "(available, -from_available), (debt, from_available - amount)",
          "(available, -from_available), (debt, 0)"),
    Fault("debts are never repaid", POSTINGS, "to_debt = min(amount, -balances[debt])", "to_debt = 0"),
    Fault("clawed back money stays a cost", POSTINGS, "-share.hold - share.released)", "-share.hold)"),
    Fault("more is requested than there is", POSTINGS,
          "if balances[available] < amount:", "if balances[available] < 0:"),
    Fault("the fee is sent, too", POSTINGS, "(in_payout, -amount), (clearing, amount - fee), (fees, fee)",
          "(in_payout, -amount), (clearing, amount)"),
    Fault("failed money comes out of cash", POSTINGS, "if was_paid else Ref(Kind.CLEARING",
          "if not was_paid else Ref(Kind.CLEARING"),
    Fault("the referrer's hold is released without him", POSTINGS,
          "shares = [Share(affiliate_id, amount), *([referral] if referral else [])]",
          "shares = [Share(affiliate_id, amount)]"),
    Fault("negative amounts are posted", POSTINGS, "if min(amounts) < 0:", "if False:"),
    Fault("nobody locks", JOURNAL, '.order_by("id").select_for_update(of=("self",))', '.order_by("id")'),
    Fault("a repeat is posted again", JOURNAL, "        if is_new:\n", "        if journal:\n"),
    Fault("a key may name two facts", JOURNAL, "if journal.body_hash != body_hash:", "if False:"),
    Fault("versions have gaps", JOURNAL, "account.version += 1", "account.version += 2"),
    Fault("two lines of one account are one", JOURNAL, "sums[ref] = sums.get(ref, 0) + amount", "sums[ref] = amount"),
    Fault("what is taken back comes off the hold only", TARGETS, "hold = max(change, -held)", "hold = change"),
    Fault("a declined lead keeps its money", TARGETS, "approved = target.status == Status.APPROVED", "approved = True"),
    Fault("a new amount is no new decision", TARGETS,
          'names = ("status", "reason", "revenue", "earning", "order_amount", "basket")',
          'names = ("status", "reason", "order_amount", "basket")'),
    Fault("approved pieces are no matter", TARGETS, 'return "parts" in conversion.pricing and', "return False and"),
    Fault("a category pays once for all pieces", PRICES, "pieces if is_by_piece else Decimal(bool(pieces))",
          "Decimal(bool(pieces))"),
    Fault("every rate pays by the piece", PRICES, "pieces if is_by_piece else Decimal(bool(pieces))", "pieces"),
    Fault("lines are priced again as ordered", PRICES, 'Decimal(line.get("approved", line["quantity"]))',
          'Decimal(line["quantity"])'),
    Fault("lines share an order equally", PRICING, "weights if any(weights) else [1] * len(parts)", "[1] * len(parts)"),
    Fault("persons come before goods", "offers/selectors/rates.py",
          'found.get(category_key(name)) or found.get("")', 'found.get("") or found.get(category_key(name))'),
    Fault("a referral is of the revenue", TARGETS, "base = earning if conversion.referral_base",
          "base = revenue if conversion.referral_base"),
    Fault("a margin below zero costs the referrer", TARGETS, "else max(0, revenue - earning)",
          "else revenue - earning"),
    Fault("a referral never ends", REFERRALS, "(terms.days is not None and at >= since + timedelta(days=terms.days))",
          "False"),
    Fault("a referrer who was sent away goes on earning", REFERRALS,
          " AND referrer.status = %(approved)s", ""),
    Fault("a weaker word wins", DECISIONS, "if STRENGTH[source] < STRENGTH[conversion.decided_by]:", "if False:"),
    Fault("equal words do not replace each other", DECISIONS, "if STRENGTH[source] < STRENGTH[conversion.decided_by]:",
          "if STRENGTH[source] <= STRENGTH[conversion.decided_by]:"),
    Fault("the lead forgets what was taken back", DECISIONS, "    conversion.released += change.released\n", ""),
    Fault("the lead forgets its referral", DECISIONS, "    conversion.referral_held += change.referral_hold\n", ""),
    Fault("every decision has the same key", DECISIONS, 'key=f"conversion:{conversion.pk}:r{conversion.revision}"',
          'key=f"conversion:{conversion.pk}:r1"'),
    Fault("holds end at once", HOLDS, "hold_until__lte=now, is_blocked=False", "is_blocked=False"),
    Fault("blocked leads are released", HOLDS, "hold_until__lte=now, is_blocked=False", "hold_until__lte=now"),
    Fault("unpaid leads are released", HOLDS, "on_hold.filter(Q(needs_funding=False) | Q(funded_at__isnull=False))",
          "on_hold.all()"),
    Fault("the lead forgets what was released", HOLDS, "    conversion.released += amount\n", ""),
    Fault("a lead is paid for one too early", "tracking/services/funding.py", "line.so_far <= line.paid", "true"),
    Fault("less than the minimum is paid", REQUESTS, "if amount < terms.minimum:", "if amount < 0:"),
    Fault("less than a coin is paid", REQUESTS, "if amount != in_whole_coins(amount):", "if False:"),
    Fault("a key may name two requests", REQUESTS,
          "if (stored.details_id, stored.amount) != (int(details_id), amount):", "if False:"),
    Fault("another's payout is cancelled", REQUESTS, "if payout.affiliate_id != affiliate.pk:", "if False:"),
    Fault("one person is enough", BATCHES, "if batch.created_by_id == actor.pk:", "if False:"),
    Fault("a returned payout gives the fee back", OUTCOMES, "fee=0 if was_paid else payout.fee", "fee=payout.fee"),
    Fault("paid payouts fail", OUTCOMES, "sources = [Status.PAID] if was_paid else Payout.UNDERWAY",
          "sources = [*Payout.UNDERWAY, Status.PAID]"),
    Fault("any status may follow any other", "payouts/services/states.py",
          "if payout.status not in sources or not", "if not"),
    Fault("fees are rounded down", "payouts/fees.py", "(2 * (fixed * BASIS + share) + BASIS * COIN)",
          "(2 * (fixed * BASIS + share))"),
    Fault("percents are rounded up", "cpanet/core/money.py", "quotient = abs(product) // 10_000",
          "quotient = -(-abs(product) // 10_000)"),
    Fault("who proposes may book", "payouts/services/adjustments.py",
          "if actor is None or actor.pk == found.proposed_by_id:", "if actor is None:"),
    Fault("exchanges cost nothing", "payouts/currencies/exchanging.py",
          "int(exact * (BASIS - spread) / BASIS)", "int(exact)"),
    Fault("a cancelled invoice leaves a credit", SETTLING, "CREDIT_NOTE, cancels__isnull=True)", "CREDIT_NOTE)"),
    Fault("what nobody has seen is invoiced", "payouts/services/invoices.py", "if invoice.total != expected_total:",
          "if False:"),
    Fault("an early “never received” counts", ANSWERS, "if now - asked_at < LAST_CALL:", "if False:"),
    Fault("the answer to an earlier attempt counts", ANSWERS, "if number != payout.attempt:", "if False:"),
    Fault("what failed after it was paid gives the fee back", ANSWERS,
          "target = Status.RETURNED if payout.status == Status.PAID else Status.FAILED", "target = Status.FAILED"),
    Fault("an undo overrules what was decided since", "tracking/services/bulk_decisions.py",
          "if lead.revision != revision.number:", "if False:"),
    Fault("a schedule pays what was earned after the month", "payouts/services/schedules.py",
          "if due.earned_before:", "if False:"),
]  # fmt: skip


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help="faults whose words contain this")
    parser.add_argument("--from", dest="first", type=int, default=1, help="the number of the first fault, from 1")
    parser.add_argument("--list", action="store_true", help="check that every text is there, run nothing")
    parser.add_argument("--write", action="store_true", help="put the table into bench/planted_bugs.md")
    options = parser.parse_args()
    chosen = [fault for fault in FAULTS[options.first - 1 :] if options.only in f"{fault.says} {fault.path}"]
    lost = [fault for fault in chosen if (ROOT / fault.path).read_text().count(fault.old) != 1]
    for fault in lost:
        print(f"not there exactly once: {fault.path}: {fault.old!r}")
    if options.list or lost:
        print(f"{len(chosen) - len(lost)} of {len(chosen)} faults can be planted")
        raise SystemExit(1 if lost else 0)
    lines = plant_all(chosen)
    if options.write:
        TABLE.write_text("\n".join([*lines, ""]))
    raise SystemExit(1 if any("SURVIVED" in line for line in lines) else 0)


def plant_all(faults) -> list[str]:
    """The lines of the table, printed as they come."""
    lines = []

    def tell(line):
        lines.append(line)
        print(line, flush=True)

    begin = time.monotonic()
    with prepared_copy() as copy:
        tell("| fault | in | noticed by | seconds |\n|---|---|---|---|")
        found = [noticed_by(fault, copy, tell) for fault in faults]
        if failed := first_failure(copy, sorted(set(found) - {""})):
            raise SystemExit(f"without any fault this fails, too: {failed}")
    noticed = sum(bool(by) for by in found)
    tell(f"\n{noticed} of {len(found)} faults were noticed, in {time.monotonic() - begin:.0f} s.")
    return lines


@contextmanager
def prepared_copy():
    """A copy of the repository, and servers for its tests."""
    with tempfile.TemporaryDirectory(prefix="cpanet-bugs-") as name:
        copy = Path(name) / "repository"
        copy_repository(copy)
        with servers(Path(name) / "servers"):
            yield copy


@contextmanager
def servers(folder: Path):
    """Those that the environment names, or own ones."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        yield
        return
    own = testing.start(folder)
    os.environ |= {"DATABASE_URL": own.database_url, "REDIS_URL": own.redis_url}
    os.environ.setdefault("CPANET_TEST_TEMPLATE", "cpanet_planted_bugs")
    try:
        yield
    finally:
        own.stop()


def noticed_by(fault: Fault, copy: Path, tell) -> str:
    """The first test that fails with the fault, "" when all pass; tells the line of the table."""
    begin = time.monotonic()
    path = copy / fault.path
    whole = path.read_text()
    planted = whole.replace(fault.old, fault.new)
    compile(planted, fault.path, "exec")  # a text that is no program would be noticed by anybody
    try:
        path.write_text(planted)
        rounds = (NEAREST.get(fault.path, ()), TESTS, SLOWER)
        by = next((failed for tests in rounds if tests and (failed := first_failure(copy, tests))), "")
    finally:
        path.write_text(whole)
    found = f"`{by}`" if by else "SURVIVED"
    tell(f"| {fault.says} | {fault.path} | {found} | {time.monotonic() - begin:.0f} |")
    return by


def copy_repository(target: Path):
    """The work tree without what git ignores."""
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for line in listed.stdout.splitlines():
        if (ROOT / line).is_file():
            (target / line).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / line, target / line)


def first_failure(copy: Path, tests) -> str:
    """The name of the first test that fails; "" when all pass. A run that could not begin is an error."""
    quick = ("-x", "-q", "-n0", "-p", "no:randomly", "--tb=no", "--hypothesis-profile=unshrunk")
    command = [sys.executable, "-m", "pytest", *tests, *quick]
    run = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        return ""
    lines = [line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR")) and "::" in line]
    if not lines:
        raise SystemExit(f"pytest ended with {run.returncode}:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return lines[0].partition(" ")[2].split(" - ")[0]


if __name__ == "__main__":
    main()
