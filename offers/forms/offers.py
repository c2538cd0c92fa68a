"""The data of an offer itself."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser
from offers import countries, week
from offers.choices import Browser, Device, System
from offers.models import Offer, Vertical


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, **options):
        super().__init__(format="%Y-%m-%dT%H:%M", **options)


class GeneralForm(forms.ModelForm):
    """Name, words, conditions. `logo` is an upload and goes to the service beside the fields."""

    # A scoped manager cannot be asked when this class is made: the themes come in __init__.
    vertical = forms.ModelChoiceField(
        label=_("Theme"), queryset=Vertical.all_networks.none(), required=False, empty_label=_("None")
    )
    site_url = forms.URLField(label=_("Site"), required=False, max_length=500, assume_scheme="https")
    fallback_url = forms.URLField(
        label=_("Fallback address"),
        required=False,
        max_length=2000,
        assume_scheme="https",
        help_text=_("Where visitors go who cannot be sent to the offer."),
    )
    logo = forms.FileField(label=_("Logo"), required=False, help_text=_("PNG, JPEG, GIF or WebP, at most 2 MB."))

    class Meta:
        model = Offer
        fields = [
            "name", "vertical", "summary", "description", "rules", "site_url", "access", "hold_days", "decision_days",
            "auto_approve", "needs_funding", "fallback_url", "starts_at", "ends_at",
        ]  # fmt: skip
        widgets = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "rules": forms.Textarea(attrs={"rows": 5}),
            "starts_at": MomentInput(),
            "ends_at": MomentInput(),
        }
        help_texts = {
            "summary": _("Webmasters read it in the catalogue."),
            "rules": _("What is forbidden, what needs asking, what a good lead is."),
            "hold_days": _("How long approved money waits before it becomes available."),
            "decision_days": _("How soon after the lead you approve or decline it."),
            "needs_funding": _("Approved money becomes available after its hold, but not before its lead is paid for."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["vertical"].queryset = Vertical.objects.all()

    @property
    def values(self) -> dict:
        """Arguments of create_offer and update_offer."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "advertiser"}
        return {**values, "logo": values.get("logo") or None}


class NewOfferForm(GeneralForm):
    """For the staff: an offer of any advertiser."""

    advertiser = forms.ModelChoiceField(
        label=_("Advertiser"),
        queryset=Advertiser.all_networks.none(),
        widget=forms.Select(attrs={"data-enhance": True}),
    )

    field_order = ["advertiser", "name", "vertical"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["advertiser"].queryset = Advertiser.objects.filter(status=Advertiser.Status.ACTIVE)


_HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class AudienceForm(forms.Form):
    """Where and for whom the offer runs, and where links may lead."""

    countries = forms.MultipleChoiceField(
        label=_("Countries"),
        choices=countries.choices,
        required=False,
        widget=forms.SelectMultiple(attrs={"data-enhance": True}),
        help_text=_("None chosen: all countries."),
    )
    devices = forms.MultipleChoiceField(
        label=_("Devices"),
        choices=Device.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all devices."),
    )
    systems = forms.MultipleChoiceField(
        label=_("Systems"),
        choices=System.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all systems."),
    )
    browsers = forms.MultipleChoiceField(
        label=_("Browsers"),
        choices=Browser.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all browsers."),
    )
    languages = forms.CharField(
        label=_("Languages"),
        required=False,
        max_length=200,
        help_text=_("Two letters each, such as de, tr: the first language of the visitor's browser. Empty: all."),
    )
    days = forms.TypedMultipleChoiceField(
        label=_("Days"),
        choices=list(enumerate(week.DAYS)),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: always."),
    )
    first_hour = forms.TypedChoiceField(label=_("From"), choices=_HOURS, coerce=int, required=False, empty_value=0)
    last_hour = forms.TypedChoiceField(
        label=_("Until"),
        choices=_HOURS,
        coerce=int,
        required=False,
        empty_value=0,
        help_text=_("In the network's time zone. The same hour twice: the whole day; an earlier one: of the next day."),
    )
    deep_link_domains = forms.CharField(
        label=_("Domains for deep links"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "shop.example"}),
        help_text=_("One a line. Webmasters' links may lead to any page of these sites, and nowhere else."),
    )

    def clean_deep_link_domains(self):
        return self.cleaned_data["deep_link_domains"].replace(",", " ").split()

    def clean_languages(self):
        return self.cleaned_data["languages"].replace(",", " ").split()

    @property
    def values(self) -> dict:
        """Arguments of update_offer."""
        values = dict(self.cleaned_data)
        days, first, last = values.pop("days"), values.pop("first_hour"), values.pop("last_hour")
        return {**values, "hours": week.hours_of(days, first, last)}

    @classmethod
    def initial_of(cls, offer: Offer) -> dict:
        days, first, last = (week.shift_of(offer.hours) if offer.hours else None) or ([], 0, 0)
        return {
            "days": days,
            "first_hour": first,
            "last_hour": last,
            "countries": offer.countries,
            "devices": offer.devices,
            "systems": offer.systems,
            "browsers": offer.browsers,
            "languages": ", ".join(offer.languages),
            "deep_link_domains": "\n".join(offer.deep_link_domains),
        }


class VerticalForm(forms.Form):
    name = forms.CharField(label=_("Name of the theme"), max_length=80)
