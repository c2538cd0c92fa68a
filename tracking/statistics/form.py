"""What the address of a statistics page says: period, grouping, filters, columns, order."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser, Affiliate
from cpanet.core.errors import DomainError
from cpanet.core.numbers import whole_numbers
from cpanet.core.views import add_error
from offers import countries
from offers.choices import Device
from offers.models import Goal, Landing, Offer
from tracking.models import TrackingLink
from tracking.statistics.bases import BASES, CLICK
from tracking.statistics.dimensions import MAX_DIMENSIONS, dimensions_for
from tracking.statistics.metrics import ADVERTISER, AFFILIATE, DEFAULT_METRICS, label_for, metrics_for
from tracking.statistics.periods import DEFAULT_PRESET, PRESETS, Period, preset
from tracking.statistics.request import Audience, ReportRequest, checked

DEFAULT_GROUP = ("day",)
_MANY = {"data-enhance": ""}


def _several(label, choices):
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.SelectMultiple(attrs=_MANY)
    )


def _text(label):
    return forms.CharField(label=label, required=False, max_length=600)


class ReportForm(forms.Form):
    """Bound to the address. `as_request()` after `is_valid()`; what is left out has sensible values."""

    field_order = ["since", "until", "group", "offer", "affiliate", "advertiser", "link", "goal", "landing", "country",
                   "device"]  # fmt: skip
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    country = _several(_("Country"), countries.choices)
    device = _several(_("Device"), Device.choices)

    def __init__(self, params, audience: Audience, today, zone: str):
        """`zone`: the one its days are in, by name; `today` in it."""
        super().__init__(params)
        self.audience, self.today, self.zone = audience, today, zone
        groups = [(key, dimension.label) for key, dimension in dimensions_for(audience.kind).items()]
        self.fields["group"] = _several(_("Group by"), groups)
        for key, label, choices in _choices_of_ids(audience, self.data):
            self.fields[key] = _several(label, choices)
        for key, dimension in dimensions_for(audience.kind).items():
            if dimension.kind == "text" and key not in self.fields:
                self.fields[key] = _text(dimension.label)
        shown = [(key, label_for(metric, audience.kind)) for key, metric in metrics_for(audience.kind).items()]
        self.fields["columns"] = forms.MultipleChoiceField(
            label=_("Columns"), choices=shown, required=False, widget=forms.CheckboxSelectMultiple
        )
        self.order_fields(self.field_order)

    def clean_group(self):
        if len(self.cleaned_data["group"]) > MAX_DIMENSIONS:
            raise forms.ValidationError(_("Group by at most %d dimensions.") % MAX_DIMENSIONS)
        return self.cleaned_data["group"]

    def clean(self):
        data = self.cleaned_data
        try:
            data["period"] = self._period()
        except DomainError as error:
            self.add_error("until", str(error))
        return data

    def _period(self) -> Period:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if not (since or until):
            return preset(self.preset, self.today)
        until = until or max(self.today, since)
        return Period(since or until, until.fromordinal(until.toordinal() + 1))

    @property
    def preset(self) -> str:
        """The preset in force, "" for days of one's own."""
        if self.data.get("since") or self.data.get("until"):
            return ""
        asked = self.data.get("period", "")
        return asked if asked in PRESETS else DEFAULT_PRESET

    @property
    def filter_keys(self) -> list[str]:
        """The dimensions it can filter by."""
        return [key for key in dimensions_for(self.audience.kind) if key in self.fields]

    @property
    def basis(self) -> str:
        """How leads are dated."""
        asked = self.data.get("basis", "")
        return asked if asked in BASES else CLICK

    def as_request(self) -> ReportRequest | None:
        """The report asked for; None, with the reason among the errors, when it cannot be made."""
        data = self.cleaned_data
        metrics = data["columns"] or DEFAULT_METRICS[self.audience.kind]
        groups = data["group"] or DEFAULT_GROUP
        try:
            return checked(
                dimensions=groups,
                metrics=metrics,
                filters={key: _values(data[key]) for key in dimensions_for(self.audience.kind) if data.get(key)},
                period=data["period"],
                timezone=self.zone,
                audience=self.audience,
                basis=self.basis,
                currency=self.data.get("currency", ""),
                sort=self._sort([*groups, *metrics]),
            )
        except DomainError as error:
            add_error(self, error)
        return None

    def _sort(self, columns):
        """The order of the address; one of a column that is not shown any more falls back to the usual one."""
        asked = self.data.get("sort", "")
        return asked if asked.removeprefix("-") in columns else ""


def _values(value):
    return value if isinstance(value, list) else [value]


def _choices_of_ids(audience, params):
    """(field, label, choices as a callable) of the rows of ours that this audience may filter by. The staff chooses
    links by following a line, not out of a list of all there are."""
    own = {AFFILIATE: {"links__affiliate": audience.owner_id}, ADVERTISER: {"advertiser": audience.owner_id}}
    offers = Offer.objects.filter(**own.get(audience.kind, {})).distinct()
    yield "offer", _("Offer"), lambda: _names(offers, "name")
    yield "goal", _("Goal"), lambda: _goals(offers)
    yield "landing", _("Landing"), lambda: _names(_landings(offers, params.getlist("landing")), "name")
    if audience.kind == AFFILIATE:
        yield "link", _("Link"), lambda: _links(TrackingLink.objects.filter(affiliate=audience.owner_id))
    elif audience.kind == ADVERTISER:
        yield "affiliate", _("Webmaster"), lambda: _public_ids(audience.owner_id)
    else:
        yield "advertiser", _("Advertiser"), lambda: _names(Advertiser.objects.all(), "name")
        yield "affiliate", _("Webmaster"), lambda: _names(Affiliate.objects.all(), "name")
        yield "link", _("Link"), lambda: _links(TrackingLink.objects.filter(pk__in=_ids(params.getlist("link"))))


def _ids(texts):
    return whole_numbers(texts)


def _names(rows, field):
    return list(rows.order_by(field, "id").values_list("id", field))


def _goals(offers):
    rows = Goal.objects.filter(offer__in=offers.values("pk")).order_by("offer__name", "id")
    return [(pk, f"{offer}: {name}") for pk, offer, name in rows.values_list("id", "offer__name", "name")]


def _landings(offers, asked):
    """Landings are chosen by following a line, not out of a list."""
    return Landing.objects.filter(pk__in=_ids(asked), offer__in=offers.values("pk"))


def _links(rows):
    return [(pk, name or code) for pk, name, code in rows.order_by("-id").values_list("id", "name", "code")]


def _public_ids(advertiser_id):
    rows = Affiliate.objects.filter(links__offer__advertiser=advertiser_id).distinct().order_by("-id")
    return [(row.pk, row.public_id) for row in rows]
