"""E-mails: from which network, to whom, why, and where one goes on."""

import pytest
from django.core import mail

from cpanet.accounts.models import Membership
from cpanet.accounts.roles import Role
from tests import factories


@pytest.fixture(autouse=True)
def letters(settings):
    """What is written lies in `mail.outbox` at once."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.mark.parametrize(
    ("status", "reason", "subject", "told"),
    [
        ("blocked", "Bought traffic", "Alpha: your account is blocked", "is blocked at Alpha"),
        ("refused", "No site", "Alpha: your registration was refused", "was refused"),
        ("approved", "", "Alpha: you are approved", "welcome to Alpha"),
    ],
)
def test_a_webmaster_reads_what_was_decided_and_why(people, in_network, status, reason, subject, told):
    affiliate = factories.affiliate(name="Zed", user=factories.user(email="zed@example.com"), status="pending")
    gone = factories.user(email="gone@example.com")
    Membership.objects.create(user=gone, role=Role.AFFILIATE, affiliate=affiliate, is_active=False)
    path = f"/manager/webmasters/{affiliate.pk}/decide/"
    assert people.owner.client.post(path, {"status": status, "reason": reason}).status_code == 302
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["zed@example.com"], subject)
    assert told in letter.body and reason in letter.body and ":8000/webmaster/" in letter.body
    assert ("The reason:" in letter.body) == bool(reason)
    people.owner.client.post(path, {"status": status, "reason": reason})
    assert len(mail.outbox) == 1  # the same again is nothing


def test_a_webmaster_reads_of_his_access_in_one_line_whatever_the_offer_is_called(people, in_network):
    offer = factories.offer(name="Tea & <b>more</b>", access="by_request")
    access = factories.access(offer=offer, affiliate=people.alice.affiliate, status="requested")
    wish = {"access": [access.pk], "status": "refused", "reason": "No context ads"}
    answer = people.owner.client.post("/manager/access/decide/", wish)
    assert answer.status_code == 302, answer.content.decode()[-500:]
    [letter] = mail.outbox
    assert letter.subject == "Alpha: your access to Tea & <b>more</b>"
    assert "Access: Refused" in letter.body and "The reason: No context ads" in letter.body
    assert ":8000/webmaster/offers/" in letter.body and "&amp;" not in letter.body
