"""Which kinds of traffic an offer welcomes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import User
from offers.choices import TrafficPolicy, TrafficSource
from offers.models import Offer, TrafficRule
from offers.services.changes import BadOffer, locked, write_down

MAX_NOTE = 300


@transaction.atomic
def set_traffic_rules(
    *, offer: Offer, rules: dict[str, tuple[str, str]], actor: User | None, now: datetime
) -> list[TrafficRule]:
    """Replace the whole table: kind of traffic → (policy, note). A kind that is left out is forbidden without a note.

    Raises BadOffer, OfferIncomplete (an active offer must allow something).
    """
    offer = locked(offer)
    for source, (policy, note) in rules.items():
        _check(source, policy, note)
    before = {rule.traffic_source: (rule.policy, rule.note) for rule in offer.traffic_rules.all()}
    if before == rules:
        return list(offer.traffic_rules.all())
    offer.traffic_rules.all().delete()
    ordered = [source for source in TrafficSource.values if source in rules]
    made = TrafficRule.objects.bulk_create(
        TrafficRule(offer=offer, traffic_source=source, policy=rules[source][0], note=rules[source][1])
        for source in ordered
    )
    write_down(action="offer.traffic", offer=offer, actor=actor, now=now, changes=_differences(before, rules))
    return made


def _check(source: str, policy: str, note: str) -> None:
    if source not in TrafficSource.values:
        raise BadOffer(_("“%s” is no kind of traffic.") % source[:40], field="traffic")
    if policy not in TrafficPolicy.values:
        raise BadOffer(_("“%s” is no policy: say allowed, ask or forbidden.") % policy[:40], field="traffic")
    if len(note) > MAX_NOTE:
        raise BadOffer(_("A note is longer than %d characters.") % MAX_NOTE, field="traffic")


def _differences(before: dict, after: dict) -> dict:
    kinds = [kind for kind in TrafficSource.values if before.get(kind) != after.get(kind)]
    return {kind: [before.get(kind, ("", ""))[0], after.get(kind, ("", ""))[0]] for kind in kinds}
