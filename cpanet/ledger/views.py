"""The ledger as the network's staff reads it: every figure down to its entries."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from cpanet.accounts.gates import manager_view
from cpanet.core.tables import configured
from cpanet.ledger.filters import JournalFilter
from cpanet.ledger.selectors import all_entries, trial_balance
from cpanet.ledger.tables import JournalTable


@manager_view("payouts.view")
def journal(request):
    """All entries, filtered; above them the sum of every account, each leading to its entries."""
    found = JournalFilter(request.GET, all_entries())
    table = configured(JournalTable(found.qs), request)
    context = {"filter": found, "table": table, "balances": trial_balance(), "title": _("Ledger")}
    return render(request, "ledger/manager/journal.html", context)
