"""Money that waits for its advertiser, over HTTP: the offer says so, the webmaster sees it, a payment ends it."""

from datetime import timedelta

from django.utils import timezone

from cpanet.ledger.selectors import webmaster_balance
from cpanet.tenancy.scope import network_scope
from payouts.tasks import release_due_holds
from tracking.models import Conversion

LATER = timedelta(days=60)


def main(answer) -> str:
    return answer.content.decode().partition("<main")[2]


def test_the_offer_says_it_and_a_payment_ends_it(people, shop, network):
    editor = f"/advertiser/offers/{shop.offer.pk}/general/"
    page = people.adam.client.get(editor)
    assert 'name="needs_funding"' in main(page)
    values = {"name": "Lamps", "access": "open", "hold_days": 0, "decision_days": 30, "needs_funding": "on"}
    assert people.adam.client.post(editor, values).status_code == 302
    assert "until the advertiser has paid" in main(people.alice.client.get(f"/webmaster/offers/{shop.offer.pk}/"))

    shop.call(order_id="F-1", status="approved")
    with network_scope(network.pk):
        lead = Conversion.objects.get(order_id="F-1")
    assert lead.needs_funding and lead.funded_at is None and lead.hold_until <= timezone.now()
    for page in (f"/webmaster/leads/{lead.pk}/", "/webmaster/leads/"):
        assert "until the advertiser" in main(people.alice.client.get(page)) or "the money is held until then" in main(
            people.alice.client.get(page)
        )
    release_due_holds()
    assert _balance(people, network) == (80_000, 0)

    values = {"amount": "10", "currency": "USD", "reference": "Bank", "key": "1"}
    answer = people.finance.client.post(f"/manager/advertisers/{people.adam.advertiser.pk}/deposit/", values)
    assert answer.status_code == 302, main(answer)
    page = main(people.finance.client.get(f"/manager/leads/{lead.pk}/"))
    assert "Paid for by the advertiser" in page
    release_due_holds()
    assert _balance(people, network) == (0, 80_000)


def _balance(people, network):
    with network_scope(network.pk):
        found = webmaster_balance(affiliate_id=people.alice.affiliate.pk, currency="USD")
    return found.hold, found.available
