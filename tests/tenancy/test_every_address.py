"""Every address that names something: another network's, another webmaster's, another advertiser's id answers 404."""

import pytest
from django.urls import URLPattern, get_resolver

from cpanet.tenancy.scope import network_scope
from tests.fixtures.world import world

# What the number in an address is: by the name of the parameter, or of the page where it is a plain `pk`.
PARAMETERS = {
    "goal_pk": "goal", "rate_pk": "rate", "landing_pk": "landing", "creative_pk": "creative", "feed_pk": "feed",
    "job_pk": "job", "affiliate_pk": "affiliate", "link_id": "link", "lead_id": "lead", "key_id": "postback_key",
    "call_id": "call", "method_id": "method", "coupon_pk": "coupon", "cap_pk": "cap",
    "offer_id": "offer", "receiver_id": "receiver", "delivery_id": "delivery", "entry_id": "block_entry",
    "term_id": "hold_term", "bulk_id": "bulk", "advertiser_id": "advertiser",
}  # fmt: skip
PAGES = {
    "bank_payment": "bank_payment", "bank_payment_act": "bank_payment", "invoice": "invoice", "invoice_act": "invoice",
    "invoice_pdf": "invoice", "invoice_xlsx": "invoice", "adjustment": "adjustment", "adjustment_act": "adjustment",
    "advertiser_terms": "advertiser", "advertiser_refund": "advertiser", "advertiser_write_off": "advertiser",
    "advertiser_entries": "advertiser", "webmaster_entries": "affiliate",
    "site_remove": "site", "api_key_revoke": "api_key", "payout": "payout", "payout_cancel": "payout",
    "exchange": "exchange", "rates_held": "held_rates",
    "payout_act": "payout", "payout_receipt": "payout", "batch_results": "batch", "batch_mark": "batch",
    "payout_details_remove": "details", "webmaster": "affiliate",
    "webmaster_decide": "affiliate", "webmaster_payout_terms": "affiliate", "webmaster_terms": "affiliate",
    "webmaster_referral": "affiliate",
    "webmaster_hold": "affiliate", "hold_term_remove": "affiliate",
    "advertiser": "advertiser", "advertiser_deposit": "advertiser", "vertical_change": "vertical", "batch": "batch",
    "batch_act": "batch", "batch_confirm": "batch", "batch_register": "batch", "payout_method": "method", "job": "job",
    "creative_image": "creative", "offer_logo": "offer",
}  # fmt: skip
STARTS = {
    "domain": "domain", "offer": "offer", "statement": "statement", "rate": "offer", "feed": "offer",
    "creative_active": "offer", "coupon": "offer",
}  # fmt: skip


def addresses(resolver=None, prefix=""):
    """(audience, name of the page, pattern, its parameters) of every address with a number in it."""
    for entry in (resolver or get_resolver("cpanet.urls")).url_patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            parameters = [
                name for name, converter in entry.pattern.converters.items() if "Int" in type(converter).__name__
            ]
            if parameters:
                yield text.partition("/")[0], entry.name, text, parameters
        elif not text.startswith("account/"):
            yield from addresses(entry, text)


def kind_of(audience, page, parameter):
    if parameter != "pk":
        return PARAMETERS[parameter]
    if page == "member_active":
        return "staff" if audience == "manager" else "member"
    if page in PAGES:
        return PAGES[page]
    return next(kind for start, kind in STARTS.items() if page.startswith(start))


def path_of(pattern, audience, page, parameters, things):
    path = "/" + pattern.replace("<slug:format>", "csv")
    for parameter in parameters:
        path = path.replace(f"<int:{parameter}>", str(getattr(things, kind_of(audience, page, parameter)).pk))
    return path


def answers(client, path):
    """The statuses of a GET and of an empty POST; 405 says that the method is never meant here."""
    return {client.get(path).status_code, client.post(path).status_code} - {405}


@pytest.fixture
def beta_world(people, other_network):
    with network_scope(other_network.pk):
        return world(webmaster=people.charlie, advertiser=people.dora, staff=people.boss)


def test_another_networks_ids_are_not_found(people, beta_world):
    clients = {"webmaster": people.alice, "advertiser": people.adam}
    found = {
        path: statuses
        for audience, page, pattern, parameters in addresses()
        for path in [path_of(pattern, audience, page, parameters, beta_world)]
        for statuses in [answers(clients.get(audience, people.owner).client, path)]
        if statuses != {404}
    }
    assert found == {}


def test_the_own_networks_ids_are_found(people, beta_world):
    """The other way round: for those they belong to they do answer, so that the walk proves something."""
    clients = {"webmaster": people.charlie, "advertiser": people.dora}
    pages = [
        entry
        for entry in addresses()
        if entry[1] in ("offer", "lead", "link", "statement", "batch", "webmaster", "payout")
    ]
    missing = [
        path
        for audience, page, pattern, parameters in pages
        for path in [path_of(pattern, audience, page, parameters, beta_world)]
        if clients.get(audience, people.boss).client.get(path).status_code >= 400
    ]
    assert len(pages) > 10 and missing == []


def test_another_webmasters_and_advertisers_ids_are_not_found(people, network):
    with network_scope(network.pk):
        others = world(webmaster=people.bob, advertiser=people.eve, staff=people.finance)
    clients = {"webmaster": people.alice.client, "advertiser": people.adam.client}
    found = {
        path: statuses
        for audience, page, pattern, parameters in addresses()
        if audience in clients
        for path in [path_of(pattern, audience, page, parameters, others)]
        for statuses in [answers(clients[audience], path)]
        if statuses != {404}
    }
    assert found == {}
