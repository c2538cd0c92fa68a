"""Rates: which one counts, never edited, seen only by whom they concern."""

from datetime import timedelta

import pytest

from cpanet.accounts.models import AuditEntry
from cpanet.tenancy.scope import network_scope
from offers import services
from offers.choices import PaymentModel
from offers.models import Goal, Rate
from offers.selectors import rate_for
from offers.services import Figures
from offers.services.changes import OfferIncomplete
from offers.services.rates import BadRate
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal(network, people):
    with network_scope(network.pk):
        offer = factories.offer(advertiser=people.adam.advertiser)
        return factories.goal(offer=offer, revenue="10", earning="8")


def set_rate(goal, revenue, earning, now=NOW, **of):
    return services.set_rate(goal=goal, figures=Figures(revenue, 0, earning, 0), actor=None, now=now, **of)


def test_the_most_specific_rate_counts(network, people, goal):
    alice, bob = people.alice.affiliate, people.bob.affiliate
    with network_scope(network.pk):
        everybody = goal.rates.get()
        german = set_rate(goal, 120_000, 90_000, country="DE")
        own = set_rate(goal, 120_000, 95_000, affiliate=alice)
        own_german = set_rate(goal, 120_000, 99_000, affiliate=alice, country="DE")
        assert rate_for(goal, alice.pk, "DE", NOW) == own_german
        assert rate_for(goal, alice.pk, "TR", NOW) == own
        assert rate_for(goal, bob.pk, "DE", NOW) == german
        assert rate_for(goal, bob.pk, "TR", NOW) == everybody
        assert rate_for(goal, bob.pk, "", NOW) == everybody
        services.end_rate(rate=own_german, actor=None, now=NOW)
        assert rate_for(goal, alice.pk, "DE", NOW) == own, "his own comes before the country's"


def test_a_change_begins_a_new_row_and_yesterday_keeps_its_own(network, goal):
    later = NOW + timedelta(days=1)
    with network_scope(network.pk):
        before = goal.rates.get()
        after = set_rate(goal, 200_000, 150_000, now=later)
        before.refresh_from_db()
        assert (before.revenue_fixed, before.valid_until) == (100_000, later)
        assert rate_for(goal, None, "", later - timedelta(seconds=1)) == before
        assert rate_for(goal, None, "", later) == after
        assert set_rate(goal, 200_000, 150_000, now=later + timedelta(days=1)) == after, (
            "the same figures change nothing"
        )
        entry = AuditEntry.objects.get(action="rate.set")
        assert entry.changes["rate"][0].startswith("10.00 USD")


def test_before_the_first_rate_nothing_is_priced(network, goal):
    with network_scope(network.pk):
        assert rate_for(goal, None, "", NOW - timedelta(days=1000)) is None


@pytest.mark.parametrize(
    "model, figures, field",
    [
        (PaymentModel.FIXED, Figures(1, 1, 0, 0), "revenue_percent"),
        (PaymentModel.PERCENT, Figures(1, 1, 0, 0), "revenue_fixed"),
        (PaymentModel.FIXED, Figures(), "revenue_fixed"),
        (PaymentModel.HYBRID, Figures(-1, 0, 0, 0), "revenue_fixed"),
        (PaymentModel.HYBRID, Figures(0, 10_001, 0, 0), "revenue_percent"),
    ],
)
def test_figures_must_fit_the_payment_model(network, goal, model, figures, field):
    with network_scope(network.pk):
        Goal.objects.filter(pk=goal.pk).update(payment_model=model)
        goal.refresh_from_db()
        with pytest.raises(BadRate) as error:
            services.set_rate(goal=goal, figures=figures, actor=None, now=NOW)
        assert error.value.field == field
        assert goal.rates.count() == 1


def test_the_last_rate_of_a_running_offer_cannot_end(network, goal):
    with network_scope(network.pk):
        with pytest.raises(OfferIncomplete, match="a goal with a rate"):
            services.end_rate(rate=goal.rates.get(), actor=None, now=NOW)
        assert Rate.objects.get().valid_until is None


