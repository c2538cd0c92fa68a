"""An advertiser who pays by invoice and is late with one: the invoice, and the letters that have reminded him of it."""

from datetime import datetime, time, timedelta

from cpanet.accounts.models import Advertiser
from cpanet.accounts.roles import Role
from cpanet.ledger.selectors import advertiser_balance
from payouts.invoicing.periods import last_closed
from payouts.services import invoices
from payouts.services.deposits import refund_deposit
from payouts.services.reminders import remind_of_overdue

CLOSED_BEFORE = timedelta(days=30)  # with two weeks to pay, the invoice is late for two weeks at least
AT_WORK = time(10)  # of the network's day


def debtor_among(shops: list[Advertiser]) -> Advertiser | None:
    """The last of those that pay by invoice (every second one); nobody where there are only one or two."""
    return shops[::2][-1] if len(shops) > 2 else None


def give_deposit_back(stage, now: datetime) -> None:
    """He pays by invoice from the beginning, so what he has brought at first goes back to him."""
    shop = debtor_among(list(Advertiser.objects.order_by("pk")))
    if shop is None:
        return
    currency = stage.network.currency
    deposit, _owed = advertiser_balance(advertiser_id=shop.pk, currency=currency)
    refund_deposit(
        advertiser=shop, amount=deposit, currency=currency, reason="Pays by invoice from now on",
        idempotency_key="demo", actor=stage.staff[Role.OWNER], now=now,
    )  # fmt: skip


def let_one_be_late(stage, shop: Advertiser, actor, until: datetime) -> None:
    """The invoice of a half month that was closed a month ago, and every reminder since, each on its day."""
    zone = invoices.network_zone()
    since, closed = last_closed("half_month", (until - CLOSED_BEFORE).astimezone(zone).date())
    issued = datetime.combine(closed, AT_WORK, zone)
    try:
        drafts = invoices.make_drafts(
            advertiser=shop, currency=stage.network.currency, since=since, until=closed, actor=actor, now=issued
        )
    except invoices.NothingToInvoice:  # a short history
        return
    made = [invoices.issue(invoice_id=each.pk, expected_total=each.total, actor=actor, now=issued) for each in drafts]
    day = datetime.combine(made[0].due_date + timedelta(days=1), AT_WORK, zone)
    while day < until:
        remind_of_overdue(network_id=stage.network.pk, now=day)
        day += timedelta(days=7)
