"""Why a lead is held longer, told to two readers: the staff reads rules and figures, the webmaster the class alone."""

from django.utils import timezone
from django.utils.translation import gettext as _

from cpanet.core.ui import format_day
from tracking.antifraud.catalogue import FlagAction, FlagState
from tracking.antifraud.wording import explain
from tracking.lead_timeline import ADVERTISER, STAFF
from tracking.models import Conversion

TONES = {FlagState.OPEN: "review", FlagState.RELEASED: "released", FlagState.DECLINED: "declined"}


def flags_shown_to(lead: Conversion, reader: str) -> list[dict]:
    """{title, text, state, state_label, note, at, rule} per flag. The webmaster sees each class once, and only what
    touches his money; the advertiser nothing."""
    if reader == ADVERTISER:
        return []
    flags = sorted(lead.flags.all(), key=lambda flag: flag.pk)
    if reader == STAFF:
        return [_for_staff(flag) for flag in flags]
    touching = [flag for flag in flags if flag.action != FlagAction.FLAG]
    by_class = {flag.kind: flag for flag in reversed(touching)}
    return [_item(flag, flag.get_kind_display(), "") for flag in by_class.values()]


def _for_staff(flag):
    return {
        **_item(flag, flag.get_rule_display(), explain(flag.rule, flag.figures)), "rule": flag.rule,
        "kind": flag.get_kind_display(), "who": str(flag.resolved_by or ""), "action": flag.get_action_display(),
    }  # fmt: skip


def _item(flag, title, text):
    return {
        "title": title, "text": text, "reason_class": flag.kind, "state": flag.state,
        "state_label": flag.get_state_display(), "note": flag.note, "at": flag.at, "resolved_at": flag.resolved_at,
    }  # fmt: skip


def hold_in_words(lead: Conversion, flags: list[dict]) -> str:
    """What open flags mean for the money: until when it is held; "" when none is open or the money is out."""
    is_open = any(flag["state"] == FlagState.OPEN for flag in flags)
    if not is_open or lead.status == "declined" or lead.released:
        return ""
    if lead.is_blocked:
        return _("The money is held until a person has looked at the lead.")
    return _("The money is held until %(date)s, unless the lead is cleared before.") % {
        "date": format_day(timezone.localtime(lead.hold_until))
    }


def open_classes(lead: Conversion) -> list[str]:
    """The classes of the open flags that touch the money, for lists and the API (slugs, each once)."""
    flags = [flag for flag in lead.flags.all() if flag.state == FlagState.OPEN and flag.action != FlagAction.FLAG]
    return list(dict.fromkeys(flag.kind for flag in flags))
