"""Forms of the advertiser's side of the money. Amounts are typed in major units and become ledger units here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser
from cpanet.core.files import megabytes
from cpanet.core.money import to_text
from payouts.bank.reading import LIMITS
from payouts.forms import NUMBER, KeyedForm, clean_units
from payouts.models import Adjustment, AdvertiserTerms, NetworkDetails

ENCODINGS = [
    ("", _("Found out by itself")), ("utf-8", "UTF-8"), ("cp1251", "Windows-1251"), ("cp866", "CP866 (DOS)"),
    ("cp1254", "Windows-1254"), ("cp1252", "Windows-1252"),
]  # fmt: skip
_ACCOUNTS = [(kind.value, kind.label) for kind in Adjustment.ACCOUNTS]


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

    def clean_file(self):
        """Before its content is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > LIMITS.max_bytes:
            raise forms.ValidationError(_("The file is larger than %s: split it.") % megabytes(LIMITS.max_bytes))
        return file


class ConfirmPaymentForm(forms.Form):
    """Whose payment it is."""

    advertiser = advertiser_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fill_advertisers(self)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}))


class TermsForm(forms.Form):
    """On what terms an advertiser works. Limits are typed in major units of the currency."""

    mode = forms.ChoiceField(label=_("How he pays"), choices=AdvertiserTerms.Mode.choices)
    currency = forms.ChoiceField(label=_("Currency of the limits"))
    credit_limit = forms.CharField(
        label=_("May owe up to"), max_length=24, required=False, widget=forms.TextInput(NUMBER),
        help_text=_("So far below zero may his balance fall, all currencies together. Empty: without limit."),
    )  # fmt: skip
    warn_below = forms.CharField(
        label=_("Warn below"), max_length=24, required=False, widget=forms.TextInput(NUMBER),
        help_text=_("When his balance falls below this he is asked to pay. Empty: never."),
    )  # fmt: skip
    invoice_period = forms.ChoiceField(label=_("Invoices"), choices=AdvertiserTerms.Period.choices)
    due_days = forms.IntegerField(label=_("Days to pay"), min_value=0, max_value=365)
    legal_name = forms.CharField(label=_("Name on paper"), max_length=200, required=False)
    tax_id = forms.CharField(label=_("Tax number"), max_length=20, required=False)
    contract = forms.CharField(label=_("Contract"), max_length=60, required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)

    def __init__(self, *args, currencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [(code, code) for code in currencies]

    def clean(self):
        if currency := self.cleaned_data.get("currency"):
            for name in ("credit_limit", "warn_below"):
                clean_units(self, name, currency)
                if self.cleaned_data.get(name) == "":
                    self.cleaned_data[name] = None

    @classmethod
    def shown(cls, terms: AdvertiserTerms | None, **options) -> "TermsForm":
        """An unbound form with the present terms."""
        terms = terms or AdvertiserTerms(currency=options["currencies"][0])
        names = [name for name in cls.base_fields if name not in ("credit_limit", "warn_below")]
        values = {name: getattr(terms, name) for name in names}
        for name in ("credit_limit", "warn_below"):
            units = getattr(terms, name)
            values[name] = "" if units is None else to_text(units, terms.currency)
        return cls(initial=values, **options)


class DetailsForm(forms.ModelForm):
    """Who the network is on its invoices."""

    class Meta:
        model = NetworkDetails
        fields = ["legal_name", "tax_id", "address", "bank", "invoice_prefix", "reminds_overdue"]
        widgets = {"bank": forms.Textarea({"rows": 3})}


class RefundForm(KeyedForm):
    """Money that goes back to an advertiser."""

    amount = forms.CharField(label=_("Amount"), max_length=24, widget=forms.TextInput(NUMBER))
    currency = forms.ChoiceField(label=_("Currency"))
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("He will see it."))

    def __init__(self, *args, currencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [(code, code) for code in currencies]

    def clean(self):
        if currency := self.cleaned_data.get("currency"):
            clean_units(self, "amount", currency)


class InvoiceForm(forms.Form):
    """For whom and for which days."""

    advertiser = advertiser_field()
    currency = forms.ChoiceField(label=_("Currency"))
    since = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label=_("To"), widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args, currencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [(code, code) for code in currencies]
        fill_advertisers(self)


class AdjustmentForm(KeyedForm):
    """Money from one account to another. Whose it is matters for a webmaster's and an advertiser's accounts only."""

    debit_kind = forms.ChoiceField(label=_("From the account"), choices=_ACCOUNTS)
    debit_owner = forms.IntegerField(label=_("of, #"), min_value=0, max_value=2**62, required=False)
    credit_kind = forms.ChoiceField(label=_("To the account"), choices=_ACCOUNTS)
    credit_owner = forms.IntegerField(label=_("of, #"), min_value=0, max_value=2**62, required=False)
    amount = forms.CharField(label=_("Amount"), max_length=24, widget=forms.TextInput(NUMBER))
    currency = forms.CharField(label=_("Currency"), max_length=3)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}),
        help_text=_("The owner of the account will read it."),
    )  # fmt: skip

    def clean_currency(self):
        return self.cleaned_data["currency"].strip().upper()

    def clean(self):
        if currency := self.cleaned_data.get("currency"):
            clean_units(self, "amount", currency)

    def side(self, name: str) -> tuple[str, int]:
        """(kind, owner) of "debit" or "credit"."""
        return self.cleaned_data[f"{name}_kind"], self.cleaned_data[f"{name}_owner"] or 0


class WriteOffForm(RefundForm):
    """A debt that will not be paid."""
