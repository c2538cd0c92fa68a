"""The network's own settings of the rules, and its block-lists."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Affiliate
from cpanet.core.errors import DomainError
from offers.models import Offer
from tracking.antifraud.catalogue import RULES, FlagAction, ListKind, Setting
from tracking.antifraud.lists import canonical
from tracking.models import BlockEntry, FraudRule
from tracking.models.fraud import LONGEST_HOLD
from tracking.selectors.fraud import Rules


class BadRule(DomainError):
    """A setting of a rule is out of its bounds."""

    code = "bad_rule"


class BadEntry(DomainError):
    """This cannot stand in that block-list."""

    code = "bad_block_entry"
    field = "value"


@transaction.atomic
def save_rule(*, setting: Setting, offer: Offer | None, actor, now: datetime) -> FraudRule:
    """Run a rule this way from now on, in the network or at one offer. Leads that were looked at stay as they are."""
    _check_setting(setting)
    before = Rules().at(offer.pk if offer else None)[setting.code]
    values = {
        "is_on": setting.is_on, "action": setting.action, "hold_days": setting.hold_days, "limits": setting.limits,
        "updated_at": now,
    }  # fmt: skip
    row, _created = FraudRule.objects.update_or_create(code=setting.code, offer=offer, defaults=values)
    changes = {
        name: [getattr(before, name), getattr(setting, name)]
        for name in ("is_on", "action", "hold_days", "limits")
        if getattr(before, name) != getattr(setting, name)
    }
    changes |= {"offer": offer.name} if offer else {}
    audit.record(action="fraud_rule.changed", subject=row, actor=actor, now=now, changes=changes)
    return row


def _check_setting(setting):
    rule = RULES[setting.code]
    for threshold in rule.thresholds:
        value = setting.limits.get(threshold.name)
        if value is None or not threshold.minimum <= value <= threshold.maximum:
            words = _("Write a number from %(minimum)d to %(maximum)d.")
            raise BadRule(words % {"minimum": threshold.minimum, "maximum": threshold.maximum}, field=threshold.name)
    if not 1 <= setting.hold_days <= LONGEST_HOLD:
        raise BadRule(_("Hold for 1 to %d days.") % LONGEST_HOLD, field="hold_days")
    if setting.action not in FlagAction.values:
        raise BadRule(_("Choose what follows."), field="action")


@transaction.atomic
def forget_rule(*, code: str, offer: Offer | None, actor, now: datetime) -> None:
    """Back to the network's way at an offer, or to the built-in way in the network."""
    row = FraudRule.objects.filter(code=code, offer=offer).first()
    if row is None:
        return
    changes = {"offer": offer.name} if offer else {}
    audit.record(action="fraud_rule.forgotten", subject=row, actor=actor, now=now, changes=changes)
    row.delete()


@transaction.atomic
def add_entry(*, kind: str, value: str, note: str, actor, now: datetime) -> BlockEntry:
    """Put a line on a block-list. Raises BadEntry."""
    entry = BlockEntry(
        kind=kind, value=_valid(kind, value), note=note.strip()[:300], created_by=actor, created_at=now
    )  # fmt: skip
    _refuse_second(entry)
    entry.save()
    audit.record(action="block_list.added", subject=entry, actor=actor, now=now, changes={"reason": entry.note})
    return entry


@transaction.atomic
def change_entry(*, entry: BlockEntry, value: str, note: str, actor, now: datetime) -> None:
    """Change what a line blocks, or its note. Raises BadEntry."""
    before = (entry.value, entry.note)
    entry.value, entry.note = _valid(entry.kind, value), note.strip()[:300]
    _refuse_second(entry)
    entry.save()
    changes = {"value": [before[0], entry.value], "note": [before[1], entry.note]}
    audit.record(action="block_list.changed", subject=entry, actor=actor, now=now, changes=changes)


@transaction.atomic
def remove_entry(*, entry: BlockEntry, actor, now: datetime) -> None:
    """Take a line from its list. Flags that it has caused stay."""
    audit.record(action="block_list.removed", subject=entry, actor=actor, now=now, changes={"reason": entry.note})
    entry.delete()


def _valid(kind, value):
    try:
        found = canonical(kind, value)
    except ValueError:
        words = {
            ListKind.ADDRESS: _("Write an address or a network such as 203.0.113.0/24, no wider than /8 (IPv6: /16)."),
            ListKind.AGENT: _("Write at least four characters: fewer would match nearly everybody."),
            ListKind.WEBMASTER: _("Write the webmaster's number, such as 17."),
        }
        raise BadEntry(words.get(kind, _("Write what is to be blocked."))) from None
    if kind == ListKind.WEBMASTER and not Affiliate.objects.filter(pk=int(found)).exists():
        raise BadEntry(_("There is no webmaster with this number."))
    return found


def _refuse_second(entry):
    others = BlockEntry.objects.filter(kind=entry.kind, value=entry.value).exclude(pk=entry.pk)
    if others.exists():
        raise BadEntry(_("This stands on the list already."))
