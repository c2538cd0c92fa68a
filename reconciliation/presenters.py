"""What the review page shows of a statement, in lines ready to be printed."""

from datetime import datetime

from reconciliation.facts import Class
from reconciliation.models import Statement, StatementRow
from reconciliation.selectors import applied_money, class_counts, lead_numbers, money_by_class, money_of
from reconciliation.wording import TONES, hint_reasons, why

LABELS = dict(StatementRow.Class.choices)
MASS = {"amount_differs", "status_differs", "ours_only", "equal", "within_tolerance"}


def class_lines(statement: Statement, *, with_earnings: bool) -> list[dict]:
    """Every class that holds a row or a lead: counts, amounts in the file, effect on the books."""
    counts, money, amounts = class_counts(statement), money_by_class(statement), statement.summary["amounts"]
    lines = []
    for name in Class:
        count = counts[name]
        if count["rows"] or count["leads"]:
            effects = money.get(name, [])
            lines.append(
                {
                    "slug": name.value,
                    "label": LABELS[name],
                    "tone": TONES.get(name.value, "off"),
                    "amounts": sorted(amounts.get(name, {}).items()),
                    "effects": [
                        effect | {"earning": effect["earning"] if with_earnings else None} for effect in effects
                    ],
                    "choosable": name in MASS and count["deciding"] > 0,
                    **count,
                }
            )
    return lines


def money_lines(statement: Statement, *, with_earnings: bool) -> list[dict]:
    """Per currency: leads to be approved and declined with their value, and what the books gain, promised and real."""
    real = applied_money(statement) if statement.applied_at else {}
    return [
        {
            "currency": currency,
            **sums,
            "earning": sums["earning"] if with_earnings else None,
            "real": real.get(currency),
        }
        for currency, sums in sorted(money_of(statement).items())
    ]


def totals(statement: Statement) -> dict:
    """The two sums that must come out, and the period they are about."""
    summary = statement.summary
    return {
        "rows": summary["rows"],
        "row_parts": sorted(summary["classes"].values(), reverse=True),
        "leads": summary["leads"],
        "lead_parts": sorted(summary["conversions"].values(), reverse=True),
        "skipped": summary["skipped"],
        "skipped_rows": summary["skipped_rows"],
        "unknown_words": sorted(summary["unknown_words"]),
        "period": [datetime.fromisoformat(moment) if moment else None for moment in summary["period"]],
    }


def dress(rows: list[StatementRow]) -> None:
    """Give each row what its cells print: `why`, `tone`, and `hints` [(lead, what speaks for it)]."""
    leads = lead_numbers(rows)
    for row in rows:
        row.why, row.tone = why(row), TONES.get(row.match_class, "off")
        row.hints = [
            (leads[hint["lead"]], hint_reasons(hint["reasons"])) for hint in row.suggestions if hint["lead"] in leads
        ]
