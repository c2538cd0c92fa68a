"""A webmaster tells what his traffic cost. What is told again replaces what was told before; 0 takes it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from cpanet.accounts import audit
from cpanet.accounts.models import Affiliate
from cpanet.core.money import BadAmount, is_currency, round_to_units
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id
from offers.models import Offer
from tracking.cost_lines import BadCosts, CostLine, LineError
from tracking.models import CostEntry, TrackingLink
from tracking.models.costs import MARK_LENGTH
from tracking.services.dirty import mark_dirty
from tracking.services.split_days import take_back_split_days

YEARS_BACK = 2
_KEY = ("day", "offer_id", "link_id", "mark", "value")


@dataclass(frozen=True)
class Told:
    """How many entries stand now that were told by this call, and how many were taken back."""

    told: int
    removed: int


@transaction.atomic
def tell_costs(*, affiliate: Affiliate, lines: Sequence[CostLine], actor, now: datetime) -> Told:
    """Take over the lines, all or none. Raises BadCosts with every line at fault."""
    book = _Book(affiliate, now)
    entries = [entry for entry in map(book.entry, lines) if entry]
    if book.errors:
        raise BadCosts(book.errors)
    removed = sum(_remove(affiliate, entry) for entry in entries if not entry.amount)
    told = [entry for entry in entries if entry.amount]
    CostEntry.objects.bulk_create(
        told,
        update_conflicts=True,
        unique_fields=["network", "affiliate", *_KEY],
        update_fields=["amount", "currency", "told_at", "advertiser_id"],
    )
    days = {entry.day for entry in entries}
    mark_dirty(*_hours(days, book.zone))
    take_back_split_days(days, affiliate_id=affiliate.pk)
    facts = {"told": len(told), "removed": removed}
    audit.record(action="costs.told", subject=affiliate, actor=actor, now=now, changes=facts)
    return Told(**facts)


def _remove(affiliate, entry):
    key = {name: getattr(entry, name) for name in _KEY}
    return CostEntry.objects.filter(affiliate=affiliate, **key).delete()[0]


def _hours(days, zone):
    """Every hour that the days have in the zone, and the one they begin within."""
    for day in days:
        begin = datetime.combine(day, datetime.min.time(), tzinfo=zone)
        yield from (begin + timedelta(hours=number) for number in range(-1, 26))


class _Book:
    """Knows the webmaster's offers and links, and collects what is wrong."""

    def __init__(self, affiliate, now):
        network = Network.objects.get(pk=current_network_id())
        self.affiliate, self.now, self.zone = affiliate, now, ZoneInfo(network.timezone)
        self.currency, self.today = network.currency, now.astimezone(self.zone).date()
        self.errors: list[LineError] = []
        self._seen: dict[tuple, int] = {}
        links = TrackingLink.objects.filter(affiliate=affiliate).select_related("offer")
        self._links = {key: link for link in links for key in (str(link.pk), link.code)}
        offers = {link.offer_id: link.offer for link in links} | Offer.objects.filter(
            coupons__affiliate=affiliate
        ).in_bulk()
        self._offers = {key: offer for offer in offers.values() for key in (str(offer.pk), offer.name.casefold())}
        self._currencies = {offer.currency for offer in offers.values()} | {self.currency}

    def entry(self, line: CostLine) -> CostEntry | None:
        """The line as a row that is not saved; None with the reason among the errors."""
        link = self._found(line, "link", self._links, line.link)
        offer = self._found(line, "offer", self._offers, line.offer.casefold())
        faults = [*self._faults_of_place(line, link, offer), *self._faults_of_day(line.day)]
        offer = link.offer if link else offer
        currency = line.currency or (offer.currency if offer else self.currency)
        faults += self._faults_of_currency(currency, offer)
        amount = self._amount(line, currency, faults)
        entry = CostEntry(
            affiliate=self.affiliate, day=line.day, offer_id=offer.pk if offer else 0,
            advertiser_id=offer.advertiser_id if offer else 0, link_id=link.pk if link else 0, mark=line.mark,
            value=line.value, amount=amount, currency=currency, told_at=self.now,
        )  # fmt: skip
        faults += self._faults_of_repeat(entry, line.number)
        self.errors += [LineError(line.number, column, text) for column, text in faults]
        return entry

    def _found(self, line, column, known, text):
        if not text:
            return None
        if text not in known:
            said = {"link": _("You have no link “%s”: give its number or code."),
                    "offer": _("You do not promote an offer “%s”: give its number or name.")}[column]  # fmt: skip
            self.errors.append(LineError(line.number, column, said % text[:60]))
        return known.get(text)

    def _faults_of_place(self, line, link, offer):
        if not (line.offer or line.link or line.mark):
            yield "", _("Say for what: an offer, a link or a sub-id.")
        if link and offer and link.offer_id != offer.pk:
            yield "link", _("This link leads to “%s”, not to the offer of this line.") % link.offer.name
        if len(line.value) > MARK_LENGTH:
            yield line.mark, _("A sub-id may have %d characters at most here.") % MARK_LENGTH

    def _faults_of_day(self, day: date):
        if day > self.today:
            yield "day", _("%s is in the future.") % day.isoformat()
        elif day < self.today - timedelta(days=366 * YEARS_BACK):
            yield "day", _("%s is more than two years ago.") % day.isoformat()

    def _faults_of_currency(self, currency, offer):
        if not is_currency(currency):
            yield "currency", _("“%s” is not a currency code: use one such as USD, EUR or RUB.") % currency[:40]
        elif offer and currency != offer.currency:
            words = {"offer": offer.name, "currency": offer.currency}
            yield "currency", _("“%(offer)s” counts in %(currency)s: give its cost in %(currency)s too.") % words
        elif currency not in self._currencies:
            yield "currency", _("None of your offers counts in %s: its cost would stand beside nothing.") % currency

    def _amount(self, line, currency, faults):
        if line.amount < 0:
            faults.append(("cost", _("A cost cannot be negative.")))
        elif is_currency(currency):
            try:
                return round_to_units(line.amount, currency)
            except (BadAmount, ArithmeticError):
                faults.append(("cost", _("“%s” is too large an amount.") % str(line.amount)[:40]))
        return 0

    def _faults_of_repeat(self, entry, number):
        key = tuple(getattr(entry, name) for name in _KEY)
        first = self._seen.setdefault(key, number)
        if first != number:
            yield "", _("The same day and place as in line %d: add them up into one line.") % first
