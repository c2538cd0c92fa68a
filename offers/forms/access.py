"""Asking for access and deciding about it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from offers.models import Offer


class AccessRequestForm(forms.Form):
    message = forms.CharField(
        label=_("How will you bring the traffic?"),
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Sites, channels, kinds of advertising: the manager decides by it."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The webmaster reads it."),
    )


class InviteForm(forms.Form):
    affiliate = forms.ModelChoiceField(
        label=_("Webmaster"), queryset=Affiliate.all_networks.none(), widget=forms.Select(attrs={"data-enhance": True})
    )

    def __init__(self, *args, offer: Offer, **kwargs):
        super().__init__(*args, **kwargs)
        approved = Affiliate.objects.filter(status=Affiliate.Status.APPROVED)
        self.fields["affiliate"].queryset = approved.order_by("name")
