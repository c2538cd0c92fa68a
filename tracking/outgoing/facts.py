"""What an event tells of a lead: text by the names of the macros, as it was at that moment. Pure."""

from datetime import UTC, datetime

from cpanet.core.money import to_text
from tracking.choices import Status
from tracking.outgoing.macros import SUBS
from tracking.outgoing.words import Event


def facts_of(conversion, click, event: str, now: datetime) -> dict[str, str]:
    """`click` may be None when there is none or it is no longer kept: then the webmaster's own id of it and
    the marks from the sixth on are empty."""
    declined = conversion.status == Status.DECLINED
    return {
        "event": str(event),
        "status": str(Event.PAID if event == Event.PAID else conversion.status),
        "conversion_id": conversion.public_id,
        "transaction_id": conversion.public_id,
        "payout": to_text(0 if declined else conversion.earning, conversion.currency),
        "currency": conversion.currency,
        "reason": str(conversion.reason),
        "offer_id": str(conversion.offer_id),
        "offer_name": conversion.offer.name,
        "goal": conversion.goal.code,
        "goal_id": str(conversion.goal_id),
        "link_id": str(conversion.link_id or ""),
        "click_id": conversion.click_id.hex if conversion.click_id else "",
        "external_click_id": getattr(click, "external_click_id", ""),
        "source": getattr(click, "source", ""),
        "country": conversion.country,
        "device": conversion.device,
        **{name: _mark(conversion, click, name) for name in SUBS},
        **_times("click", conversion.clicked_at),
        **_times("conversion", conversion.created_at),
        **_times("event", now),
    }


def _mark(conversion, click, name: str) -> str:
    return getattr(click, name, None) or getattr(conversion, name, "") or ""


def _times(name: str, at: datetime) -> dict[str, str]:
    return {
        f"{name}_time": str(int(at.timestamp())),
        f"{name}_time_iso": at.astimezone(UTC).isoformat(timespec="seconds"),
    }
