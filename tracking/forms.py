"""Forms of links and decisions. They check what is typed; services decide what is allowed."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.core.errors import DomainError
from tracking.choices import DeclineReason, Status
from tracking.incoming.presets import presets
from tracking.incoming.reading import NAMES
from tracking.models import PostbackSettings
from tracking.services.postback_settings import BadSettings

SUBS = tuple(f"sub{number}" for number in range(1, 6))


def refuse(form: forms.Form, error: DomainError) -> None:
    """Show an anticipated failure at its field, or over the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


class OfferForm(forms.Form):
    """Which offer a new link leads to."""

    offer = forms.ChoiceField(
        label=_("Offer"), widget=forms.Select(attrs={"data-enhance": True, "data-autosubmit": True})
    )

    def __init__(self, *args, offers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["offer"].choices = [("", _("Choose an offer")), *((str(offer.pk), offer.name) for offer in offers)]


class LinkForm(forms.Form):
    """The settings of a link to one offer."""

    name = forms.CharField(
        label=_("Name"), max_length=100, required=False, help_text=_("For yourself, to find it again.")
    )
    traffic_source = forms.ChoiceField(label=_("Kind of traffic"))
    landing = forms.ModelChoiceField(
        label=_("Landing"), queryset=None, required=False, empty_label=_("As the offer rotates them")
    )
    deep_link = forms.CharField(label=_("Page of the shop"), max_length=2000, required=False)
    sub1 = forms.CharField(label="sub1", max_length=600, required=False)
    sub2 = forms.CharField(label="sub2", max_length=600, required=False)
    sub3 = forms.CharField(label="sub3", max_length=600, required=False)
    sub4 = forms.CharField(label="sub4", max_length=600, required=False)
    sub5 = forms.CharField(label="sub5", max_length=600, required=False)
    fallback_url = forms.URLField(
        label=_("Fallback address"),
        max_length=2000,
        required=False,
        assume_scheme="https",
        help_text=_("Where visitors go whom the offer does not take."),
    )

    def __init__(self, *args, offer, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["traffic_source"].choices = [("", _("Choose one")), *kinds]
        self.fields["landing"].queryset = offer.landings.filter(is_active=True)
        if offer.deep_link_domains:
            self.fields["deep_link"].help_text = _("A page on %s.") % ", ".join(offer.deep_link_domains)
        else:
            del self.fields["deep_link"]

    @property
    def sub_fields(self):
        return [self[name] for name in SUBS]


class MarksForm(forms.Form):
    """Marks to be written into the address of a link, such as macros of a tracker."""

    sub1 = forms.CharField(label="sub1", max_length=600, required=False)
    sub2 = forms.CharField(label="sub2", max_length=600, required=False)
    sub3 = forms.CharField(label="sub3", max_length=600, required=False)
    sub4 = forms.CharField(label="sub4", max_length=600, required=False)
    sub5 = forms.CharField(label="sub5", max_length=600, required=False)


class DeclineForm(forms.Form):
    """Why a lead is declined: the webmaster reads it."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose a reason")), *DeclineReason.choices])
    note = forms.CharField(
        label=_("Note for the webmaster"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self):
        data = super().clean()
        if data.get("reason") == DeclineReason.OTHER and not data.get("note", "").strip():
            self.add_error("note", _("Say the reason in words."))
        return data


class ClickLookup(forms.Form):
    """Which click is asked about."""

    id = forms.CharField(
        label=_("Click id"),
        max_length=100,
        help_text=_("The value of {click_id}: it stands beside each of the last clicks of a link, and on every lead."),
    )


class CallForm(forms.Form):
    """A test call as an advertiser sends it from his integration page."""

    click_id = forms.CharField(
        label=_("Click id"),
        max_length=100,
        required=False,
        help_text=_("The newest click on these offers, if there is one."),
    )
    goal = forms.ChoiceField(label=_("Goal"), required=False)
    order_id = forms.CharField(label=_("Order id"), max_length=200, required=False)
    amount = forms.CharField(label=_("Amount"), max_length=40, required=False)

    def __init__(self, *args, goals, **kwargs):
        super().__init__(*args, **kwargs)
        codes = {goal.code: f"{goal.offer.name}: {goal.name} ({goal.code})" for goal in goals}
        self.fields["goal"].choices = [("", _("The only goal of its offer")), *codes.items()]


class Lines(forms.CharField):
    """A list, one value on each line (commas separate too)."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=10_000, **kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        return [line.strip() for line in re.split(r"[\n,;]", super().to_python(value)) if line.strip()]


class AccessForm(forms.ModelForm):
    """Who may call, and what attributes."""

    addresses = Lines(
        label=_("Addresses that may call"),
        help_text=_("One on each line: 203.0.113.7, 203.0.113.0/24, 2001:db8::/32. Empty: all."),
    )
    channel_values = Lines(
        label=_("Values that mean us"),
        help_text=_("Such as cpa, affiliate. Any other value is another channel's order."),
    )

    class Meta:
        model = PostbackSettings
        fields = [
            "must_sign", "signature_seconds", "addresses", "test_mode", "order", "touch", "channel_name",
            "channel_values",
        ]  # fmt: skip
        help_texts = {
            "must_sign": _("A token alone opens nothing any more."),
            "test_mode": _("Every call is a test: shown, never paid."),
            "touch": _("For the pixel's cookie, which keeps the first and the last click."),
            "channel_name": _("If the shop itself decides between channels: the parameter that names the winner."),
        }


class PixelForm(forms.ModelForm):
    """The sites that carry the pixel."""

    pixel_domains = Lines(
        label=_("Sites with the pixel"),
        help_text=_("One on each line: shop.example. Sub-domains are included. Empty: the pixel is off."),
    )

    class Meta:
        model = PostbackSettings
        fields = ["pixel_domains"]


class PresetForm(forms.Form):
    """Names and words of a known network, in place of the present ones."""

    preset = forms.ChoiceField(label=_("Network"), required=False, widget=forms.Select(attrs={"data-enhance": True}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = [(preset.slug, preset.title) for preset in presets().values()]
        self.fields["preset"].choices = [("", _("None: our own names and the usual words")), *known]


class MappingForm(forms.Form):
    """One field for the names of each parameter, one list of words for each status."""

    sums_amounts = forms.BooleanField(
        label=_("Several amounts in one are added"), required=False, help_text=_("“10.00,2.50” means 12.50.")
    )

    def __init__(self, *args, settings: PostbackSettings, **kwargs):
        super().__init__(*args, **kwargs)
        for name in NAMES:
            initial = ", ".join(settings.names.get(name, []))
            self.fields[f"name_{name}"] = forms.CharField(label=name, required=False, max_length=700, initial=initial)
        for status, label in Status.choices:
            words = [word for word, meaning in settings.words.items() if meaning == status]
            self.fields[f"words_{status}"] = Lines(label=label, initial=words)
        self.fields["sums_amounts"].initial = settings.sums_amounts

    @property
    def name_fields(self):
        return [self[f"name_{name}"] for name in NAMES]

    @property
    def word_fields(self):
        return [self[f"words_{status}"] for status in Status.values]

    @property
    def mapping(self) -> dict:
        """Arguments of `save_settings`."""
        values = self.cleaned_data
        names = {name: re.split(r"[,;\s]+", values[f"name_{name}"].strip()) for name in NAMES}
        words = {word: status for status in Status.values for word in values[f"words_{status}"]}
        names = {name: [each for each in found if each] for name, found in names.items()}
        twice = self._twice()
        if twice:
            raise BadSettings(
                _("“%s” stands in two lists: it can mean one thing only.") % twice, field="words_approved"
            )
        return {"names": names, "words": words, "sums_amounts": values["sums_amounts"]}

    def _twice(self) -> str:
        seen: set[str] = set()
        for status in Status.values:
            for word in self.cleaned_data[f"words_{status}"]:
                if word.lower() in seen:
                    return word
                seen.add(word.lower())
        return ""


class TryForm(forms.Form):
    """A call as it was seen somewhere: an address, a query, or JSON."""

    pasted = forms.CharField(
        label=_("A call"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("Paste an address with its parameters, a form body or JSON. Nothing is written."),
    )  # fmt: skip
