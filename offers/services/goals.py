"""Goals: the paid actions of an offer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import User
from offers.choices import PaymentModel
from offers.models import Goal, Offer
from offers.services.changes import BadOffer, apply, locked, write_down

EDITABLE = {
    "name", "code", "payment_model", "attribution_days", "hold_days", "duplicate_policy", "duplicate_hours",
    "takes_leads", "is_active",
}  # fmt: skip


class CodeTaken(BadOffer):
    """Another goal of this offer has this code."""

    code = "goal_code_taken"
    field = "code"


class ModelFixedByRates(BadOffer):
    """The payment model of a goal cannot change once it has rates."""

    code = "payment_model_fixed"
    field = "payment_model"


@transaction.atomic
def add_goal(
    *,
    offer: Offer,
    name: str,
    code: str,
    actor: User | None,
    now: datetime,
    payment_model: str = PaymentModel.FIXED,
    **fields,
) -> Goal:
    """A new goal, which pays nothing until it has a rate. `code` is what postbacks name it by; `fields` are the others
    of EDITABLE. Raises CodeTaken, BadOffer."""
    offer = locked(offer)
    _refuse_taken(offer, code)
    goal = Goal(offer=offer)
    apply(goal, {"name": name.strip(), "code": code, "payment_model": payment_model, **fields}, EDITABLE)
    write_down(action="goal.added", offer=offer, actor=actor, now=now, changes={"goal": goal.name, "code": goal.code})
    return goal


@transaction.atomic
def update_goal(*, goal: Goal, actor: User | None, now: datetime, **changes) -> Goal:
    """Change fields of EDITABLE; leads that are already here keep what they came with.

    Raises CodeTaken, ModelFixedByRates, BadOffer, OfferIncomplete.
    """
    offer = locked(goal.offer)
    goal = Goal.objects.get(pk=goal.pk)
    if "code" in changes:
        _refuse_taken(offer, changes["code"], besides=goal)
    if changes.get("payment_model", goal.payment_model) != goal.payment_model and goal.rates.exists():
        raise ModelFixedByRates(_("The goal has rates, so its payment model stays: add another goal instead."))
    differing = apply(goal, changes, EDITABLE)
    if differing:
        write_down(action="goal.changed", offer=offer, actor=actor, now=now, changes={"goal": goal.name, **differing})
    return goal


def _refuse_taken(offer: Offer, code: str, besides: Goal | None = None) -> None:
    others = offer.goals.exclude(pk=besides.pk) if besides else offer.goals
    if others.filter(code=code).exists():
        raise CodeTaken(_("Another goal of this offer has the code “%s”: choose another.") % code)