def test_the_payment_model_of_a_goal_with_rates_stays(people, network, goal):
    url = f"/advertiser/offers/{goal.offer_id}/goals/{goal.pk}/"
    answer = people.adam.client.post(
        url,
        {
            "name": "Sale",
            "code": "sale",
            "payment_model": "percent",
            "attribution_days": 30,
            "duplicate_policy": "once_per_click",
        },
    )
    assert answer.status_code == 422
    assert "add another goal" in answer.content.decode()


def post_rate(person, audience, goal, **values):
    url = f"/{audience}/offers/{goal.offer_id}/goals/{goal.pk}/rates/"
    return person.client.post(url, {"country": "", **values})


def test_an_advertiser_sets_a_rate_on_its_page(people, network, goal):
    assert post_rate(people.adam, "advertiser", goal, revenue="12.5", earning="9", country="DE").status_code == 302
    with network_scope(network.pk):
        rate = Rate.objects.get(country="DE")
        assert (rate.revenue_fixed, rate.earning_fixed, rate.affiliate) == (125_000, 90_000, None)


def test_an_advertiser_cannot_make_the_network_lose(people, network, goal):
    answer = post_rate(people.adam, "advertiser", goal, revenue="5", earning="9")
    assert answer.status_code == 422
    assert "more than you pay" in answer.content.decode()
    with network_scope(network.pk):
        assert Rate.objects.count() == 1


def test_the_staff_may_set_a_losing_rate_and_is_warned(people, network, goal):
    answer = post_rate(people.adman, "manager", goal, revenue="5", earning="9", affiliate=people.alice.affiliate.pk)
    page = people.adman.client.get(answer.url).content.decode()
    assert "the network can lose by it" in page
    with network_scope(network.pk):
        assert Rate.objects.get(affiliate=people.alice.affiliate).earning_fixed == 90_000


@pytest.mark.parametrize(
    "values", [{"revenue": "ten"}, {"revenue": "-1"}, {"revenue": "1.23456"}, {"country": "XX"}, {}]
)
def test_bad_figures_are_shown_in_the_form(people, network, goal, values):
    assert post_rate(people.adam, "advertiser", goal, **values).status_code == 422
    with network_scope(network.pk):
        assert Rate.objects.count() == 1


def test_nobody_sees_another_webmasters_rate(people, network, goal):
    with network_scope(network.pk):
        services.update_offer(offer=goal.offer, access="open", actor=None, now=NOW)
        set_rate(goal, 200_000, 177_700, affiliate=people.bob.affiliate)
    page = f"offers/{goal.offer_id}/"
    assert "$17.77" in people.bob.client.get(f"/webmaster/{page}").content.decode()
    assert "$17.77" in people.bob.client.get("/webmaster/offers/").content.decode()
    assert "$17.77" not in people.alice.client.get(f"/webmaster/{page}").content.decode()
    assert "$17.77" not in people.alice.client.get("/webmaster/offers/").content.decode()
    goal_page = f"offers/{goal.offer_id}/goals/{goal.pk}/"
    assert "$17.77" not in people.adam.client.get(f"/advertiser/{goal_page}").content.decode()
    assert "$17.77" in people.adman.client.get(f"/manager/{goal_page}").content.decode()


def test_an_advertiser_cannot_end_a_webmasters_own_rate(people, network, goal):
    with network_scope(network.pk):
        rate = set_rate(goal, 200_000, 150_000, affiliate=people.bob.affiliate)
    url = f"offers/{goal.offer_id}/rates/{rate.pk}/end/"
    assert people.adam.client.post(f"/advertiser/{url}").status_code == 404
    assert people.adman.client.post(f"/manager/{url}").status_code == 302
    with network_scope(network.pk):
        rate.refresh_from_db()
        assert rate.valid_until is not None
