"""The three ways to date a lead. Clicks are always dated by themselves. Pure."""

from django.utils.translation import gettext_lazy as _

CLICK, ACTION, DECISION = "click", "action", "decision"
VISIT, COST = "visit", "cost"  # rows of the roll-ups that count no leads
BASES = {
    CLICK: _("Click date"),
    ACTION: _("Lead date"),
    DECISION: _("Decision date"),
}
HINTS = {
    CLICK: _("Leads stand at the time of the click they came from."),
    ACTION: _("Leads stand at the time they happened."),
    DECISION: _("Every change of a lead stands at its own time: a decision takes it out of the pending ones that day."),
}


def rows_of(basis: str, columns) -> tuple[str, ...]:
    """The kinds of rows that a report by this basis sums up; uploaded cost only where cost is asked for."""
    return (VISIT, basis, COST) if "cost" in columns else (VISIT, basis)
