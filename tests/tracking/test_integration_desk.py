"""The staff's desk of an advertiser's integration: the same pages, for those who decide leads; no secret is read."""

import pytest
from django.core import mail

from cpanet.accounts.models import AuditEntry
from cpanet.tenancy.scope import network_scope
from tests.factories import NOW
from tracking.models import PostbackKey, PostbackSettings
from tracking.services.postback_keys import create_key
from tracking.services.postback_settings import save_settings

RULES = {
    "must_sign": "on", "signature_seconds": "300", "addresses": "203.0.113.7", "order": "code_first", "touch": "last",
    "channel_name": "", "channel_values": "",
}  # fmt: skip
PAGES = ("", "rules/", "names/", "pixel/")
POSTS = ("keys/", "names/preset/", "names/save/", "names/try/", "test/")


@pytest.fixture
def desk(people):
    return f"/manager/advertisers/{people.adam.advertiser.pk}/integration/"


@pytest.fixture
def key(people, in_network):
    return create_key(advertiser=people.adam.advertiser, actor=people.adam.user, now=NOW)


def settings_row(people):
    return PostbackSettings.objects.get(advertiser=people.adam.advertiser)


def actors(action):
    return list(AuditEntry.objects.filter(action=action).order_by("pk").values_list("actor__email", flat=True))


def test_the_advertisers_page_leads_there_and_the_tabs_stay_there(people, desk):
    page = people.adman.client.get(f"/manager/advertisers/{people.adam.advertiser.pk}/").text
    assert f'href="{desk}"' in page and f'href="/manager/offers/?advertiser={people.adam.advertiser.pk}"' in page
    for each in PAGES:
        page = people.adman.client.get(desk + each).text
        assert "Integration of Adam&#x27;s shop" in page and "/advertiser/" not in page
        assert all(f'href="{desk}{other}"' in page for other in PAGES)
        assert f'href="/manager/calls/?advertiser={people.adam.advertiser.pk}"' in page


def test_who_decides_leads_changes_everything_and_it_is_written_down(people, in_network, desk):
    client = people.adman.client
    assert client.post(desk + "rules/", RULES).headers["Location"] == desk + "rules/"
    assert client.post(desk + "pixel/", {"pixel_domains": "shop.example"}).headers["Location"] == desk + "pixel/"
    names = {"name_order_id": "oid", "words_approved": "paid"}
    assert client.post(desk + "names/save/", names).headers["Location"] == desk + "names/"
    row = settings_row(people)
    assert (row.must_sign, row.addresses, row.pixel_domains) == (True, ["203.0.113.7"], ["shop.example"])
    assert (row.names, row.words) == ({"order_id": ["oid"]}, {"paid": "approved"})
    assert actors("postback_settings.changed") == ["adman@example.com"] * 3
    assert client.post(desk + "names/preset/", {"preset": "keitaro"}).status_code == 302
    assert settings_row(people).preset == "keitaro"
    assert client.get("/advertiser/integration/rules/").status_code == 404  # he has no desk of an advertiser


def test_what_cannot_be_is_said_in_the_form(people, in_network, desk):
    answer = people.adman.client.post(desk + "rules/", {**RULES, "addresses": "somewhere"})
    assert answer.status_code == 422 and "“somewhere” is no address" in answer.text
    assert not PostbackSettings.objects.exists()
    tried = people.adman.client.post(desk + "names/try/", {"pasted": "?promo_code=X&order_id=1"})
    assert tried.status_code == 200 and "What would become of it" in tried.text


def test_a_secret_is_never_read_a_key_is_replaced(people, in_network, desk, key):
    page = people.adman.client.get(desk).text
    assert f"№ {key.pk}" in page and key.secret not in page
    new = people.adman.client.post(desk + "keys/", follow=True).text
    made = PostbackKey.objects.exclude(pk=key.pk).get()
    assert made.secret in new and key.secret not in new
    for client, where in ((people.adman.client, desk), (people.adam.client, "/advertiser/integration/")):
        page = client.get(where).text
        assert f"№ {made.pk}" in page and made.secret not in page and key.secret not in page
    assert people.adman.client.post(f"{desk}keys/{key.pk}/revoke/").headers["Location"] == desk
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert (actors("postback_key.created")[-1], actors("postback_key.revoked")) == (
        "adman@example.com", ["adman@example.com"],
    )  # fmt: skip


def test_the_advertiser_reads_of_keys_that_somebody_else_makes_and_revokes(people, in_network, settings, desk):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    people.adam.client.post("/advertiser/integration/keys/")
    assert mail.outbox == []  # he knows
    people.adman.client.post(desk + "keys/")
    key = PostbackKey.objects.latest("pk")
    people.adman.client.post(f"{desk}keys/{key.pk}/revoke/")
    assert [letter.to for letter in mail.outbox] == [["adam@example.com"]] * 2
    made, revoked = mail.outbox
    assert f"has made key № {key.pk}" in made.body and key.secret not in made.body
    assert f"has revoked key № {key.pk}" in revoked.body and "/advertiser/integration/" in revoked.body
    assert revoked.subject == "Alpha: a key of your postbacks was revoked"


def test_a_test_call_of_the_staff_is_written_down(people, in_network, desk):
    assert people.adman.client.post(desk + "test/", {"order_id": "A-1"}).status_code == 302
    assert actors("postback.called") == ["adman@example.com"]


def test_a_new_secret_is_not_shown_at_another_advertisers_desk(people, in_network, desk):
    people.adman.client.post(desk + "keys/")
    secret = PostbackKey.objects.get().secret
    other = people.adman.client.get(f"/manager/advertisers/{people.eve.advertiser.pk}/integration/").text
    assert secret not in other and secret in people.adman.client.get(desk).text


def test_a_key_of_another_advertiser_is_not_found(people, in_network, desk, key):
    path = f"/manager/advertisers/{people.eve.advertiser.pk}/integration/keys/{key.pk}/revoke/"
    assert people.adman.client.post(path).status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


@pytest.mark.parametrize("who", ["support", "manager", "finance"])
def test_who_may_only_look_sees_the_overview(people, in_network, desk, key, who):
    client = getattr(people, who).client
    page = client.get(desk).text
    assert f"№ {key.pk}" in page and key.secret not in page
    assert not [each for each in ("keys/", "test/", "rules/", "names/") if desk + each in page]
    assert {client.get(desk + each).status_code for each in PAGES[1:]} == {403}
    posts = [*POSTS, "rules/", "pixel/", f"keys/{key.pk}/revoke/"]
    assert {client.post(desk + each).status_code for each in posts} == {403}
    key.refresh_from_db()
    assert key.revoked_at is None and not PostbackSettings.objects.exists()


@pytest.mark.parametrize("who", ["adam", "eve", "alice", "boss"])
def test_nobody_else_has_this_desk(people, desk, who):
    client = getattr(people, who).client
    assert {client.get(desk + each).status_code for each in PAGES} == {404}
    assert {client.post(desk + each).status_code for each in POSTS} == {404}


def test_the_desk_shows_what_the_advertiser_has_set(people, network, desk):
    with network_scope(network.pk):
        save_settings(advertiser=people.adam.advertiser, actor=people.adam.user, now=NOW, addresses=["198.51.100.0/24"])
    assert "198.51.100.0/24" in people.owner.client.get(desk + "rules/").text
    other = f"/manager/advertisers/{people.eve.advertiser.pk}/integration/rules/"
    assert "198.51.100.0/24" not in people.owner.client.get(other).text
