"""What flags do to leads and their money: longer holds, reviews, nothing twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cpanet.accounts.models import AuditEntry
from cpanet.ledger.selectors import webmaster_balance
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from tests import factories
from tracking.antifraud.catalogue import RULES, Setting, default_setting
from tracking.models import Conversion, ConversionFlag, LeadTrace
from tracking.selectors.fraud import Rules, Surroundings, leads_to_review
from tracking.selectors.fraud_preview import Lately
from tracking.services.decisions import decide
from tracking.services.fraud import NothingToReview, check_new_leads, clear_lead, decline_flagged, judge_webmasters
from tracking.services.fraud_rules import add_entry, save_rule
from tracking.services.holds import release_due_holds
from tracking.tasks.antifraud import check_new_leads as check_task

DAY = timedelta(days=1)


@pytest.fixture
def scope(shop):
    with network_scope(shop.network.pk):
        yield


@pytest.fixture
def balance(people):
    def read():
        found = webmaster_balance(affiliate_id=people.alice.affiliate.pk, currency="USD")
        return found.hold, found.available

    return read


def approve(lead, now=None):
    decide(conversion_id=lead.pk, status="approved", source="advertiser", actor=None, now=now or timezone.now())


def set_rule(code, actor, offer=None, **changes):
    setting = default_setting(code)
    values = {"is_on": True, "action": setting.action, "hold_days": 14, "limits": setting.limits} | changes
    save_rule(setting=Setting(code, **values), offer=offer, actor=actor, now=timezone.now())


def test_a_flagged_lead_is_held_longer_and_released_at_its_date(make_lead, look, fresh, scope, balance):
    plain, fast = make_lead("PLAIN"), make_lead("FAST", seconds=1)
    assert look() == {fast.pk: ["too_fast"]}
    assert fresh(plain).hold_until == plain.hold_until
    assert fresh(fast).hold_until == fast.hold_until + 14 * DAY and not fresh(fast).is_blocked
    for lead in (plain, fast):
        approve(lead)
    release_due_holds(now=plain.hold_until)
    assert balance() == (80_000, 80_000)
    release_due_holds(now=fresh(fast).hold_until - timedelta(seconds=1))
    assert balance() == (80_000, 80_000)
    release_due_holds(now=fresh(fast).hold_until)
    assert balance() == (0, 160_000)


def test_looking_twice_does_nothing_twice(flagged, look, fresh, scope, shop):
    before = fresh(flagged)
    assert before.fraud_checked_at
    Conversion.objects.filter(pk=flagged.pk).update(fraud_checked_at=None)  # as after a lost answer
    assert look(timezone.now() + DAY) == {flagged.pk: ["too_fast"]}
    assert fresh(flagged).hold_until == before.hold_until
    assert LeadTrace.objects.count() == 1 and ConversionFlag.objects.count() == 1


def test_several_rules_do_not_add_up(make_lead, look, fresh, scope):
    lead = make_lead(seconds=1, flags=["bot", "wrong_geo"])
    assert sorted(look()[lead.pk]) == ["bad_click", "refused_click", "too_fast"]
    assert fresh(lead).hold_until == lead.hold_until + 14 * DAY


def test_a_mark_alone_holds_nothing(make_lead, look, fresh, scope):
    lead = make_lead(flags=["duplicate"])
    assert look() == {lead.pk: ["repeat_click"]}
    assert fresh(lead).hold_until == lead.hold_until and not leads_to_review().exists()


def test_review_blocks_until_somebody_has_looked(people, make_lead, look, fresh, scope, balance):
    set_rule("too_fast", people.owner.user, action="review")
    lead = make_lead(seconds=1)
    look()
    approve(lead)
    far = timezone.now() + 400 * DAY
    assert release_due_holds(now=far).count == 0 and fresh(lead).is_blocked
    clear_lead(conversion_id=lead.pk, actor=people.owner.user, now=far, note="A friend's shop, it is fine")
    assert not fresh(lead).is_blocked and fresh(lead).hold_until == lead.hold_until
    assert release_due_holds(now=far).count == 1 and balance() == (0, 80_000)
    assert not leads_to_review().exists()
    entry = AuditEntry.objects.get(action="conversion.cleared")
    assert entry.actor == people.owner.user and entry.changes["rules"] == ["too_fast"]


def test_clearing_gives_back_the_usual_hold_once(people, flagged, fresh, scope, look):
    now = timezone.now()
    clear_lead(conversion_id=flagged.pk, actor=people.owner.user, now=now)
    assert fresh(flagged).hold_until == flagged.hold_until
    with pytest.raises(NothingToReview):
        clear_lead(conversion_id=flagged.pk, actor=people.owner.user, now=now)
    Conversion.objects.filter(pk=flagged.pk).update(fraud_checked_at=None)
    look()
    assert fresh(flagged).hold_until == flagged.hold_until  # what was cleared stays cleared


def test_declining_takes_the_money_back(people, flagged, fresh, scope, balance):
    approve(flagged)
    assert balance() == (80_000, 0)
    decline_flagged(
        conversion_id=flagged.pk, reason="fraud", note="Not a person", actor=people.owner.user, now=timezone.now()
    )
    lead = fresh(flagged)
    assert balance() == (0, 0) and (lead.status, lead.reason, lead.note) == ("declined", "fraud", "Not a person")
    assert lead.decided_by == "manager" and not leads_to_review().exists()
    assert ConversionFlag.objects.get().state == "declined"


def test_released_money_is_only_marked(people, make_lead, look, fresh, scope, balance):
    lead = make_lead(seconds=1)
    approve(lead)
    release_due_holds(now=lead.hold_until)
    released = fresh(lead)
    look(lead.hold_until)
    assert fresh(lead).hold_until == released.hold_until and balance() == (0, 80_000)
    assert ConversionFlag.objects.get().action == "flag" and not leads_to_review().exists()


def test_repeats_are_counted_within_the_window(make_lead, look, scope):
    now = timezone.now()
    old = [make_lead(f"O-{n}", at=now - 2 * DAY, address="198.51.100.7") for n in range(3)]
    new = [make_lead(f"N-{n}", at=now, address="198.51.100.7") for n in range(4)]
    other = make_lead("X", at=now, address="198.51.100.8")
    found = look()
    assert "one_address" in found[new[3].pk]
    assert not any("one_address" in found.get(lead.pk, []) for lead in [*old, *new[:3], other])
    assert "one_device" not in found.get(new[3].pk, [])
    assert "one_device" not in found.get(other.pk, [])  # the fifth of this browser and neighbourhood
    assert "one_device" in look_again(make_lead, look, now)


def look_again(make_lead, look, now):
    lead = make_lead("Y", at=now, address="198.51.100.9")
    return look()[lead.pk]


def test_a_time_is_short_against_the_usual(make_lead, look, scope):
    for number in range(20):
        make_lead(f"U-{number}", seconds=3000, address=f"198.51.{number}.1")
    look()
    soon, normal = make_lead("SOON", seconds=50, address="192.0.2.1"), make_lead("N", seconds=70, address="192.0.3.1")
    found = look()
    assert found[soon.pk] == ["too_fast"] and normal.pk not in found


def test_the_own_address_is_known_from_what_one_did(people, make_lead, look, scope, shop):
    people.alice.client.post(f"/webmaster/links/{shop.link.pk}/switch/", {"on": "0"}, REMOTE_ADDR="198.51.100.44")
    own, other = make_lead("OWN", address="198.51.100.44"), make_lead("OTHER", address="198.51.100.45")
    found = look()
    assert found == {own.pk: ["own_visit"]} and other.pk not in found


def test_signing_in_tells_an_address_too(people, make_lead, look, scope):
    values = {"login": people.alice.user.email, "password": factories.PASSWORD}
    assert people.stranger.client.post("/account/login/", values, REMOTE_ADDR="198.51.100.77").status_code == 302
    lead = make_lead("OWN", address="198.51.100.77")
    assert look() == {lead.pk: ["own_visit"]}


def test_a_block_list_catches_what_comes_after(people, make_lead, look, scope):
    before = make_lead("BEFORE", address="198.51.100.7")
    look()
    add_entry(kind="address", value="198.51.100.0/24", note="Farm", actor=people.owner.user, now=timezone.now())
    after = make_lead("AFTER", address="198.51.100.8")
    assert look() == {after.pk: ["listed"]} and before.pk not in look()


def test_an_offer_runs_a_rule_in_its_own_way(people, shop, make_lead, look, fresh, scope):
    set_rule("too_fast", people.owner.user, hold_days=30)
    set_rule("too_fast", people.owner.user, offer=shop.offer, limits={"seconds": 1, "percent": 0})
    assert Rules().at(None)["too_fast"].hold_days == 30 and Rules().offers_with_own("too_fast") == [shop.offer.pk]
    make_lead(seconds=2)
    assert look() == {}


def test_a_webmaster_with_few_approvals_is_flagged_at_that_offer(people, shop, make_lead, look, fresh, scope):
    set_rule("spike", people.owner.user, is_on=False)
    bobs = factories.link(offer=shop.offer, affiliate=people.bob.affiliate)
    for number in range(20):
        address = f"198.51.{number}.1"
        good = make_lead(f"G-{number}", link=bobs, address=address)
        bad = make_lead(f"B-{number}", address=f"203.0.{number}.1")
        approve(good)
        decide(
            conversion_id=bad.pk, status="declined", reason="not_paid", source="advertiser", actor=None,
            now=timezone.now(),
        )  # fmt: skip
    waiting, bobs_waiting = make_lead("W", address="192.0.2.1"), make_lead("V", link=bobs, address="192.0.3.1")
    assert look() == {}
    now = timezone.now()
    assert judge_webmasters(now=now) == 1
    assert ConversionFlag.objects.get().conversion_id == waiting.pk and fresh(waiting).hold_until > waiting.hold_until
    assert fresh(bobs_waiting).hold_until == bobs_waiting.hold_until
    held = fresh(waiting).hold_until
    assert judge_webmasters(now=now + DAY) == 0 and fresh(waiting).hold_until == held


def test_a_spike_flags_the_leads_of_the_day(people, make_lead, look, scope):
    set_rule("spike", people.owner.user, limits={"leads": 6, "times": 3, "days": 2})
    now = timezone.now()
    early = [make_lead(f"E-{n}", at=now - 2 * DAY, address=f"198.51.{n}.1") for n in range(2)]
    today = [make_lead(f"T-{n}", at=now, address=f"203.0.{n}.1") for n in range(6)]
    assert look() == {}
    assert judge_webmasters(now=now) == 6
    assert set(ConversionFlag.objects.values_list("conversion_id", flat=True)) == {lead.pk for lead in today}
    assert early and judge_webmasters(now=now) == 0


def test_the_preview_counts_what_the_rules_would_catch(people, make_lead, look, scope):
    now = timezone.now()
    make_lead("FAST", seconds=1, address="192.0.2.1")
    for number in range(5):
        make_lead(f"R-{number}", address="198.51.100.7")
    make_lead("BOT", flags=["bot"], address="192.0.3.1")
    look()
    add_entry(kind="address", value="198.51.100.7", note="Farm", actor=people.owner.user, now=now)
    lately = Lately(timezone.now())
    caught = {code: lately.caught_by(default_setting(code)).caught for code in RULES}
    expected = dict.fromkeys(map(str, RULES), 0) | {"too_fast": 1, "one_address": 2, "bad_click": 1, "listed": 5}
    assert caught == expected
    stricter = Setting("one_address", False, "hold", 14, {"leads": 1, "hours": 24})
    assert lately.caught_by(stricter).caught == 4 and lately.caught_by(stricter).looked_at == 7


def test_the_task_looks_in_every_network(people, make_lead, shop, fresh):
    lead = make_lead(seconds=1)
    check_task()
    assert fresh(lead).fraud_checked_at and fresh(lead).hold_until > lead.hold_until


def test_a_test_lead_is_not_judged(shop, scope, look):
    shop.call(order_id="T-1", test="1")
    assert look() == {} and Conversion.objects.get().fraud_checked_at


def test_many_leads_take_few_queries(make_lead, scope, django_assert_max_num_queries):
    for number in range(30):
        make_lead(f"M-{number}", address=f"198.51.{number}.1")
    with django_assert_max_num_queries(20):
        assert check_new_leads(now=timezone.now()) == 30
    assert LeadTrace.objects.count() == 30


def test_a_fault_in_one_lead_leaves_the_others(make_lead, look, scope, monkeypatch):
    broken, sound = make_lead("X", seconds=1), make_lead("Y", seconds=1)

    real = Surroundings.trace_of

    def trace_of(self, lead, *rest):
        if lead.pk == broken.pk:
            raise ZeroDivisionError
        return real(self, lead, *rest)

    monkeypatch.setattr(Surroundings, "trace_of", trace_of)
    assert check_new_leads(now=timezone.now()) == 2
    assert ConversionFlag.objects.get().conversion_id == sound.pk
    assert Conversion.objects.filter(fraud_checked_at__isnull=True).get().pk == broken.pk


def test_the_books_agree_after_reviews(people, shop, make_lead, look, scope, fresh):
    leads = [make_lead(f"L-{n}", seconds=1, address=f"198.51.{n}.1") for n in range(3)]
    look()
    for lead in leads:
        approve(lead)
    clear_lead(conversion_id=leads[0].pk, actor=people.owner.user, now=timezone.now())
    decline_flagged(conversion_id=leads[1].pk, reason="fraud", actor=people.owner.user, now=timezone.now())
    release_due_holds(now=fresh(leads[0]).hold_until)
    assert [fresh(lead).money_state for lead in leads] == ["available", "none", "hold"]
    assert [lead.pk for lead in leads_to_review()] == [leads[2].pk]
    found = examine_books(network_id=shop.network.pk, now=fresh(leads[0]).released_at)
    assert [finding.name for finding in found if not finding.holds] == []
