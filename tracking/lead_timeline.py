"""What happened to a lead, told to one of three readers. Each sees only what concerns him:

the webmaster his earning, never what the advertiser pays; the advertiser his cost, never the earning, the margin or the
webmaster's name; the staff everything.
"""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cpanet.accounts.models import AuditEntry
from cpanet.core.money import format_money, to_units
from cpanet.core.ui import format_signed_money, tone_of
from cpanet.ledger.kinds import ADVERTISER_KINDS, WEBMASTER_KINDS, natural
from cpanet.ledger.models import Entry
from cpanet.ledger.selectors import entries_of_subject
from offers.presenters import percent_text
from tracking.choices import DisputeState, Intake, Status
from tracking.models import Conversion, ConversionRevision
from tracking.outgoing.selectors import deliveries_about
from tracking.outgoing.words import SHORT_EVENTS, TONES

WEBMASTER, ADVERTISER, STAFF = "webmaster", "advertiser", "staff"
_TONES = {Status.PENDING: "warn", Status.APPROVED: "ok", Status.DECLINED: "down"}
_ICONS = {Status.PENDING: "clock", Status.APPROVED: "circle-check", Status.DECLINED: "circle-x"}


def timeline_of(lead: Conversion, reader: str) -> list[dict]:
    """Items for the `timeline` element, the newest first."""
    items = [*([_clicked(lead)] if lead.click_id else []), _came(lead, reader)]
    items += [_decided(revision, lead, reader) for revision in lead.revisions.all()]
    items += [_moved(entry, lead) for entry in entries_shown_to(lead, reader)]
    items += told_items(lead, reader)
    items += [item for dispute in lead.disputes.all() for item in _disputed(dispute)]
    items += _paid_for(lead, reader) + (_blocks(lead) if reader == STAFF else [])
    return sorted(items, key=lambda item: item["at"], reverse=True)


def entries_shown_to(lead: Conversion, reader: str) -> Iterable[Entry]:
    """The lines of the ledger that this lead has caused, as far as they are the reader's own."""
    entries = entries_of_subject(lead.subject)
    if reader == STAFF:
        return entries
    kinds, owner_id = (
        (WEBMASTER_KINDS, lead.affiliate_id) if reader == WEBMASTER else (ADVERTISER_KINDS, lead.advertiser_id)
    )
    return entries.filter(account__kind__in=kinds, account__owner_id=owner_id)


def price_in_words(lead: Conversion, reader: str) -> list[str]:
    """How the lead was priced, in sentences: each rule, and what it gave to whom the reader is."""
    facts = lead.pricing
    if not facts:
        return []
    parts = facts.get("parts")
    lines = _part_in_words(facts, lead, reader) if not parts else []
    for part in parts or []:
        lines.append(" ".join(_part_in_words(part, lead, reader)))
    if parts and len(parts) > 1:
        together = _worth_in_words(reader, lambda side: _amount(facts[side], lead))
        lines.append(" ".join([_("Together:"), *together]))
    if lead.intake == Intake.TEST:
        lines.append(_("A test: nothing is paid."))
    return lines


def _part_in_words(facts, lead, reader) -> list[str]:
    return [_rule_in_words(facts), *_worth_in_words(reader, lambda side: _calculation(facts, side, lead))]


def _worth_in_words(reader: str, tell) -> list[str]:
    """What the earning and the revenue are, each told to whom it concerns; `tell` puts a side in figures."""
    sentences = []
    if reader != ADVERTISER:
        words = _("You earn %s.") if reader == WEBMASTER else _("The webmaster earns %s.")
        sentences.append(words % tell("earning"))
    if reader != WEBMASTER:
        words = _("You pay %s.") if reader == ADVERTISER else _("The advertiser pays %s.")
        sentences.append(words % tell("revenue"))
    return sentences


def _rule_in_words(facts) -> str:
    if facts.get("specificity") == "none":
        return _("No rate is for these goods.")
    conditions = {"country": facts.get("country", ""), "category": facts.get("category", "")}
    words = {
        "affiliate_category_country": _("the webmaster's own rate for “%(category)s” in %(country)s"),
        "affiliate_category": _("the webmaster's own rate for “%(category)s”"),
        "affiliate_country": _("the webmaster's own rate for %(country)s"),
        "affiliate": _("the webmaster's own rate"),
        "category_country": _("the rate for “%(category)s” in %(country)s"),
        "category": _("the rate for “%(category)s”"),
        "country": _("the rate for %(country)s"),
    }
    rule = words.get(facts.get("specificity", ""), _("the rate for everybody")) % conditions
    return _("By %(rule)s (rule %(number)s).") % {"rule": rule, "number": facts.get("rate", "?")}


