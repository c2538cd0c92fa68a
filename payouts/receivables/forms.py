"""Forms of the advertiser's side of the money. Amounts are typed in major units and become ledger units here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser

ENCODINGS = [
    ("", _("Found out by itself")), ("utf-8", "UTF-8"), ("cp1251", "Windows-1251"), ("cp866", "CP866 (DOS)"),
    ("cp1254", "Windows-1254"), ("cp1252", "Windows-1252"),
]  # fmt: skip


def advertiser_field(**options):
    """A choice among the network's advertisers; its queryset is set by `fill_advertisers`."""
    return forms.ModelChoiceField(
        label=_("Advertiser"), queryset=Advertiser.all_networks.none(), **options,
        widget=forms.Select(attrs={"data-enhance": True}),
    )  # fmt: skip


def fill_advertisers(form):
    form.fields["advertiser"].queryset = Advertiser.objects.order_by("name")


class StatementForm(forms.Form):
    """A file from the bank."""

    file = forms.FileField(
        label=_("Statement"),
        allow_empty_file=True,
        help_text=_("MT940, the text file for 1C, OFX or CSV, plain or packed, at most 20 MB. Files may overlap."),
    )
    currency = forms.ChoiceField(label=_("Currency"), help_text=_("Only for files that name none."))
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS, required=False)

    def __init__(self, *args, currencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [(code, code) for code in currencies]


class ConfirmPaymentForm(forms.Form):
    """Whose payment it is."""

    advertiser = advertiser_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fill_advertisers(self)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}))
