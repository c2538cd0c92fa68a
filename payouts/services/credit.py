"""How far an advertiser may go into the red: beyond it his offers pause, and go on when he has paid."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from cpanet.accounts import audit, letters
from cpanet.core.errors import DomainError
from cpanet.core.money import format_money
from offers.models import Offer
from offers.services.offers import set_status
from payouts.models import AdvertiserTerms
from payouts.selectors.standing import standing_of


def watched() -> list[int]:
    """Ids of the advertisers whose balance somebody has set a limit or a warning for, or whose offers are paused."""
    limits = Q(credit_limit__isnull=False) | Q(warn_below__isnull=False) | Q(paused_at__isnull=False)
    return list(
        AdvertiserTerms.objects.filter(limits).order_by("advertiser_id").values_list("advertiser_id", flat=True)
    )


@transaction.atomic
def watch(*, advertiser_id: int, now: datetime) -> AdvertiserTerms | None:
    """Look at one advertiser's balance: pause his offers, let them go on, or warn him. Running twice changes nothing.

    All his currencies count together in that of the limit, by the rates of the day; one without a rate does not, which
    the page of his terms says. Holds no account: it is its own transaction, after those that move his money.
    """
    terms = AdvertiserTerms.objects.select_for_update(of=("self",)).filter(advertiser_id=advertiser_id).first()
    if terms is None:
        return None
    balance = standing_of(advertiser_id=advertiser_id, currency=terms.currency, on=now.date()).units
    is_over = terms.credit_limit is not None and balance < -terms.credit_limit
    if is_over:
        _pause(terms, balance, now)
    elif terms.paused_at:
        _resume(terms, balance, now)
    _warn(terms, balance, is_over, now)
    terms.save(update_fields=["paused_at", "paused_offers", "warned_at"])
    return terms


def _pause(terms, balance, now):
    """Also what was switched on since: while he is over his limit, nothing of his runs."""
    running = list(Offer.objects.filter(advertiser=terms.advertiser_id, status=Offer.Status.ACTIVE).order_by("pk"))
    for offer in running:
        set_status(offer=offer, status=Offer.Status.PAUSED, actor=None, now=now)
        _note(offer, terms, "offer.paused_for_balance", balance, now)
    terms.paused_offers = sorted({*terms.paused_offers, *(offer.pk for offer in running)})
    if not terms.paused_at:
        terms.paused_at = now
        _tell(terms, "paused", balance, now)


def _resume(terms, balance, now):
    """Only what the pause itself has stopped, and only what can run."""
    for offer in Offer.objects.filter(pk__in=terms.paused_offers, status=Offer.Status.PAUSED).order_by("pk"):
        try:
            with transaction.atomic():
                set_status(offer=offer, status=Offer.Status.ACTIVE, actor=None, now=now)
        except DomainError as error:
            audit.record(
                action="offer.not_resumed", subject=offer, actor=None, now=now, changes={"reason": str(error)[:300]}
            )
        else:
            _note(offer, terms, "offer.resumed_for_balance", balance, now)
    terms.paused_at, terms.paused_offers = None, []
    _tell(terms, "resumed", balance, now)


def _note(offer, terms, action, balance, now):
    words = _("The advertiser's balance is %(balance)s, the limit %(limit)s.") % {
        "balance": format_money(balance, terms.currency),
        "limit": format_money(-(terms.credit_limit or 0), terms.currency),
    }
    audit.record(action=action, subject=offer, actor=None, now=now, changes={"reason": words})


def _warn(terms, balance, is_over, now):
    """Once per descent: told again only after the balance has been well in between."""
    is_low = terms.warn_below is not None and balance < terms.warn_below
    if is_low and not terms.warned_at:
        terms.warned_at = now
        if not is_over:
            _tell(terms, "low", balance, now)
    elif not is_low:
        terms.warned_at = None


def _tell(terms, event, balance, now):
    changes = {"balance": balance, "currency": terms.currency, "limit": terms.credit_limit}
    audit.record(action=f"advertiser.{event}", subject=terms.advertiser, actor=None, now=now, changes=changes)

    def subject():
        return {
            "paused": _("the offers of %s are paused"),
            "resumed": _("the offers of %s run again"),
            "low": _("the balance of %s is low"),
        }[event] % terms.advertiser.name

    def values():
        limit = format_money(terms.credit_limit or 0, terms.currency)
        return {"advertiser": terms.advertiser, "balance": format_money(balance, terms.currency), "limit": limit}

    template, staff = f"payouts/emails/advertiser_{event}.txt", letters.staff_who_may("money.adjust", "leads.decide")
    tell = partial(letters.write, template=template, subject=subject, values=values)
    tell(letters.people_of_advertiser(terms.advertiser_id), path=reverse("advertiser:balance"))
    tell(staff, path=reverse("manager:advertiser_deposit", args=[terms.advertiser_id]))
