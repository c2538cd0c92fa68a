"""What happens to leads in the random runs of money."""

from datetime import timedelta

from tests import factories
from tests.payouts import story
from tests.payouts.money_model import Lead, Part
from tests.payouts.money_reached import REACHED, one_of, rarest
from tests.payouts.money_world import HOLD, NUMBERS, PERCENT
from tracking.services.blocks import block_lead, unblock_lead
from tracking.services.bulk_decisions import decide_many, undo_many
from tracking.services.conversions import Action, record_conversion
from tracking.services.deadlines import approve_overdue
from tracking.services.decisions import decide
from tracking.services.disputes import open_dispute, uphold, withdraw
from tracking.services.holds import release_due_holds


class LeadEvents:
    """Leads come in, are decided about, disputed, blocked, and leave their holds."""

    def lead(self, offer, who):
        offer, waits = self.offers[offer % len(self.offers)]
        webmaster = self.webmasters[who % len(self.webmasters)]
        click, goal = factories.click(link=story._link(offer, webmaster), at=self.now), offer.goals.get()
        action = Action(goal, f"order-{next(NUMBERS)}", None, "", False, "")
        row = record_conversion(click=click, action=action, now=self.now).conversion
        assert (row.revenue, row.earning, row.hold_until) == (600_007, 450_003, self.now + HOLD)
        referral = Part(webmaster.referrer_id) if webmaster.referrer_id else None
        self.model.leads.append(
            Lead(row.pk, row.advertiser_id, row.currency, 600_007, 450_003, row.hold_until, Part(webmaster.pk),
                 referral, PERCENT, base=self.bases.get(webmaster.pk, ""), needs_funding=waits)
        )  # fmt: skip

    def of_lead(self, event, a, b, worth, is_rare):
        """Any event at any lead, whatever its state; `is_rare`: at one such as few have met it before."""
        if is_rare:
            lead = rarest(self.model.leads, lambda each: self._facts(each, event), a)
        else:
            lead = one_of(self.model.leads, self.state_of, a, b)
        REACHED[self._facts(lead, event)] += 1
        if event in ("approve", "lower", "raise", "decline"):
            self.decide(lead, event, worth, "manager" if worth % 5 == 0 else "advertiser")
        elif event in ("bulk_approve", "bulk_decline"):
            self.decide_many(lead, a, event, "manager" if worth % 4 == 0 else "advertiser")
        else:
            getattr(self, event)(lead)

    def _facts(self, lead, event):
        terms = "prepaid" if lead.shop == self.shops[0].pk else "invoiced"
        pair = f"{lead.currency}→{self.wallets.get(lead.own.owner, 'kept')}"
        return "lead", self.state_of(lead), event, pair, terms, lead.base or "not referred"

    def state_of(self, lead):
        if lead.status != "approved":
            return lead.status
        if lead.is_blocked and lead.is_on_hold:
            return "blocked"
        if lead.is_on_hold and lead.own.released:
            return "mixed"
        if lead.is_on_hold:
            late = lead.hold_until <= self.now
            return ("due" if lead.is_due(self.now) else "unpaid_for") if late else "hold"
        paid = {each.owner for each in self.model.payouts if each.state == "paid"}
        return "after_payment" if lead.own.owner in paid else "released"

    def decide(self, lead, wish, worth, source):
        amounts = self._amounts(lead, wish, worth)
        status, reason = ("declined", "cancelled") if wish == "decline" else ("approved", "")
        made = decide(
            conversion_id=lead.pk, status=status, source=source, actor=None, now=self.now, reason=reason,
            revenue=amounts[0], earning=amounts[1],
        )  # fmt: skip
        assert made.changed == lead.decide(status, source, *amounts, reason, self.now)

    def _amounts(self, lead, wish, worth):
        if wish == "lower":
            return worth * lead.revenue // 1_000_000, worth * lead.earning // 1_000_000
        return (lead.revenue + worth, lead.earning + worth // 2) if wish == "raise" else (None, None)

    def decide_many(self, lead, start, wish, source):
        """The lead and up to three others, in one decision that can be undone."""
        others = self.model.leads[start % len(self.model.leads) :][:3]
        leads = [lead, *(each for each in others if each is not lead)]
        status, reason = ("declined", "duplicate") if wish == "bulk_decline" else ("approved", "")
        rows = list(story.Conversion.objects.filter(pk__in=[each.pk for each in leads]))
        made = decide_many(
            conversions=rows, status=status, source=source, actor=self.first, now=self.now, reason=reason
        )  # fmt: skip
        changed = {each: each.revision for each in leads if each.decide(status, source, None, None, reason, self.now)}
        assert made.bulk.changed == len(changed)
        self.bulks.append((made.bulk.pk, changed))

    def undo(self, which):
        """A decision about many is taken back, where nobody has decided since; a second time it is nothing."""
        if not self.bulks:
            return
        pk, changed = self.bulks[which % len(self.bulks)]
        undone = [lead for lead, revision in changed.items() if lead.revision == revision]
        results = undo_many(bulk_id=pk, actor=self.first, now=self.now)
        assert {result.conversion.pk for result in results if result.ok} == {lead.pk for lead in undone}
        assert undo_many(bulk_id=pk, actor=self.first, now=self.now) == []
        for lead in undone:
            lead.put_back(self.now)
        changed.clear()
        REACHED["money", "undo", "made" if undone else "nothing"] += 1

    def deadline(self, lead):
        """The advertiser has missed it: what is pending is approved, by the weakest word."""
        rows = story.Conversion.objects.filter(pk=lead.pk)
        rows.update(decide_by=self.now - timedelta(minutes=1))
        made = approve_overdue(conversion_id=lead.pk, now=self.now)
        is_pending = lead.status == "pending"
        assert made == (is_pending and lead.decide("approved", "auto", None, None, "", self.now))

    def dispute(self, lead):
        made = self.made(open_dispute, conversion_id=lead.pk, text="I have seen the order paid.", actor=None)
        assert bool(made) == lead.may_be_disputed(self.now)
        if made:
            lead.disputes[made.pk] = "decline" if lead.status == "declined" else "amount"
            lead.disputed.add(lead.revision)

    def uphold(self, lead):
        self._end_dispute(lead, uphold, answer="It was returned to us.", source="manager", actor=self.first)

    def withdraw(self, lead):
        self._end_dispute(lead, withdraw, actor=None)

    def _end_dispute(self, lead, service, **arguments):
        for pk in list(lead.disputes)[:1]:
            assert self.made(service, dispute_id=pk, **arguments)
            del lead.disputes[pk]
            assert not self.made(service, dispute_id=pk, **arguments)

    def block(self, lead):
        done = self.attempt(block_lead, conversion_id=lead.pk, reason="Looked at", actor=self.first)
        assert done == (not lead.own.released or lead.own.held > 0)
        lead.is_blocked = lead.is_blocked or done

    def unblock(self, lead):
        assert self.attempt(unblock_lead, conversion_id=lead.pk, actor=self.first)
        lead.is_blocked = False

    def time_passes(self, hours):
        """The clock of the platform releases what is due; a second time releases nothing more."""
        self.now += timedelta(hours=hours)
        self.release()

    def the_next_hold_is_over(self):
        """Without the clock having come round yet: decisions meet leads that are due."""
        self.release()
        coming = [lead.hold_until for lead in self.model.leads if lead.is_on_hold and lead.hold_until > self.now]
        self.now = min(coming, default=self.now) + timedelta(minutes=1)

    def release(self):
        for _twice in range(2):
            release_due_holds(now=self.now)
        self.model.release(self.now)
