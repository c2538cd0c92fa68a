"""Forms about payouts. Amounts are typed in major units and become ledger units here."""

import uuid
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.core.money import BadAmount, exponent, to_text, to_units
from payouts.fees import in_whole_coins
from payouts.models import PayoutMethod

NUMBER = {"inputmode": "decimal", "autocomplete": "off"}


class KeyedForm(forms.Form):
    """A form whose double submission is one deed: a hidden key names the deed."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4().hex


def typed_units(text: str | None, currency: str) -> int | None:
    """What a person typed as units, None when it is no amount of the currency."""
    try:
        return to_units(str(text or "").replace(",", "."), currency)
    except BadAmount:
        return None


def clean_units(form, field: str, currency: str) -> None:
    """Turn the amount typed in `field` into units in `cleaned_data`, or put the complaint at the field."""
    text = form.cleaned_data.get(field)
    if text in (None, ""):
        return
    try:
        form.cleaned_data[field] = to_units(str(text).replace(",", "."), currency)
    except BadAmount as error:
        form.add_error(field, str(error))


class PayoutMethodForm(forms.Form):
    """The terms of a payout method."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PayoutMethod.Kind.choices)
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As webmasters will see it."))
    currency = forms.CharField(label=_("Currency"), max_length=3, help_text=_("Such as USD, EUR or RUB."))
    minimum = forms.CharField(label=_("Minimum"), max_length=24, widget=forms.TextInput(NUMBER))
    fee_fixed = forms.CharField(label=_("Fee"), max_length=24, initial="0", widget=forms.TextInput(NUMBER))
    fee_percent = forms.DecimalField(
        label=_("and of the amount"), min_value=0, max_value=50, decimal_places=2, initial=0,
        widget=forms.TextInput(NUMBER),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("Offered to webmasters"), required=False, initial=True)

    def clean_currency(self):
        code = self.cleaned_data["currency"].strip().upper()
        try:
            exponent(code)
        except BadAmount as error:
            raise forms.ValidationError(str(error)) from None
        return code

    def clean_fee_percent(self):
        return int(self.cleaned_data["fee_percent"] * 100)

    def clean(self):
        if currency := self.cleaned_data.get("currency"):
            clean_units(self, "minimum", currency)
            clean_units(self, "fee_fixed", currency)

    @classmethod
    def of(cls, method: PayoutMethod) -> "PayoutMethodForm":
        """An unbound form that shows the present terms."""
        shown = {name: getattr(method, name) for name in ("kind", "name", "currency", "is_active")}
        shown |= {name: to_text(getattr(method, name), method.currency) for name in ("minimum", "fee_fixed")}
        return cls(initial=shown | {"fee_percent": Decimal(method.fee_percent) / 100})


class PayoutDetailsForm(forms.Form):
    """Where a webmaster wants his money."""

    method = forms.TypedChoiceField(label=_("Method"), coerce=int)
    holder = forms.CharField(
        label=_("Holder"),
        max_length=140,
        required=False,
        help_text=_("Needed for banks and cards, as the bank knows it."),
    )
    account = forms.CharField(
        label=_("Account"),
        max_length=254,
        help_text=_("IBAN, card number, TRC-20 address or e-mail, as the method asks. It is stored encrypted."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args, methods, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["method"].choices = [
            (method.pk, f"{method.name} · {method.get_kind_display()}") for method in methods
        ]


class PayoutRequestForm(KeyedForm):
    """How much goes where. `available`: {currency: units}, the amount offered at first is all of it."""

    details = forms.TypedChoiceField(label=_("To"), coerce=int)
    amount = forms.CharField(label=_("Amount"), max_length=24, widget=forms.TextInput(NUMBER))

    def __init__(self, *args, details, available, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_id = {row.pk: row for row in details}
        self.fields["details"].choices = [(row.pk, f"{row} · {row.method.currency}") for row in details]
        if details:
            currency = details[0].method.currency
            self.fields["amount"].initial = to_text(in_whole_coins(available.get(currency, 0)), currency)

    @property
    def chosen(self):
        """The details that are chosen, else the first ones."""
        picked = self.data.get("details", "") if self.is_bound else ""
        return self.by_id.get(int(picked) if picked.isdecimal() else 0) or next(iter(self.by_id.values()), None)

    def clean(self):
        if row := self.by_id.get(self.cleaned_data.get("details")):
            clean_units(self, "amount", row.method.currency)


class DepositForm(KeyedForm):
    """Money an advertiser has paid."""

    amount = forms.CharField(label=_("Amount"), max_length=24, widget=forms.TextInput(NUMBER))
    currency = forms.ChoiceField(label=_("Currency"))
    reference = forms.CharField(
        label=_("Which payment"),
        max_length=200,
        help_text=_("Such as the bank's reference or the invoice. He will see it."),
    )

    def __init__(self, *args, currencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [(code, code) for code in currencies]

    def clean(self):
        if currency := self.cleaned_data.get("currency"):
            clean_units(self, "amount", currency)


class OutcomeForm(forms.Form):
    """What became of a payout, or why it is refused."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The webmaster will read it."),
    )


class ReferenceForm(forms.Form):
    """A payout has arrived."""

    reference = forms.CharField(
        label=_("Reference of the bank"), max_length=120, required=False, help_text=_("The webmaster will see it.")
    )
