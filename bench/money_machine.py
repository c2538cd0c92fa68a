"""The random runs of money in great number, in rounds: 5,000 runs of 100 steps, kept between sittings.

    python bench/money_machine.py [--runs 5000] [--steps 100] [--processes 2] [--seconds N] [--tally FILE] [--write]

Each round is `tests/payouts/test_money_machine.py` with a seed of its own: real services on PostgreSQL, every invariant
and an independent model asked after each step. What was met is counted over all rounds in the tally, each process
leading its runs to what it has met least. The run ends when all rounds are done, the time is up, or a round fails: its
output is printed, with the seed that shows it again. `--write` puts the table into bench/money_machine.md.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from pathlib import Path
from threading import Lock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cpanet.embedded import testing  # noqa: E402
from tests.payouts import money_reached  # noqa: E402

TABLE = ROOT / "bench" / "money_machine.md"
TEST = "tests/payouts/test_money_machine.py"
ROUND = 50  # runs
FIRST_SEED = 20_261_122


class Sitting:
    """What all processes of one call share."""

    def __init__(self, options, servers):
        self.options, self.servers = options, servers
        self.ends_at = time.monotonic() + options.seconds
        self.tally = Path(options.tally)
        self.rounds = json.loads(self.tally.read_text()) if self.tally.exists() else []
        played = {each["seed"] for each in self.rounds}
        left = -(-(options.runs - self.runs()) // ROUND)
        self.seeds = islice((seed for seed in count(FIRST_SEED) if seed not in played), max(0, left))
        self.failed, self.one_at_a_time = None, Lock()

    def next_seed(self) -> int | None:
        """Of the round to begin; none when all are done, the time is up, or one has failed."""
        if self.failed or time.monotonic() >= self.ends_at:
            return None
        with self.one_at_a_time:
            return next(self.seeds, None)

    def runs(self) -> int:
        return sum(each["runs"] for each in self.rounds)

    def steps(self) -> int:
        return sum(each["steps"] for each in self.rounds)

    def tally_of(self, place: int) -> Path:
        """Where one process counts what it has met."""
        return self.tally.with_suffix(f".{place}.json")

    def note(self, seed: int, steps: int, seconds: float) -> None:
        self.rounds.append({"seed": seed, "runs": ROUND, "steps": steps, "seconds": round(seconds)})
        self.tally.write_text(json.dumps(self.rounds))
        print(f"{self.runs()} runs, {self.steps()} steps; the last round in {seconds:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5_000)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=10**6)
    parser.add_argument("--tally", default="data/money_machine.json")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    Path(options.tally).parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cpanet-money-") as name:
        servers = testing.start(Path(name) / "servers")
        try:
            sitting = Sitting(options, servers)
            with ThreadPoolExecutor(options.processes) as pool:
                list(pool.map(lambda place: play(sitting, place), range(options.processes)))
        finally:
            servers.stop()
    report(sitting)
    raise SystemExit(1 if sitting.failed else 0)


def play(sitting: Sitting, place: int) -> None:
    """One process: round after round."""
    while (seed := sitting.next_seed()) is not None:
        begin = time.monotonic()
        run = subprocess.run(
            [sys.executable, "-m", "pytest", TEST, "-k", "any_order", "-q", "-n0", "-p", "no:randomly"],
            cwd=ROOT, env=environment(sitting, seed, place), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if run.returncode:
            sitting.failed = seed
            print(f"MONEY_SEED={seed} failed\n{run.stdout}\n{run.stderr}", flush=True)
            return
        sitting.note(seed, int(re.search(r"(\d+) steps in", run.stdout)[1]), time.monotonic() - begin)


def environment(sitting: Sitting, seed: int, place: int) -> dict[str, str]:
    """Of one round: all of them use one server and one template of a database for each process."""
    return os.environ | {
        "DATABASE_URL": sitting.servers.database_url, "REDIS_URL": sitting.servers.redis_url,
        "CPANET_TEST_TEMPLATE": f"money_template_{place}", "MONEY_RUNS": str(ROUND),
        "MONEY_STEPS": str(sitting.options.steps), "MONEY_SEED": str(seed),
        "MONEY_TALLY": str(sitting.tally_of(place).resolve()),
    }  # fmt: skip


def report(sitting: Sitting) -> None:
    """The table of all rounds so far, printed or written."""
    for place in range(sitting.options.processes):
        money_reached.recall(sitting.tally_of(place))
    seconds = sum(each["seconds"] for each in sitting.rounds)
    seeds = f"{FIRST_SEED} to {max(each['seed'] for each in sitting.rounds)}"
    head = (
        f"{sitting.runs()} runs of {sitting.options.steps} steps, {sitting.steps()} steps in all, in"
        f" {len(sitting.rounds)} rounds with the seeds {seeds}; {seconds} seconds of one process. No invariant broke,"
        " no balance differed from the model's."
    )
    text = "\n".join(money_reached.table())
    if sitting.failed:
        head = f"FAILED with the seed {sitting.failed}. {head}"
    if not sitting.options.write:
        print(head, text, sep="\n")
        return
    title = "# The random runs of money\n\n    python bench/money_machine.py --write\n\n"
    title += f"The aim is {sitting.options.runs:,} runs; these are the rounds so far.\n\n"
    TABLE.write_text(f"{title}{head}\n\n```\n{text}\n```\n")


if __name__ == "__main__":
    main()
