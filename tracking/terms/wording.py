"""The terms of referrals in a sentence. Pure: takes anything with percent, base and days."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cpanet.core.ui import format_percent
from tracking.choices import ReferralBase


def percent_in_words(basis_points: int) -> str:
    """1250 → "12.5%"."""
    digits = 0 if basis_points % 100 == 0 else 1 if basis_points % 10 == 0 else 2
    return format_percent(basis_points / 10_000, digits)


def share_in_words(basis_points: int, base: str) -> str:
    """ "5% of what the referred webmaster earns”."""
    of = {
        ReferralBase.EARNING: _("%s of what the referred webmaster earns"),
        ReferralBase.MARGIN: _("%s of the network's margin on his leads"),
    }
    return of[base] % percent_in_words(basis_points)


def terms_in_words(terms) -> str:
    """ "5 % of what the referred webmaster earns, for 365 days from his registration”; "" when nothing is paid."""
    if terms is None or not terms.percent:
        return ""
    period = (
        _("for ever")
        if terms.days is None
        else ngettext("for %d day from his registration", "for %d days from his registration", terms.days) % terms.days
    )
    return f"{share_in_words(terms.percent, terms.base)}, {period}"
