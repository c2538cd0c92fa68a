"""What is agreed with single webmasters about their payouts, and what a network lays down for all."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Affiliate
from cpanet.core.errors import DomainError
from offers.countries import codes
from payouts.account_words import BadAccount
from payouts.accounts import check_iban
from payouts.kinds import check_bic
from payouts.models import PayoutMethod, PayoutRules, PayoutTerms
from payouts.selectors.agreed import OVERRIDABLE, merged
from payouts.services.methods import MAX_PERCENT, BadMethod, check_amounts, check_schedule

MAX_COOLING_DAYS = 60


class BadRules(DomainError):
    """These rules cannot be."""

    code = "bad_rules"


@transaction.atomic
def save_terms(
    *, affiliate: Affiliate, method_id: int, actor, now: datetime, minimum: int | None = None,
    maximum: int | None = None, fee_fixed: int | None = None, fee_percent: int | None = None, schedule: str = "",
    net_days: int | None = None,
) -> PayoutTerms:  # fmt: skip
    """What holds for one webmaster with one method from now on; None (or "") goes by the method. Payouts already
    requested keep their fee. Raises BadMethod, PayoutMethod.DoesNotExist."""
    method = PayoutMethod.objects.get(pk=method_id)
    Affiliate.objects.select_for_update(of=("self",)).get(pk=affiliate.pk)  # one change at a time
    terms = PayoutTerms.objects.filter(affiliate=affiliate, method=method).first()
    terms = terms or PayoutTerms(affiliate=affiliate, method=method)
    before = {name: getattr(terms, name) for name in OVERRIDABLE}
    after = dict(zip(OVERRIDABLE, (minimum, maximum, fee_fixed, fee_percent, schedule, net_days), strict=True))
    for name, value in after.items():
        setattr(terms, name, value)
    _check(merged(method, terms))
    terms.save()
    changes = {name: [before[name], after[name]] for name in OVERRIDABLE if before[name] != after[name]}
    if changes:
        changes["method"] = method.name
        audit.record(action="webmaster.payout_terms", subject=affiliate, actor=actor, now=now, changes=changes)
    return terms


def _check(terms):
    check_amounts({name: getattr(terms, name) for name in ("minimum", "maximum", "fee_fixed")})
    check_schedule(terms.schedule, terms.net_days)
    if not 0 <= terms.fee_percent <= MAX_PERCENT:
        raise BadMethod(_("The percentage is between 0 and 50."), field="fee_percent")
    if terms.fee_of(terms.minimum) >= terms.minimum:
        raise BadMethod(
            _("The minimum must be more than its own fee, or a payout would bring nothing."), field="minimum"
        )
    if terms.maximum is not None and terms.maximum < terms.minimum:
        raise BadMethod(_("The maximum is not less than the minimum."), field="maximum")


@transaction.atomic
def save_rules(
    *, cooling_days: int, debtor_name: str, debtor_iban: str, debtor_bic: str, debtor_country: str,
    debtor_address: str, actor, now: datetime,
) -> PayoutRules:  # fmt: skip
    """The network's rules for all its payouts; the debtor is who pays, for files to the bank.

    Raises BadRules, payouts.account_words.BadAccount (with the field).
    """
    if not 0 <= cooling_days <= MAX_COOLING_DAYS:
        raise BadRules(_("The days are between 0 and %d.") % MAX_COOLING_DAYS, field="cooling_days")
    country = debtor_country.strip().upper()
    if country and country not in codes():
        raise BadRules(_("“%s” is not the code of a country, such as DE or TR.") % country, field="debtor_country")
    values = {
        "cooling_days": cooling_days,
        "debtor_name": " ".join(debtor_name.split())[:70],
        "debtor_iban": _iban(debtor_iban),
        "debtor_bic": _bic(debtor_bic),
        "debtor_country": country,
        "debtor_address": " ".join(debtor_address.split())[:140],
    }
    rules, _is_new = PayoutRules.objects.select_for_update(of=("self",)).get_or_create()
    changed = sorted(name for name, value in values.items() if getattr(rules, name) != value)
    for name, value in values.items():
        setattr(rules, name, value)
    rules.save()
    if changed:
        audit.record(action="payout_rules.changed", subject=rules, actor=actor, now=now, changes={"fields": changed})
    return rules


def _iban(text):
    try:
        return check_iban(text).value if text.strip() else ""
    except BadAccount as error:
        raise BadAccount(str(error), field="debtor_iban") from None


def _bic(text):
    try:
        return check_bic(text) if text.strip() else ""
    except BadAccount as error:
        raise BadAccount(str(error), field="debtor_bic") from None
