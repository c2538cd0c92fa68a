"""What the pages of postbacks share."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tracking.outgoing.macros import macros_in
from tracking.outgoing.selectors import attempts_of, paused_receivers
from tracking.outgoing.words import ReceiverState

CLICK_ID = "external_click_id"
SOON = timedelta(seconds=30)


def tabs_of(request, active: str) -> dict:
    """The tabs of a webmaster's pages, and the banner about what is paused."""
    tabs = [("postbacks", _("Postbacks")), ("webhooks", _("Webhooks")), ("postback_log", _("Log"))]
    items = [{"label": label, "url": reverse(f"webmaster:{name}"), "active": name == active} for name, label in tabs]
    return {"tabs": items, "paused": list(paused_receivers().filter(affiliate=request.affiliate))}


def delivery_context(delivery) -> dict:
    """What the page of a delivery shows; it asks again each second while something is about to happen."""
    due = delivery.is_open and delivery.next_attempt_at <= timezone.now() + SOON
    sends = delivery.is_test or delivery.receiver.state == ReceiverState.ACTIVE
    lacks = not delivery.payout_uid and not delivery.details_removed_at and not delivery.facts.get(CLICK_ID)
    lacks = lacks and CLICK_ID in macros_in(delivery.receiver.address)
    attempts = attempts_of(delivery)
    return {"delivery": delivery, "attempts": attempts, "is_moving": due and sends, "lacks_click_id": lacks}
