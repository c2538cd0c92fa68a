"""Who may see payouts, and who may do what with them."""

import pytest

from payouts.models import Payout
from tests.payouts import story
from tests.payouts.story import BATCHES, INBOX, status_of


@pytest.mark.parametrize("name", ["support", "manager", "adman"])
def test_others_of_the_staff_look_but_do_not_touch(people, confirmed, payout, name):
    client, one, its = getattr(people, name).client, f"{INBOX}{payout.pk}/", f"{BATCHES}{confirmed.pk}/"
    for path in (INBOX, BATCHES, one, its, "/manager/journal/", "/manager/payout-methods/"):
        assert client.get(path).status_code == 200, path
    deposit = f"/manager/advertisers/{people.adam.advertiser.pk}/deposit/"
    acts = [f"{its}confirm/", f"{its}act/", f"{its}register/csv/", f"{one}act/", f"{BATCHES}new/", f"{INBOX}unfreeze/"]
    for path in (*acts, deposit, "/manager/payout-methods/new/"):
        assert client.post(path, {"payout": payout.pk, "action": "sent"}).status_code == 403, path
    assert status_of(confirmed) == "confirmed"
    page = client.get(f"{INBOX}{payout.pk}/").content.decode()
    assert "DE89 •••• 3000" in page
    assert "370400440532" not in page


@pytest.mark.parametrize("name", ["bob", "adam", "charlie", "boss", "stranger"])
def test_strangers_find_nothing(people, confirmed, payout, name):
    client = getattr(people, name).client
    paths = [f"{BATCHES}{confirmed.pk}/", f"{INBOX}{payout.pk}/", f"/webmaster/payouts/{payout.pk}/"]
    acts = [f"{paths[0]}{word}/" for word in ("confirm", "act", "register/csv")]
    acts += [f"{paths[1]}act/", f"{paths[2]}cancel/", f"/webmaster/payout-details/{payout.details_id}/remove/"]
    fine = {302} if name == "stranger" else {404}
    assert {client.get(path).status_code for path in paths} == fine
    assert {client.post(path, {"action": "sent", "reason": "x"}).status_code for path in acts} == fine
    assert (status_of(confirmed), status_of(payout)) == ("confirmed", "approved")


def test_details_of_another_webmaster_cannot_be_used(people, in_network):
    story.earned(people.bob.affiliate, "100")
    hers = story.payable(people.alice.affiliate, story.method())
    form = {"details": hers.pk, "amount": "50", "key": "k"}
    assert people.bob.client.post("/webmaster/payouts/", form).status_code == 422
    assert people.bob.client.get("/webmaster/payouts/quote/", form).status_code == 200
    assert not Payout.objects.exists()
