"""What a report reads that asks for split days: see tracking.statistics.splits."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracking.statistics.bases import VISIT
from tracking.statistics.dimensions import COLUMNS_BY_LINK, PLACE, SPLITS
from tracking.statistics.facts import COLUMNS_OF_ORIGIN, facts_sql
from tracking.statistics.metrics import COLUMNS
from tracking.statistics.splits import SUMS

_BY = (*COLUMNS_BY_LINK, "currency")
_SUMS_OF_OTHERS = set(COLUMNS) - {"clicks", "unique_clicks", "bot_clicks"}


@dataclass(frozen=True)
class SplitSource:
    """What stands after FROM: sums of whole days of `report_zone` from `first` up to, but without, `until`, by `keys`.

    Visits come from the split days, but those of `missing` days, from `missing_begin` to `missing_end`, if there are
    any: they come, as do the `rest` of the bases, from `begin` to `end`, from where `moment` is the time of a row: "at"
    of single clicks and leads, else of the hours by country and device.
    """

    split: str
    rest: Sequence[str]
    moment: str
    is_missing: bool
    keys: Sequence[str]
    columns: Sequence[str]

    @property
    def table(self) -> str:
        """Each part is summed up before they come together: fewer rows pass, and only the columns that a part has."""
        rows = _single_rows if self.moment == "at" else _rows_of_hours
        parts = [self._summed(_split_visits(self.split), SUMS)]
        others = f"{rows(self.split, self.rest, self.moment, '')} AND basis = ANY(%(rest)s)"
        parts.append(self._summed(others, _SUMS_OF_OTHERS))
        if self.is_missing:
            visits = rows(self.split, (VISIT,), self.moment, "missing_")
            of_days = f"basis = '{VISIT}' AND {_day_of(self.moment)} = ANY(%(missing)s)"
            parts.append(self._summed(f"{visits} AND {of_days}", SUMS))
        return f"({' UNION ALL '.join(parts)}) facts"

    def _summed(self, rows, known):
        keys = ", ".join(self.keys)
        sums = [f"{f'sum({name})' if name in known else 0}::bigint AS {name}" for name in self.columns]
        return f"SELECT {', '.join([keys, *sums])} FROM ({rows}) part GROUP BY {keys}"  # noqa: S608


def _split_visits(split):
    own = SPLITS[split] if split == PLACE else [f"value AS {split}"]
    by = ["0::bigint AS goal_id" if name == "goal_id" else name for name in _BY]
    sums = [name if name in SUMS else f"0::bigint AS {name}" for name in COLUMNS]
    return f"""SELECT '{VISIT}'::text AS basis, day, {", ".join([*by, *own, *sums])} FROM tracking_dailyvisits
        WHERE network_id = %(network)s AND zone = %(report_zone)s AND split = %(split)s
        AND day >= %(first)s AND day < %(until)s AND day <> ALL(%(missing)s::date[])"""  # noqa: S608


def _rows_of_hours(split, _bases, moment, span):
    return f"""SELECT {_columns(split, moment)} FROM tracking_hourlystats WHERE network_id = %(network)s
        AND hour >= date_trunc('hour', %({span}begin)s::timestamptz) AND hour < %({span}end)s
        AND {_within(moment, span)}"""  # noqa: S608


def _single_rows(split, bases, moment, span):
    facts = facts_sql(bases, with_origins=split in COLUMNS_OF_ORIGIN, only=("at", *_BY, *SPLITS[split], *COLUMNS))
    return f"SELECT {_columns(split, moment)} FROM ({facts}) single WHERE {_within(moment, span)}"  # noqa: S608


def _columns(split, moment):
    return ", ".join(["basis::text AS basis", f"{_day_of(moment)} AS day", *_BY, *SPLITS[split], *COLUMNS])


def _day_of(moment):
    return f"({moment} AT TIME ZONE %(report_zone)s)::date"


def _within(moment, span):
    return f"{moment} >= %({span}begin)s AND {moment} < %({span}end)s"
