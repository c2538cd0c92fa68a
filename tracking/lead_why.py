"""Why a lead is whose it is: how it came, which click it was counted for, and what made repeats repeats."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracking.antifraud.wording import duration
from tracking.choices import Verdict
from tracking.models import Conversion


def attribution_of(lead: Conversion) -> list[tuple[str, str]]:
    """(label, sentence) pairs that every reader may know."""
    facts = [(_("Came by"), lead.get_origin_display()), (_("Counted by"), lead.get_attributed_by_display())]
    if lead.click_id:
        facts.append((_("Click"), _age(lead)))
    facts.append((_("A repeat is"), _identity(lead)))
    repeats = lead.postbacks.filter(verdict=Verdict.REPEAT).count()
    facts.append((_("Repeats so far"), _repeats(repeats)))
    return facts


def _age(lead):
    seconds = max(0, int((lead.created_at - lead.clicked_at).total_seconds()))
    text = ngettext(
        "%(age)s before the lead; this goal counts within %(days)d day after the click.",
        "%(age)s before the lead; this goal counts within %(days)d days after the click.",
        lead.goal.attribution_days,
    )
    return text % {"age": duration(seconds), "days": lead.goal.attribution_days}


def _identity(lead):
    """What the unique key of the lead is made of."""
    kind = lead.dedup_key.removeprefix("test:").partition(":")[0]
    words = {
        "order": _("another call with the same order id"),
        "click": _("another call for the same click"),
        "call": _("nothing: this goal counts every call"),
        "contact": _("the same person for the same goal"),
        "phone": _("the same person for the same goal"),
    }
    return words.get(kind, kind)


def _repeats(count):
    if not count:
        return _("none")
    return ngettext("%d call, counted once", "%d calls, counted once", count) % count
