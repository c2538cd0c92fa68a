"""Tables of disputes, one per audience."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cpanet.core.elements.figures import status, when
from cpanet.core.tables import NameColumn, Table, WhenColumn
from tracking.choices import DisputeState

TONES = {"open": "warn", "granted": "ok", "upheld": "down", "withdrawn": "off"}


class DisputeTable(Table):
    """`lead_page` names the page of the lead, where one answers."""

    lead_page = ""
    caption = _("Disputes")
    lead = NameColumn(
        verbose_name=_("Lead"), accessor="conversion_id", orderable=False,
        sub=lambda row: f"{row.conversion.offer.name} · {row.conversion.goal.name}",
    )  # fmt: skip
    text = NameColumn(
        verbose_name=_("What is wrong"), orderable=False, sub=lambda row: row.answer[:200],
        attrs={"td": {"class": "cell-wide"}},
    )  # fmt: skip
    about = NameColumn(verbose_name=_("About"), accessor="get_about_display", order_by="about")
    opened_at = WhenColumn(verbose_name=_("Opened"))
    state = NameColumn(verbose_name=_("State"))

    empty_state = {"icon": "scale", "title": _("No disputes"), "text": _("Nobody says that a decision is wrong.")}

    class Meta(Table.Meta):
        sequence = ("lead", "...")

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now

    def render_lead(self, record):
        url = reverse(self.lead_page, args=[record.conversion_id])
        sub = self.columns["lead"].column.sub(record)
        return format_html(
            '<span><span class="cell-main"><a href="{}#dispute">№ {}</a></span><span class="cell-sub">{}</span></span>',
            url, record.conversion_id, sub,
        )  # fmt: skip

    def render_state(self, record):
        shown = status(record.state, record.get_state_display(), TONES)
        if record.state != DisputeState.OPEN:
            return format_html('{}<span class="cell-sub">{}</span>', shown, when(record.answered_at))
        words = _("overdue since") if record.answer_by < self.now else _("answer by")
        return format_html('{}<span class="cell-sub">{} {}</span>', shown, words, when(record.answer_by))


class WebmasterDisputes(DisputeTable):
    lead_page = "webmaster:lead"
    empty_state = {
        "icon": "scale",
        "title": _("No disputes"),
        "text": _("If a decision about one of your leads is wrong, say so on the page of the lead."),
        "action_label": _("Your leads"),
        "action_url": "../leads/?status=declined",
    }


class AdvertiserDisputes(DisputeTable):
    lead_page = "advertiser:lead"


class ManagerDisputes(DisputeTable):
    lead_page = "manager:lead"
    people = NameColumn(
        verbose_name=_("Webmaster"), accessor="conversion__affiliate__name", orderable=False,
        sub=lambda row: row.conversion.advertiser.name,
    )  # fmt: skip

    class Meta(DisputeTable.Meta):
        sequence = ("lead", "people", "...")
