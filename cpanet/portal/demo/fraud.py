"""A webmaster in too much of a hurry, block-lists, and a review of what the rules have caught."""

from datetime import datetime, timedelta

from cpanet.accounts.roles import Role
from tracking.choices import DeclineReason
from tracking.selectors.fraud import leads_to_review
from tracking.services.fraud import check_new_leads, judge_webmasters, review_many
from tracking.services.fraud_rules import add_entry

HASTY_LEADS = 9
BLOCKED = (
    ("agent", "HeadlessChrome", "A browser without a person before it."),
    ("address", "198.51.100.0/24", "A farm of phones, reported by two advertisers."),
)


def hasty(visits, stage, now: datetime) -> list:
    """Visits of the last days through one link, whose leads will come at once."""
    link = stage.links[-1]
    recent = [visit for visit in visits if visit.link_id == link.pk and visit.at > now - timedelta(days=5)]
    return recent[-HASTY_LEADS:]


def review(stage, now: datetime) -> None:
    """Block-lists, every rule over every lead, and a person who clears one lead and declines another."""
    owner = stage.staff[Role.OWNER]
    for kind, value, note in BLOCKED:
        add_entry(kind=kind, value=value, note=note, actor=owner, now=now)
    while check_new_leads(now=now):
        pass
    judge_webmasters(now=now)
    caught = [lead.pk for lead in leads_to_review()]
    if len(caught) > 3:
        words = {"actor": owner, "now": now}
        review_many(conversion_ids=caught[:1], decline=False, note="The shop ran a one-click sale.", **words)
        review_many(
            conversion_ids=caught[1:2], decline=True, reason=DeclineReason.FRAUD, note="Filled in by a script.", **words
        )
