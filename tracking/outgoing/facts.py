"""What an event tells of a lead: text by the names of the macros, as it was at that moment. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

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


@dataclass(frozen=True)
class TellablePayout:
    """What may be told of a payout. Amounts are units of `currency`; `amount` leaves the balance, fee included."""

    affiliate_id: int
    uid: UUID
    payout_id: str
    status: str
    currency: str
    amount: int
    fee: int
    method: str
    reason: str
    requested_at: datetime


def facts_of_payout(payout: TellablePayout, now: datetime) -> dict[str, str]:
    """The macros of leads, {payout} among them, stay empty: no tracker shall take money sent for money earned."""
    amounts = {"amount": payout.amount, "fee": payout.fee, "net": payout.amount - payout.fee}
    return {
        "event": str(Event.PAYOUT),
        "payout_id": payout.payout_id,
        "payout_status": payout.status,
        **{f"payout_{name}": to_text(units, payout.currency) for name, units in amounts.items()},
        "payout_method": payout.method,
        "currency": payout.currency,
        "reason": payout.reason,
        **_times("payout", payout.requested_at),
        **_times("event", now),
    }


def _mark(conversion, click, name: str) -> str:
    return getattr(click, name, None) or getattr(conversion, name, "") or ""


def _times(name: str, at: datetime) -> dict[str, str]:
    return {
        f"{name}_time": str(int(at.timestamp())),
        f"{name}_time_iso": at.astimezone(UTC).isoformat(timespec="seconds"),
    }
