"""Landings, the table of traffic, creatives."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.core import macros
from offers.choices import TrafficPolicy, TrafficSource
from offers.models import Creative, Landing, Offer


class LandingForm(forms.ModelForm):
    class Meta:
        model = Landing
        fields = ["name", "url", "weight", "is_active"]
        widgets = {
            "url": forms.TextInput(attrs={"placeholder": "https://shop.example/?click={click_id}", "inputmode": "url"})
        }
        help_texts = {
            "url": _("Macros are replaced at the click; {click_id} must come back in your postback."),
            "weight": _("Its share of the clicks beside the other landings; 0: only links that name it."),
        }

    @property
    def macros(self) -> list[tuple[str, str]]:
        """(macro, meaning) for the page to explain."""
        return [(f"{{{name}}}", meaning) for name, meaning in macros.CLICK_MACROS.items() if not name[3:].isdecimal()]


class TrafficForm(forms.Form):
    """A row for each kind of traffic: policy and note."""

    def __init__(self, *args, offer: Offer, **kwargs):
        super().__init__(*args, **kwargs)
        known = {rule.traffic_source: rule for rule in offer.traffic_rules.all()}
        for source, label in TrafficSource.choices:
            rule = known.get(source)
            self.fields[f"policy_{source}"] = forms.ChoiceField(
                label=label, choices=TrafficPolicy.choices, initial=rule.policy if rule else TrafficPolicy.FORBIDDEN
            )
            self.fields[f"note_{source}"] = forms.CharField(
                label=_("Note on “%s”") % label, max_length=300, required=False, initial=rule.note if rule else ""
            )

    @property
    def rows(self) -> list[tuple]:
        """(label, bound policy, bound note) of each kind."""
        return [(label, self[f"policy_{source}"], self[f"note_{source}"]) for source, label in TrafficSource.choices]

    @property
    def rules(self) -> dict[str, tuple[str, str]]:
        """The argument of set_traffic_rules."""
        values = self.cleaned_data
        return {
            source: (values[f"policy_{source}"], values[f"note_{source}"].strip()) for source in TrafficSource.values
        }


class CreativeForm(forms.ModelForm):
    image = forms.FileField(label=_("Picture"), required=False, help_text=_("PNG, JPEG, GIF or WebP, at most 2 MB."))

    class Meta:
        model = Creative
        fields = ["kind", "name", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"text": _("For a text creative: what webmasters may publish.")}

    field_order = ["kind", "name", "image", "text"]
