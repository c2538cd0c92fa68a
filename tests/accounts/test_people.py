"""Sign-up, approval, invitations, roles – through the pages."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cpanet.accounts.models import Affiliate, AuditEntry, Invitation, Membership, User
from cpanet.jobs.models import OutboxMessage
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from tests import factories


def sign_up(host="alpha.test", email="new@example.com"):
    client = Client(HTTP_HOST=host)
    answer = client.post(
        "/account/signup/",
        {"name": "New One", "email": email, "password1": "a long enough secret", "about": "A blog on phones"},
    )
    return client, answer


def test_webmaster_signs_up_waits_and_is_approved(network, people):
    client, answer = sign_up()
    assert answer.status_code == 302, answer.content.decode()[-800:]
    with network_scope(network.pk):
        affiliate = Affiliate.objects.get(name="New One")
        assert affiliate.status == "pending"
    assert client.get("/webmaster/").status_code == 200
    assert client.get("/webmaster/profile/").status_code == 200

    page = people.manager.client.get("/manager/webmasters/?status=pending")
    assert "New One" in page.content.decode()
    decided = people.manager.client.post(f"/manager/webmasters/{affiliate.pk}/decide/", {"status": "approved"})
    assert decided.status_code == 302
    with network_scope(network.pk):
        affiliate.refresh_from_db()
        assert affiliate.status == "approved"
        assert OutboxMessage.objects.filter(subject="Alpha: you are approved", receiver="new@example.com").exists()
        assert AuditEntry.objects.filter(action="webmaster.approved", actor=people.manager.user).exists()


def test_same_email_signs_up_in_two_networks(network, other_network):
    assert sign_up("alpha.test")[1].status_code == 302
    assert sign_up("beta.test")[1].status_code == 302


def test_second_sign_up_with_an_email_makes_no_second_webmaster(network):
    sign_up()
    _client, answer = sign_up()
    assert answer.status_code in (200, 302, 422)
    with network_scope(network.pk):
        assert Affiliate.objects.filter(name="New One").count() == 1
        assert User.objects.filter(email="new@example.com").count() == 1


def test_sign_in_works_only_in_the_own_network(network, other_network):
    with network_scope(network.pk):
        factories.affiliate(user=factories.user("alice@example.com"))
    at_home = Client(HTTP_HOST="alpha.test")
    abroad = Client(HTTP_HOST="beta.test")
    data = {"login": "alice@example.com", "password": factories.PASSWORD}
    assert at_home.post("/account/login/", data).status_code == 302
    assert at_home.get("/webmaster/").status_code == 200
    assert abroad.post("/account/login/", data).status_code == 200
    assert abroad.get("/webmaster/").status_code == 302


def test_session_of_one_network_is_nobody_in_another(people):
    people.alice.client.get("/webmaster/")
    stolen = Client(HTTP_HOST="beta.test")
    stolen.cookies = people.alice.client.cookies
    assert stolen.get("/webmaster/").status_code == 302


def test_refusal_needs_a_reason(network, people):
    url = f"/manager/webmasters/{people.bob.affiliate.pk}/decide/"
    answer = people.manager.client.post(url, {"status": "blocked", "reason": " "})
    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()
    assert people.manager.client.post(url, {"status": "blocked", "reason": "Spam"}).status_code == 302
    assert "Spam" in people.bob.client.get("/webmaster/").content.decode()


def test_advertiser_is_invited_and_comes_in_once(network, people):
    answer = people.adman.client.post(
        "/manager/advertisers/new/", {"name": "Riche", "website": "", "email": "riche@example.com"}
    )
    url = answer.context["url"]
    path = url.partition("alpha.test")[2].partition("/")[2]
    visitor = Client(HTTP_HOST="alpha.test")
    assert visitor.get(f"/{path}").status_code == 200
    weak = visitor.post(f"/{path}", {"full_name": "R", "password": "123"})
    assert weak.status_code == 422
    assert visitor.post(f"/{path}", {"full_name": "Rita", "password": "a long enough secret"}).url == "/advertiser/"
    assert visitor.get("/advertiser/").status_code == 200
    assert Client(HTTP_HOST="alpha.test").get(f"/{path}").status_code == 410
    with network_scope(network.pk):
        assert Invitation.objects.get().accepted_at is not None


def test_invitation_of_another_network_is_unknown(network, other_network, people):
    answer = people.adman.client.post(
        "/manager/advertisers/new/", {"name": "Riche", "website": "", "email": "riche@example.com"}
    )
    token = answer.context["url"].rstrip("/").rpartition("/")[2]
    assert Client(HTTP_HOST="beta.test").get(f"/invitation/{token}/").status_code == 410


@pytest.mark.parametrize("path", ["/manager/", "/manager/webmasters/", "/advertiser/", "/advertiser/team/"])
def test_a_webmaster_finds_no_other_cabinet(people, path):
    assert people.alice.client.get(path).status_code == 404


def test_a_stranger_is_asked_to_sign_in(people):
    for path in ("/webmaster/", "/advertiser/", "/manager/"):
        assert people.stranger.client.get(path).url.startswith("/account/login/")


def test_missing_right_is_403(people):
    assert people.support.client.get("/manager/settings/").status_code == 403
    assert (
        people.support.client.post(
            f"/manager/webmasters/{people.bob.affiliate.pk}/decide/", {"status": "approved"}
        ).status_code
        == 403
    )


def test_webmaster_of_another_network_is_not_found(people):
    assert people.owner.client.get(f"/manager/webmasters/{people.charlie.affiliate.pk}/").status_code == 404
    assert people.owner.client.get(f"/manager/advertisers/{people.dora.advertiser.pk}/").status_code == 404


def test_last_owner_stays(network, people):
    with network_scope(network.pk):
        mine = Membership.objects.get(user=people.owner.user)
    answer = people.owner.client.post(f"/manager/staff/{mine.pk}/", {}, follow=True)
    assert "cannot shut yourself out" in answer.content.decode()
    with network_scope(network.pk):
        mine.refresh_from_db()
        assert mine.is_active


def test_api_key_is_shown_once_and_can_be_revoked(network, people):
    answer = people.alice.client.post(
        "/webmaster/api-keys/", {"name": "tracker", "scopes": ["statistics:read"], "days": "90", "addresses": ""}
    )
    assert answer.status_code == 200
    text = answer.context["shown"]
    assert text in answer.content.decode()
    again = people.alice.client.get("/webmaster/api-keys/")
    assert text not in again.content.decode()
    key = again.context["keys"][0]
    assert people.bob.client.post(f"/webmaster/api-keys/{key.pk}/revoke/").status_code == 404
    assert people.alice.client.post(f"/webmaster/api-keys/{key.pk}/revoke/").status_code == 302


def test_api_key_with_nonsense_address_says_so(people):
    answer = people.alice.client.post(
        "/webmaster/api-keys/",
        {"name": "tracker", "scopes": ["statistics:read"], "days": "90", "addresses": "300.1.1.1"},
    )
    assert answer.status_code == 422
    assert "300.1.1.1" in answer.content.decode()


def test_sites_are_added_once_and_removed(people):
    data = {"url": "https://blog.example", "traffic_source": "content", "description": "Phones"}
    assert people.alice.client.post("/webmaster/profile/sites/", data).status_code == 302
    again = people.alice.client.post("/webmaster/profile/sites/", data)
    assert again.status_code == 422
    assert "on your list already" in again.content.decode()


@pytest.mark.parametrize(
    "path",
    ["webmasters/", "advertisers/", "staff/", "staff/invite/", "advertisers/new/", "settings/", "audit/", "api-keys/"],
)
def test_pages_of_the_owner(people, path):
    assert people.owner.client.get(f"/manager/{path}").status_code == 200


def test_command_makes_a_network_and_invites_its_owner(db):
    out = StringIO()
    call_command("create_network", name="Gamma", host="Gamma.Test", currency="try", owner="boss@gamma.test", stdout=out)
    facts = json.loads(out.getvalue().splitlines()[-1])
    assert facts["host"] == "gamma.test" and facts["currency"] == "TRY" and "/invitation/" in facts["invitation"]
    path = "/" + facts["invitation"].partition("//")[2].partition("/")[2]
    boss = Client(HTTP_HOST="gamma.test")
    assert boss.post(path, {"full_name": "Boss", "password": "a long enough secret"}).url == "/manager/"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"host": "alpha.test"}, "belongs to a network already"),
        ({"host": "https://x.test/"}, "host name"),
        ({"currency": "ZZZ"}, "not a currency code"),
        ({"name": " "}, "Give the network a name"),
    ],
)
def test_command_refuses_nonsense(network, values, words):
    facts = {"name": "Delta", "host": "delta.test", "currency": "USD", **values}
    with pytest.raises(CommandError, match=words):
        call_command("create_network", **facts)
    assert Network.objects.count() == 1


def test_operator_makes_a_network_in_the_admin(db):
    operator = User.objects.create_superuser("op@example.com", "a long enough secret")
    client = Client(HTTP_HOST="localhost")
    client.force_login(operator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/admin/").status_code == 200
    data = {
        "name": "Gamma", "currency": "eur", "timezone": "UTC", "is_active": "on",
        "uniqueness_hours": "24", "signup_open": "on",
        "support_email": "", "fallback_url": "", "owner_email": "boss@gamma.test",
        "domains-TOTAL_FORMS": "1", "domains-INITIAL_FORMS": "0", "domains-0-host": "gamma.test",
        "domains-0-is_primary": "on",
    }  # fmt: skip
    answer = client.post("/admin/tenancy/network/add/", data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    network = Network.objects.get(name="Gamma")
    assert (network.currency, network.primary_host) == ("EUR", "gamma.test")


def test_operators_pages_do_not_exist_for_networks(people):
    assert people.owner.client.get("/admin/").status_code == 404


def test_unknown_host_is_told_so(db):
    answer = Client(HTTP_HOST="nobody.test").get("/")
    assert answer.status_code == 404
    assert "nobody.test" in answer.content.decode()
