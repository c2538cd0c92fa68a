"""Tables of offers, products and imports."""

import django_tables2 as tables
from django.db.models import F
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cpanet.core.elements import figures
from cpanet.core.money import format_money
from cpanet.core.tables import (
    NUMERIC,
    MoneyColumn,
    NameColumn,
    NumberColumn,
    PercentColumn,
    StatusColumn,
    Table,
    WhenColumn,
)
from offers import presenters, reliability
from offers.models import Offer, Product

_STATE_TONES = {"gone": "off", "available": "ok", "absent": "warn"}


def _empty_last(field):
    """Sort a column so that rows without a figure come last in both directions."""

    def order(table, queryset, is_descending):
        step = F(field).desc(nulls_last=True) if is_descending else F(field).asc(nulls_last=True)
        return queryset.order_by(step, "-pk"), True

    return order


class CatalogueTable(Table):
    """Offers for a webmaster, out of `selectors.catalogue`."""

    caption = _("Offers")
    empty_state = {
        "icon": "tags",
        "title": _("No offers yet"),
        "text": _("As soon as the network starts an offer you will find it here."),
    }

    name = tables.Column(verbose_name=_("Offer"))
    rate = tables.Column(verbose_name=_("You get"), accessor="top_fixed", empty_values=(), attrs=NUMERIC)
    epc = tables.Column(verbose_name=_("EPC"), attrs=NUMERIC)
    cr = PercentColumn(verbose_name=_("CR"))
    approval = PercentColumn(verbose_name=_("Approved"), digits=0)
    hold_days = NumberColumn(verbose_name=_("Hold, days"))
    pays = tables.Column(verbose_name=_("Advertiser pays"), accessor="advertiser", orderable=False)
    countries = tables.Column(verbose_name=_("Countries"), orderable=False, empty_values=())
    access = tables.Column(verbose_name=_("Access"), orderable=False)

    class Meta(Table.Meta):
        model = Offer
        fields = ["name", "rate", "epc", "cr", "approval", "hold_days", "pays", "countries", "access"]

    order_epc, order_cr, order_approval = _empty_last("epc"), _empty_last("cr"), _empty_last("approval")

    def order_rate(self, queryset, is_descending):
        fields = [F("top_fixed"), F("top_percent")]
        steps = [field.desc(nulls_last=True) if is_descending else field.asc(nulls_last=True) for field in fields]
        return queryset.order_by(*steps, "-pk"), True

    def render_name(self, record):
        sub = " · ".join(filter(None, [str(record.vertical or ""), presenters.models_text(record)]))
        return format_html(
            '<span class="who">{}<span class="who-text"><a class="who-name" href="{}">{}</a>'
            '<span class="who-sub">{}</span></span></span>',
            figures.avatar(record.name), reverse("webmaster:offer", args=[record.pk]), record.name, sub,
        )  # fmt: skip

    def render_rate(self, record):
        return format_html("<strong>{}</strong>", presenters.earning_range(record))

    def render_epc(self, value, record):
        return format_money(int(value), record.currency)

    def render_pays(self, record):
        found = reliability.of(record.advertiser)
        return figures.status(found.word, found.word, {found.word: found.tone}, found.figures)

    def render_countries(self, record):
        return presenters.geo_text(record.countries)

    def render_access(self, record):
        state = presenters.access_state(record)
        return figures.status(state, presenters.access_word(state), presenters.ACCESS_TONES)


class OfferTable(Table):
    """Offers at a desk."""

    caption = _("Offers")
    empty_state = {
        "icon": "tags",
        "title": _("No offers yet"),
        "text": _("An offer says what webmasters may promote, what they get for it and which traffic is welcome."),
    }

    name = NameColumn(verbose_name=_("Offer"))
    advertiser = tables.Column(verbose_name=_("Advertiser"))
    status = StatusColumn(verbose_name=_("Status"))
    clicks = NumberColumn(verbose_name=_("Clicks, 30 days"), accessor="metrics__clicks")
    conversions = NumberColumn(verbose_name=_("Leads"), accessor="metrics__conversions")
    cr = PercentColumn(verbose_name=_("CR"), accessor="metrics__cr", orderable=False)
    approval = PercentColumn(verbose_name=_("Approved"), accessor="metrics__approval_rate", orderable=False, digits=0)
    requests = NumberColumn(verbose_name=_("Requests"), accessor="open_requests")
    created_at = WhenColumn(verbose_name=_("Created"))

    class Meta(Table.Meta):
        model = Offer
        fields = ["name", "advertiser", "status", "clicks", "conversions", "cr", "approval", "requests", "created_at"]
        order_by = "-created_at"

    def __init__(self, *args, desk, **kwargs):
        self.desk = desk
        hidden = () if desk.is_staff else ("advertiser", "requests")
        super().__init__(*args, exclude=hidden, **kwargs)
        if desk.can_edit:
            new = {"action_label": _("New offer"), "action_url": desk.url("offer_new")}
            self.empty_state = {**self.empty_state, **new}
        self.columns["name"].column.url = lambda offer: desk.url("offer", offer.pk)
        self.columns["name"].column.sub = lambda offer: (
            f"#{offer.pk}" + (f" · {offer.vertical}" if offer.vertical else "")
        )

    order_clicks, order_conversions = _empty_last("metrics__clicks"), _empty_last("metrics__conversions")


class ProductTable(Table):
    """Goods of a feed."""

    caption = _("Products")
    empty_state = {
        "icon": "box",
        "title": _("No products yet"),
        "text": _("Products appear here after the first import of the feed."),
    }

    name = tables.Column(verbose_name=_("Product"))
    category = tables.Column(verbose_name=_("Category"), accessor="category_path", attrs={"td": {"class": "muted"}})
    price = MoneyColumn(verbose_name=_("Price"))
    old_price = MoneyColumn(verbose_name=_("Old price"), attrs={"th": {"class": "num"}, "td": {"class": "num muted"}})
    state = tables.Column(verbose_name=_("State"), accessor="is_available", empty_values=())
    changed_at = WhenColumn(verbose_name=_("Changed"))

    class Meta(Table.Meta):
        model = Product
        fields = ["name", "category", "price", "old_price", "state", "changed_at"]

    order_price = _empty_last("price")

    def render_name(self, record):
        sub = " · ".join(filter(None, [record.external_id, record.vendor]))
        name = record.name
        if record.url.startswith(("http://", "https://")):
            name = format_html('<a href="{}" rel="noreferrer noopener" target="_blank">{}</a>', record.url, record.name)
        return format_html('<span><span class="cell-main">{}</span><span class="cell-sub">{}</span></span>', name, sub)

    def render_category(self, record):
        return record.category or "—"

    def render_state(self, record):
        slug = ("available" if record.is_available else "absent") if record.is_listed else "gone"
        words = {"available": _("In stock"), "absent": _("Out of stock"), "gone": _("No longer in the feed")}
        return figures.status(slug, str(words[slug]), _STATE_TONES)
