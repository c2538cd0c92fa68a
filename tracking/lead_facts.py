"""The facts of a lead as (label, value) pairs, for one of three readers; see lead_timeline for who sees what."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cpanet.core.elements.figures import when
from cpanet.core.money import format_money
from tracking.choices import Status
from tracking.lead_timeline import ADVERTISER, STAFF, WEBMASTER
from tracking.models import Click, Conversion
from tracking.models.clicks import SUB_IDS
from tracking.terms.wording import share_in_words


def facts_of(lead: Conversion, click: Click | None, reader: str) -> list[tuple]:
    """Everything the reader may know; facts without a value are left out."""
    facts = [(_("Number"), lead.public_id), *_people(lead, reader), *_amounts(lead, reader), *_times(lead, reader)]
    facts += [(_("Country"), lead.country), (_("Device"), lead.device), *_click(lead, click, reader)]
    facts += [(name, getattr(lead, name)) for name in SUB_IDS[:5]]
    return [(label, value) for label, value in facts if value not in ("", None)]


def _people(lead, reader):
    if reader == ADVERTISER:
        return [(_("Order"), lead.order_id), (_("Webmaster"), lead.affiliate.public_id)]
    if reader == WEBMASTER:
        return [(_("Link"), lead.link.title if lead.link else "")]
    return [
        (_("Order"), lead.order_id), (_("Webmaster"), lead.affiliate.name), (_("Advertiser"), lead.advertiser.name),
        (_("Link"), lead.link.title if lead.link else ""),
    ]  # fmt: skip


def _amounts(lead, reader):
    def amount(units):
        return "" if units is None else format_money(units, lead.currency)

    if reader == WEBMASTER:
        return [(_("You earn"), amount(lead.earning))]
    facts = [(_("Order amount"), amount(lead.order_amount))]
    if reader == ADVERTISER:
        return [*facts, (_("You pay"), amount(lead.revenue))]
    margin = amount(lead.revenue - lead.earning - lead.referral)
    facts += [(_("Revenue"), amount(lead.revenue)), (_("Earning"), amount(lead.earning))]
    return [*facts, (_("Referral"), _referral(lead, amount)), (_("Margin"), margin)]


def _referral(lead, amount):
    """Whose part it is, and by which terms of its day."""
    if not lead.referrer_id:
        return ""
    terms = share_in_words(lead.referral_percent, lead.referral_base)
    return f"{amount(lead.referral)} · {lead.referrer.name} · {terms}"


def _times(lead, reader):
    clicked = when(lead.clicked_at, exact=True) if lead.click_id else ""
    facts = [(_("Click"), clicked), (_("Came in"), when(lead.created_at, exact=True))]
    if reader != ADVERTISER:
        days = ngettext("%d day", "%d days", lead.hold_days) % lead.hold_days
        facts += [(_("Hold"), days), (_("Decided by itself at"), _deadline(lead))]
        facts += [(_("On hold until"), when(lead.hold_until, exact=True)) if lead.held else ("", "")]
        concerns = reader == STAFF or lead.needs_funding
        facts += [(_("Advertiser's payment"), _funding(lead)) if concerns else ("", "")]
        facts += [(_("Available since"), when(lead.released_at, exact=True)) if lead.released_at else ("", "")]
        facts += [(_("Held back"), lead.block_reason or _("yes")) if lead.is_blocked else ("", "")]
    return facts


def _deadline(lead):
    waits = lead.status == Status.PENDING and lead.decide_by and lead.offer.auto_approve
    return when(lead.decide_by, exact=True) if waits else ""


def _funding(lead):
    """Whether he has paid for the lead; nothing of it while it is not approved."""
    if lead.status != Status.APPROVED:
        return ""
    if lead.funded_at:
        return when(lead.funded_at, exact=True)
    return _("waited for: the money is held until then") if lead.needs_funding else _("not yet")


def _click(lead, click, reader):
    facts = [(_("Promo code"), lead.promo_code)]
    if reader == ADVERTISER:  # the others read it where it is said why the lead was counted
        facts += [(_("Attributed by"), lead.get_attributed_by_display()), (_("Came by"), lead.get_origin_display())]
    facts += [(_("Click id"), lead.click_id.hex if lead.click_id else "")]
    if click is None:
        return facts
    facts += [(_("System"), f"{click.system} {click.browser}".strip())]
    if reader != ADVERTISER:
        facts += [(_("Came from"), click.referrer_host), (_("Own click id"), click.external_click_id)]
    if reader == STAFF:
        facts += [(_("Address"), click.address)]
    if reader != WEBMASTER:
        facts += [(_("Marks of the click"), ", ".join(click.flags))]
    return facts
