"""What an advertiser's call says: named parameters → a `Call`, or a sentence that tells how to mend it. Pure."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError
from cpanet.core.ids import time_of
from tracking.choices import DeclineReason, Status
from tracking.incoming.baskets import read_basket, total_of
from tracking.incoming.reading import PLAIN, Reading, named, other_channel, word_of, words_of
from tracking.incoming.unreplaced import is_macro

LONGEST_ORDER_ID = 200
LONGEST_NOTE = 500
LONGEST_CODE = 60
MOST_COOKIE_CLICKS = 2
_MAY_BE_MACROS = ("status", "reason", "items", "cookie", "promo_code")

_WORDS = {
    Status.PENDING: "pending new created open hold holded on_hold waiting wait processing in_progress unconfirmed",
    Status.APPROVED: "approved approve confirmed confirm accepted accept paid payed complete completed success "
    "successful delivered valid ok sale",
    Status.DECLINED: "declined decline rejected reject refused denied cancelled canceled cancel returned return "
    "refunded refund chargeback failed fail invalid trash spam fraud duplicate double void",
}
STATUS_OF = {word: status for status, words in _WORDS.items() for word in words.split()}
_REASON_WORDS = {
    DeclineReason.CANCELLED: "cancelled canceled cancel customer_cancelled user_cancelled",
    DeclineReason.RETURNED: "returned return refunded refund chargeback",
    DeclineReason.NOT_PAID: "not_paid unpaid no_payment payment_failed",
    DeclineReason.UNREACHABLE: "unreachable no_answer not_reached no_call",
    DeclineReason.DUPLICATE: "duplicate double dup",
    DeclineReason.WRONG_DATA: "wrong_data wrong_number invalid_data invalid_phone trash spam fake",
    DeclineReason.NOT_NEW: "not_new old_customer existing_customer",
    DeclineReason.WRONG_GEO: "wrong_geo wrong_country geo",
    DeclineReason.FORBIDDEN_TRAFFIC: "forbidden_traffic forbidden",
    DeclineReason.FRAUD: "fraud",
    DeclineReason.TEST: "test",
    DeclineReason.NOT_FOUND: "not_found unknown_order",
    DeclineReason.OTHER: "other",
}
REASON_OF = {word: reason for reason, words in _REASON_WORDS.items() for word in words.split()}
_TRUE = frozenset(["1", "true", "yes", "y", "on"])
_AMOUNT = re.compile(r"\d{1,13}(?:\.\d{1,18}|,\d{1,2})?", re.ASCII)
_PART = re.compile(r"(?:\d{1,13}(?:\.\d{1,18})?)?", re.ASCII)
_CURRENCY = re.compile(r"[A-Za-z]{3}", re.ASCII)


class BadCall(DomainError):
    """The call cannot be understood."""

    code = "bad_call"


@dataclass(frozen=True)
class Call:
    """`click_id` is None without one (a promo code or the pixel's cookie may stand for it, a test needs nothing);
    `amount` is in major units; `status` "" means: say nothing about it. `unknown_status` is a status word nobody knows,
    kept to be explained. `cookie` holds the clicks a pixel remembers, the first and the last. `channel` is the other
    channel the sender's own system gave the action to; `left` names parameters whose macros were not replaced.
    """

    click_id: uuid.UUID | None
    goal: str
    order_id: str
    amount: Decimal | None
    currency: str
    status: str
    unknown_status: str
    reason: str
    note: str
    is_test: bool
    promo_code: str = ""
    cookie: tuple[uuid.UUID, ...] = ()
    basket: tuple[dict, ...] = ()
    channel: str = ""
    left: tuple[str, ...] = ()


def read_call(parameters: Mapping[str, str], reading: Reading = PLAIN) -> Call:
    """The call in `parameters`; names and status words in any case, as `reading` says. Raises BadCall, BadBasket."""
    values = named(parameters, reading)
    for name, value in values.items():
        if name not in _MAY_BE_MACROS and is_macro(value):
            raise BadCall(_macro_sentence(name, value), field=name)
    is_test = values["test"].lower() in _TRUE
    status, unknown = _status(values["status"], words_of(parameters, reading))
    reason, note = _reason(values["reason"], values["status"]) if status == Status.DECLINED else ("", "")
    promo_code = "" if is_macro(values["promo_code"]) else values["promo_code"][:LONGEST_CODE]
    cookie = _cookie(values["cookie"])
    basket = read_basket(values["items"])
    amount = _amount(values["amount"], reading.sums_amounts)
    return Call(
        click_id=_click_id(values["click_id"], is_test or bool(promo_code or cookie)),
        goal=values["goal"].lower(),
        order_id=_order_id(values["order_id"]),
        amount=total_of(basket) if amount is None else amount,
        currency=_currency(values["currency"]),
        status=status,
        unknown_status=unknown,
        reason=reason,
        note=note,
        is_test=is_test,
        promo_code=promo_code,
        cookie=cookie,
        basket=basket,
        channel=other_channel(parameters, reading),
        left=tuple(sorted(name for name, value in parameters.items() if len(value) < 200 and is_macro(value))),
    )


def _macro_sentence(name, value):
    return _(
        "%(name)s came as “%(value)s”: your system sent the macro instead of its value. Put the macro of your own"
        " system there, or leave the parameter out."
    ) % {"name": name, "value": value[:80]}


def _click_id(text, may_be_missing):
    if not text:
        if may_be_missing:
            return None
        raise BadCall(
            _("click_id is missing: send back the click id that your landing page got in its address."),
            field="click_id",
        )
    uid = _uuid7(text)
    if uid is None:
        message = _("click_id “%s” is not one of ours: send it exactly as your landing page got it.")
        raise BadCall(message % text[:80], field="click_id")
    return uid


def _uuid7(text) -> uuid.UUID | None:
    try:
        uid = uuid.UUID(text) if len(text) in (32, 36) else None
        time_of(uid)
    except (ValueError, AttributeError):
        return None
    return uid


def _cookie(text) -> tuple[uuid.UUID, ...]:
    """The clicks a browser remembers; what is no click is passed over, it is a visitor's word."""
    found = [uid for part in text.split(".")[:MOST_COOKIE_CLICKS] if (uid := _uuid7(part))]
    return tuple(dict.fromkeys(found))


def _order_id(text):
    if len(text) > LONGEST_ORDER_ID:
        raise BadCall(_("order_id is longer than %d characters.") % LONGEST_ORDER_ID, field="order_id")
    return text


def _amount(text, is_sum=False):
    if not text:
        return None
    parts = text.split(",")
    if is_sum and len(parts) > 1 and any(parts) and all(_PART.fullmatch(part) for part in parts):
        return sum((Decimal(part) for part in parts if part), Decimal(0))
    if not _AMOUNT.fullmatch(text):
        message = _("amount “%s” is not an amount: write a number such as 1234.50, without currency or spaces.")
        raise BadCall(message % text[:40], field="amount")
    return Decimal(text.replace(",", "."))


def _currency(text):
    if text and not _CURRENCY.fullmatch(text):
        raise BadCall(_("currency “%s” is not a code of three letters such as USD.") % text[:40], field="currency")
    return text.upper()


def _status(text, words) -> tuple[str, str]:
    """(status, "") or ("", the word nobody knows). `words`: the advertiser's own, {} for the usual ones."""
    status = words.get(word_of(text), "") if words else STATUS_OF.get(word_of(text), "")
    return (str(status), "") if status or not text else ("", text[:80])


def _reason(text, status_text) -> tuple[str, str]:
    """The machine-readable reason of a decline, and the advertiser's own words where they say more."""
    if text and is_macro(text):
        text = ""
    word = word_of(text)
    if word in REASON_OF:
        return str(REASON_OF[word]), ""
    if text:
        return str(DeclineReason.OTHER), text[:LONGEST_NOTE]
    implied = REASON_OF.get(word_of(status_text))
    note = "" if implied else _("The advertiser's system gave no reason.")
    return str(implied or DeclineReason.OTHER), note
