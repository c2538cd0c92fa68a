"""The receipt of a payout that has arrived, for the webmaster. Pure: plain words → PDF."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cpanet.core.pdf import Document


@dataclass(frozen=True)
class Receipt:
    """Everything the paper says, as text."""

    network: str
    support: str
    webmaster: str
    payout: str
    method: str
    account: str
    requested: str
    paid: str
    reference: str
    amount: str
    fee: str
    net: str


def as_pdf(receipt: Receipt) -> bytes:
    """The receipt as one page."""
    title = _("Receipt of a payout")
    paper = Document(title, subtitle=receipt.payout, author=receipt.network, footer=receipt.network)
    paper.columns(
        (_("Paid by"), [(_("Network"), receipt.network), (_("Contact"), receipt.support)]),
        (_("Paid to"), [(_("Webmaster"), receipt.webmaster), (_("Account"), receipt.account)]),
    )
    paper.facts(
        [
            (_("Method"), receipt.method),
            (_("Requested"), receipt.requested),
            (_("Paid"), receipt.paid),
            (_("Reference of the bank"), receipt.reference),
        ]
    )
    paper.totals([(_("Amount"), receipt.amount), (_("Fee"), receipt.fee), (_("Paid out"), receipt.net)])
    return paper.content()
