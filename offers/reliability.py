"""How an advertiser pays, in words and figures for webmasters. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

FAST, IN_TIME = 7, 30  # days


@dataclass(frozen=True)
class Reliability:
    """A word, its tone, and the figures it stands on."""

    word: str
    tone: str
    figures: str


def of(advertiser) -> Reliability:
    """What is known of an advertiser (with his `reliability` loaded, if he has one)."""
    row = getattr(advertiser, "reliability", None)
    days, funded = (row.days_to_pay, row.funded_days) if row else (None, None)
    if days is None and not funded:
        return Reliability(_("Not known yet"), "off", _("too few leads to tell"))
    word, tone = _grade(days)
    return Reliability(word, tone, " · ".join(filter(None, [_paid(days), _funded(funded)])))


def _grade(days):
    if days is None or days == 0:
        return _("In advance"), "ok"
    if days <= FAST:
        return _("Pays fast"), "ok"
    return (_("Pays in time"), "info") if days <= IN_TIME else (_("Pays slowly"), "warn")


def _paid(days):
    if days is None:
        return ""
    return ngettext("%d day after the decision", "%d days after the decision", days) % days


def _funded(days):
    return ngettext("deposit for %d day", "deposit for %d days", days) % days if days else ""
