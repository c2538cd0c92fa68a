"""An advertiser's balance: what he has paid in advance, what he owes, and every entry."""

from django.shortcuts import render

from cpanet.accounts.gates import advertiser_view
from cpanet.core.tables import configured
from cpanet.ledger.filters import AdvertiserStatementFilter
from cpanet.ledger.kinds import ADVERTISER_KINDS
from cpanet.ledger.selectors import advertiser_balance, currencies_of_owner, entries_of_advertiser
from cpanet.ledger.tables import AdvertiserStatement
from payouts.models import AdvertiserTerms


@advertiser_view
def balance(request):
    owner = request.advertiser.pk
    currencies = currencies_of_owner(kinds=ADVERTISER_KINDS, owner_id=owner, default=request.network.currency)
    currency = request.GET.get("currency", "")
    currency = currency if currency in currencies else currencies[0]
    deposit, owed = advertiser_balance(advertiser_id=owner, currency=currency)
    found = AdvertiserStatementFilter(request.GET, entries_of_advertiser(advertiser_id=owner, currency=currency))
    context = {
        "terms": AdvertiserTerms.objects.filter(advertiser=owner).first(),
        "currency": currency,
        "deposit": deposit,
        "owed": owed,
        "tabs": [{"label": code, "url": f"?currency={code}", "active": code == currency} for code in currencies],
        "filter": found,
        "table": configured(AdvertiserStatement(found.qs), request),
    }
    return render(request, "payouts/advertiser/balance.html", context)
