"""Promo codes."""

import re
from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from offers.models import Offer
from offers.selectors.coupons import webmasters_for

_DAY = {"widget": forms.DateInput(attrs={"type": "date"})}


class WebmasterField(forms.ModelChoiceField):
    """The staff sees webmasters by name, an advertiser by their public id."""

    def __init__(self, *, offer: Offer, for_staff: bool, **kwargs):
        self._for_staff = for_staff
        super().__init__(queryset=webmasters_for(offer), required=False, **kwargs)

    def label_from_instance(self, affiliate: Affiliate) -> str:
        return f"{affiliate.name} #{affiliate.pk}" if self._for_staff else affiliate.public_id


class CouponsForm(forms.Form):
    """New promo codes of an offer."""

    codes = forms.CharField(
        label=_("Promo codes"), max_length=40_000, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One on each line. Large and small letters are the same."),
    )  # fmt: skip
    description = forms.CharField(label=_("What it gives the customer"), max_length=200, required=False)
    first_day = forms.DateField(label=_("Valid from"), required=False, **_DAY)
    last_day = forms.DateField(label=_("Valid until"), required=False, **_DAY)

    field_order = ["codes", "affiliate", "description", "first_day", "last_day"]

    def __init__(self, *args, offer: Offer, for_staff: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["affiliate"] = WebmasterField(
            offer=offer, for_staff=for_staff, label=_("Webmaster"), empty_label=_("Nobody yet"),
            widget=forms.Select(attrs={"data-enhance": True}),
        )  # fmt: skip
        self.order_fields(self.field_order)

    @property
    def values(self) -> dict:
        """Arguments of `add_coupons`."""
        values = self.cleaned_data
        return {
            "codes": [line for line in re.split(r"[\n\r,;]+", values["codes"]) if line.strip()],
            "affiliate": values["affiliate"],
            "description": values["description"],
            "valid_from": _beginning(values["first_day"]),
            "valid_until": _beginning(values["last_day"] + timedelta(days=1)) if values["last_day"] else None,
        }


class GiveForm(forms.Form):
    """To whom a promo code is given; nobody takes it back."""

    code = forms.CharField(label=_("Promo code"), max_length=60)

    def __init__(self, *args, offer: Offer, for_staff: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["affiliate"] = WebmasterField(
            offer=offer, for_staff=for_staff, label=_("Webmaster"), empty_label=_("Nobody"),
            widget=forms.Select(attrs={"data-enhance": True}),
        )  # fmt: skip


def _beginning(day):
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone()) if day else None
