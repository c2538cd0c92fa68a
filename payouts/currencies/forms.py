"""Forms about currencies. Amounts are typed in major units and become ledger units here."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from payouts.currencies.rate_files import MAX_BYTES
from payouts.forms import NUMBER, KeyedForm, clean_units

BASIS = 100


class RateFileForm(forms.Form):
    """A file of rates."""

    file = forms.FileField(
        label=_("File of rates"),
        help_text=_("As the European Central Bank or the Bank of Russia publish it (XML), or CSV."),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("A file of rates has at most 2 MB."))
        return file


class CurrencyRulesForm(forms.Form):
    """Where rates come from, how old they may be, and the network's part."""

    source_url = forms.URLField(
        label=_("Address of the rates"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Fetched every day. Without one, upload a file."),
    )
    max_age_days = forms.IntegerField(label=_("Days a rate may be old"), min_value=1, max_value=60)
    spread = forms.DecimalField(
        label=_("Spread"),
        min_value=0,
        max_value=20,
        decimal_places=2,
        widget=forms.TextInput(NUMBER),
        help_text=_("What stays with the network of every exchange; webmasters see it."),
    )

    @classmethod
    def of(cls, rules):
        """The form filled in with what is in force."""
        spread = Decimal(rules.spread) / BASIS
        return cls(initial={"source_url": rules.source_url, "max_age_days": rules.max_age_days, "spread": spread})

    def clean_spread(self):
        return int(self.cleaned_data["spread"] * BASIS)


class ExchangeForm(KeyedForm):
    """Which currency becomes which. `available`: {currency: units} of what he has."""

    source = forms.ChoiceField(label=_("From"))
    amount = forms.CharField(label=_("Amount"), max_length=24, widget=forms.TextInput(NUMBER))
    target = forms.ChoiceField(label=_("To"))
    least = forms.CharField(max_length=24, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, available, targets, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(code, code) for code in available]
        self.fields["target"].choices = [(code, code) for code in targets]

    def clean(self):
        if source := self.cleaned_data.get("source"):
            clean_units(self, "amount", source)
        return self.cleaned_data


class WalletForm(forms.Form):
    """The currency a webmaster wants his money in."""

    currency = forms.ChoiceField(label=_("Exchange what becomes available into"), required=False)

    def __init__(self, *args, currencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [("", _("Nothing: leave it as it comes")), *((c, c) for c in currencies)]
