"""Removes what is only of use for a while: what receivers were sent and answered, and the people of submitted leads.

What is left says that something was there: the line of a delivery with its state, which also keeps an event from being
told twice, and of a person the keyed hash of the telephone number, by which repeats are known.
"""

from datetime import datetime, timedelta

from tracking.models import LeadContact, PostbackAttempt, PostbackDelivery
from tracking.outgoing.words import OPEN

BATCH = 2000
_NOBODY = dict.fromkeys(("name", "phone", "email", "address", "comment"), "")


def remove_old_deliveries(*, days: int, now: datetime) -> int:
    """Of up to BATCH deliveries of the network in scope that were finished more than `days` ago, remove the facts and
    the attempts; tests go wholly. Answers how many there were: BATCH means that there may be more. 0 days: none."""
    if not days:
        return 0
    done = PostbackDelivery.objects.filter(finished_at__lt=now - timedelta(days=days), details_removed_at=None)
    rows = done.exclude(state__in=OPEN).order_by("finished_at").select_for_update(of=("self",), skip_locked=True)
    found = list(rows.values_list("pk", flat=True)[:BATCH])
    PostbackAttempt.objects.filter(delivery__in=found).delete()
    PostbackDelivery.objects.filter(pk__in=found, is_test=True).delete()
    PostbackDelivery.objects.filter(pk__in=found).update(facts={}, details_removed_at=now)
    return len(found)


def remove_old_contacts(*, days: int, now: datetime) -> int:
    """The same for the people of leads that were submitted more than `days` ago, whatever became of the lead."""
    if not days:
        return 0
    old = LeadContact.objects.filter(created_at__lt=now - timedelta(days=days), removed_at=None)
    found = list(old.order_by("created_at").values_list("pk", flat=True)[:BATCH])
    return LeadContact.objects.filter(pk__in=found).update(**_NOBODY, removed_at=now)
