"""The papers of the second telling of money: invoices, credit notes, and what of them is paid. Plain Python."""

from dataclasses import dataclass, field

from tests.payouts.money_model import COIN


@dataclass(eq=False)
class Paper:
    """An invoice (`total` above zero) or a credit note; `rows` is what it holds of each lead."""

    pk: int
    shop: int
    currency: str
    total: int
    rows: dict = field(default_factory=dict)
    is_invoice: bool = True
    cancels: bool = False
    status: str = "issued"
    settled: int = 0

    @property
    def payable(self) -> int:
        return self.total // COIN * COIN if self.total > 0 else 0


class Papers:
    """All of one network, in the order of their numbers."""

    def __init__(self, model):
        self.model, self.all = model, []

    def open_amounts(self, shop, currency) -> tuple[dict, dict]:
        """What the next invoice and the next credit note would hold: {lead: units} of each."""
        leads = [lead for lead in self.model.leads if (lead.shop, lead.currency) == (shop, currency)]
        amounts = {lead: lead.recognised - lead.invoiced for lead in leads}
        more = {lead: units for lead, units in amounts.items() if units > 0}
        return more, {lead: units for lead, units in amounts.items() if units < 0}

    def issue(self, pk, shop, currency, rows) -> Paper:
        total = sum(rows.values())
        paper = Paper(pk, shop, currency, total, rows, is_invoice=total > 0)
        for lead, units in rows.items():
            lead.invoiced += units
        self._add(paper)
        return paper

    def cancel(self, paper, note_pk) -> None:
        """By a credit note over all of it; its leads may be invoiced again."""
        paper.status, paper.settled = "cancelled", 0
        for lead, units in paper.rows.items():
            lead.invoiced -= units
        self._add(Paper(note_pk, paper.shop, paper.currency, -paper.total, is_invoice=False, cancels=True))

    def _add(self, paper):
        self.all.append(paper)
        self.settle(paper.shop, paper.currency)

    def settle(self, shop, currency) -> None:
        """What came in pays the oldest invoice first; credit notes count as money, those that cancel do not."""
        own = [paper for paper in self.all if (paper.shop, paper.currency) == (shop, currency)]
        credit = -sum(paper.total for paper in own if not paper.is_invoice and not paper.cancels)
        left = max(0, self.model.shops[shop, currency] + credit)
        for paper in own:
            if paper.is_invoice and paper.status != "cancelled":
                paper.settled = min(left, paper.payable)
                left -= paper.settled
                paper.status = self._status(paper)

    @staticmethod
    def _status(paper):
        if paper.settled >= paper.payable:
            return "paid"
        return "partly_paid" if paper.settled else "issued"

    def told(self) -> dict:
        """{id: (status, total, settled)}."""
        return {paper.pk: (paper.status, paper.total, paper.settled) for paper in self.all}
