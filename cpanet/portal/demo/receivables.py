"""The advertisers' side of the demo: terms, a statement of the bank, invoices, adjustments."""

from datetime import datetime, timedelta

from cpanet.accounts.models import Advertiser
from cpanet.accounts.roles import Role
from cpanet.core.money import to_units
from cpanet.portal.demo.debtor import debtor_among, let_one_be_late
from payouts.invoicing.periods import last_closed
from payouts.models import BankPayment, Invoice
from payouts.services import adjustments, bank, invoices, terms
from payouts.services.reliability import refresh_reliability


def play_receivables(stage, now: datetime) -> None:
    """Make what the pages of the advertisers' money show; inside the scope of the stage's network."""
    owner = stage.staff[Role.OWNER]
    finance = stage.staff.get(Role.FINANCE, owner)
    terms.save_details(
        actor=owner, now=now, legal_name=f"{stage.plan.name} GmbH", tax_id="DE314159265",
        address="Lange Straße 7, 10115 Berlin", bank="IBAN DE89 3704 0044 0532 0130 00",
    )  # fmt: skip
    shops = list(Advertiser.objects.order_by("pk"))
    for number, shop in enumerate(shops):
        _agree(shop, number, stage.network.currency, owner, now)
    if late := debtor_among(shops):
        let_one_be_late(stage, late, finance, now)
    for number, shop in enumerate(shops):
        _invoice(shop, stage.network.currency, number, finance, now)
    _upload(shops, stage.network.currency, finance, now)
    _adjust(stage, owner, finance, now)
    refresh_reliability(now=now)


def _agree(shop, number, currency, actor, now):
    terms.save_terms(
        advertiser=shop, actor=actor, now=now, currency=currency, mode="prepaid" if number % 2 else "postpaid",
        credit_limit=to_units("50000", currency), warn_below=to_units("500", currency), invoice_period="month",
        legal_name=f"{shop.name} Ltd", tax_id=f"77012345{number:02d}", contract=f"A-2026/{number + 1}",
    )  # fmt: skip


def _invoice(shop, currency, number, actor, now):
    """Last month's, issued but for the last shop's."""
    since, until = last_closed("month", now.astimezone(invoices.network_zone()).date())
    before = Invoice.objects.filter(advertiser=shop, until__gt=since, until__lt=until).first()
    since = before.until if before else since
    try:
        drafts = invoices.make_drafts(
            advertiser=shop, currency=currency, since=since, until=until, actor=actor, now=now
        )
    except invoices.NothingToInvoice:
        return
    for each in drafts if number != 1 else []:
        invoices.issue(invoice_id=each.pk, expected_total=each.total, actor=actor, now=now)


def _upload(shops, currency, actor, now):
    """A payment of each shop, one of somebody unknown, one of the network itself."""
    day = now.date() - timedelta(days=1)
    rows = [(f"{shop.name} Ltd", f"77012345{number:02d}", "1500.00") for number, shop in enumerate(shops)]
    rows += [("Unknown Payer", "", "320.00"), ("Own account", "", "1000.00")]
    text = "Date;Payer;Tax id;Amount;Currency;Description;Reference\n" + "".join(
        f"{day};{payer};{tax_id};{amount};{currency};Payment for advertising;{number}\n"
        for number, (payer, tax_id, amount) in enumerate(rows, start=1)
    )
    bank.import_statement(
        content=text.encode(), file_name=f"statement-{day}.csv", currency=currency, actor=actor, now=now
    )
    first = BankPayment.objects.filter(proposed__isnull=False).order_by("pk").first()
    bank.confirm_payment(payment_id=first.pk, actor=actor, now=now)
    own = BankPayment.objects.get(payer="Own account")
    bank.set_aside(payment_id=own.pk, reason="Our own money from another account", actor=actor, now=now)


def _adjust(stage, owner, finance, now):
    currency = stage.network.currency
    for number, (webmaster, reason) in enumerate(
        zip(stage.webmasters, ("Contest of the month won", "Bonus for a new record"), strict=False)
    ):
        made = adjustments.propose(
            debit=("cost", 0), credit=("available", webmaster.pk), currency=currency, amount=to_units("50", currency),
            reason=reason, idempotency_key=f"demo-{number}", actor=finance, now=now,
        )  # fmt: skip
        if number == 0 and owner != finance:
            adjustments.confirm(adjustment_id=made.pk, actor=owner, now=now)