def _calculation(facts, side: str, lead: Conversion) -> str:
    """ "5.00 USD + 10% of 120.00 USD = 17.00 USD”; a category's fixed amount is paid by the piece: "3 × 5.00 USD"."""
    fixed, percent = facts.get(f"{side}_fixed", "0"), facts.get(f"{side}_percent", 0)
    total = _amount(facts.get(side), lead)
    has_fixed, pieces, terms = bool(fixed.strip("0.")), facts.get("pieces", "1"), []
    if has_fixed or not percent:
        terms.append(_amount(fixed, lead) if pieces == "1" or not has_fixed else f"{pieces} × {_amount(fixed, lead)}")
    if percent:
        basis = _amount(facts.get("basis"), lead)
        terms.append(_("%(percent)s of %(basis)s") % {"percent": percent_text(percent), "basis": basis})
    return terms[0] if terms == [total] else " + ".join(terms) + f" = {total}"


def _amount(text, lead):
    return format_money(to_units(text or 0, lead.currency), lead.currency)


def _disputed(dispute) -> list[dict]:
    opened = {"at": dispute.opened_at, "title": _("Disputed"), "text": dispute.text, "icon": "scale", "tone": "warn"}
    if dispute.answered_at is None:
        return [opened]
    who = dispute.get_answered_as_display() if dispute.answered_as else ""
    tone = "ok" if dispute.state == DisputeState.GRANTED else "off"
    return [opened, {
        "at": dispute.answered_at, "title": dispute.get_state_display(), "text": dispute.answer, "actor": who,
        "icon": "scale", "tone": tone,
    }]  # fmt: skip


def _paid_for(lead, reader) -> list[dict]:
    """When the advertiser had paid for it; to the webmaster only where his money waits for that."""
    if not lead.funded_at or not (lead.needs_funding or reader == STAFF):
        return []
    title = _("Paid for by the advertiser")
    return [{"at": lead.funded_at, "title": title, "text": "", "icon": "coins", "tone": "info"}]


def _blocks(lead) -> list[dict]:
    """When its money was held back and let go, and by whom."""
    titles = {"conversion.blocked": _("Held back"), "conversion.unblocked": _("Unblocked")}
    entries = AuditEntry.objects.filter(
        subject_type=Conversion._meta.label_lower, subject_id=lead.pk, action__in=titles
    )
    return [
        {
            "at": entry.at, "title": titles[entry.action], "text": entry.changes.get("reason", ""),
            "actor": entry.actor_label, "icon": "lock", "tone": "off",
        }
        for entry in entries
    ]  # fmt: skip


def _clicked(lead):
    where = " · ".join(filter(None, [lead.country, lead.device]))
    return {"at": lead.clicked_at, "title": _("Click"), "text": where, "icon": "click", "tone": "off"}


def _came(lead, reader):
    text = f"{lead.goal.name} · {lead.offer.name}"
    if lead.intake == Intake.TEST:
        text = f"{text} · {_('Test')}"
    return {"at": lead.created_at, "title": _("Lead came in"), "text": text, "icon": "target-arrow", "tone": "info"}


def _decided(revision: ConversionRevision, lead: Conversion, reader: str) -> dict:
    parts = [revision.get_reason_display() if revision.reason else "", revision.note, *_worth(revision, lead, reader)]
    who = revision.get_source_display()
    if reader == STAFF:
        who = f"{who}: {revision.actor_label}" if revision.actor_label != who else who
    return {
        "at": revision.at, "title": revision.get_status_display(), "text": " · ".join(filter(None, parts)),
        "actor": who, "icon": _ICONS[revision.status], "tone": _TONES[revision.status],
    }  # fmt: skip


def _worth(revision, lead, reader) -> list[str]:
    if revision.status != Status.APPROVED:
        return []
    found = []
    if reader != ADVERTISER:
        found.append(_("earning %s") % format_money(revision.earning, lead.currency))
    if reader != WEBMASTER:
        found.append(_("cost %s") % format_money(revision.revenue, lead.currency))
    return found


def _moved(entry: Entry, lead: Conversion) -> dict:
    amount, title = natural(entry.account.kind, entry.amount), entry.account.get_kind_display()
    if entry.account.kind in WEBMASTER_KINDS and entry.account.owner_id == lead.referrer_id:
        title = _("Referrer: %s") % str(title).partition(": ")[2]
    return {
        "at": entry.journal.effective_at, "title": title,
        "text": format_signed_money(amount, entry.account.currency), "icon": "coins", "tone": "off",
    }  # fmt: skip


def told_items(lead: Conversion, reader: str) -> list[dict]:
    """What the webmaster's own systems were told of the lead, each with its attempts so far."""
    if reader == ADVERTISER:
        return []
    page = "webmaster:postback_delivery" if reader == WEBMASTER else "manager:postback_delivery"
    return [_told(each, page) for each in deliveries_about(lead)]


def _told(delivery, page) -> dict:
    tries = ngettext("%d attempt", "%d attempts", delivery.made) % delivery.made if delivery.made else ""
    words = [delivery.receiver.name, str(SHORT_EVENTS[delivery.event]), tries, delivery.last_error]
    return {
        "at": delivery.last_at or delivery.created_at, "text": " · ".join(filter(None, words)), "icon": "send",
        "title": f"{delivery.receiver.get_kind_display()}: {delivery.get_state_display()}",
        "tone": tone_of(delivery.state, TONES), "url": reverse(page, args=[delivery.pk]),
    }  # fmt: skip
