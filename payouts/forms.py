"""Forms about payouts. Amounts are typed in major units and become ledger units here."""

import uuid
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.core.money import BadAmount, exponent, to_text, to_units
from cpanet.core.numbers import whole_number
from offers.countries import name_of
from payouts.fees import in_whole_coins
from payouts.kinds import KINDS, asks_country
from payouts.models import PayoutMethod, PayoutTerms, Schedule
from payouts.rails.registry import offered

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


def _optional_amount(label, hint="", **options):
    return forms.CharField(
        label=label, max_length=24, required=False, widget=forms.TextInput(NUMBER), help_text=hint, **options
    )


def _percent(**options):
    return forms.DecimalField(
        label=_("and of the amount"), min_value=0, max_value=50, decimal_places=2, widget=forms.TextInput(NUMBER),
        **options,
    )  # fmt: skip


class PayoutMethodForm(forms.Form):
    """The terms of a payout method."""

    AMOUNTS = ("minimum", "maximum", "fee_fixed", "fee_cap")

    kind = forms.ChoiceField(label=_("Kind"), choices=PayoutMethod.Kind.choices)
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As webmasters will see it."))
    currency = forms.CharField(label=_("Currency"), max_length=3, help_text=_("Such as USD, EUR or RUB."))
    minimum = forms.CharField(label=_("Minimum"), max_length=24, widget=forms.TextInput(NUMBER))
    maximum = _optional_amount(_("Maximum"), _("Of one payout; empty for none."))
    fee_fixed = forms.CharField(label=_("Fee"), max_length=24, initial="0", widget=forms.TextInput(NUMBER))
    fee_percent = _percent(initial=0)
    fee_cap = _optional_amount(_("at most"), _("Empty for no limit."))
    countries = forms.CharField(
        label=_("Countries"), max_length=400, required=False,
        help_text=_("Where it pays to: codes with commas between, such as DE, AT, TR. Empty for anywhere."),
    )  # fmt: skip
    schedule = forms.ChoiceField(label=_("Schedule"), choices=Schedule.choices, required=False)
    net_days = forms.IntegerField(
        label=_("Days after the month"), min_value=0, max_value=120, required=False, initial=30,
        help_text=_("For net N only."),
    )  # fmt: skip
    rail = forms.ChoiceField(label=_("How it is sent"), required=False)
    rail_url = forms.CharField(
        label=_("Address of the payment service"), max_length=500, required=False, help_text=_("For the API only.")
    )
    rail_secret = forms.CharField(
        label=_("Secret shared with it"), max_length=200, required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("whsec_…; empty keeps the present one, or makes one."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("Offered to webmasters"), required=False, initial=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rail"].choices = offered()

    def clean_currency(self):
        code = self.cleaned_data["currency"].strip().upper()
        try:
            exponent(code)
        except BadAmount as error:
            raise forms.ValidationError(str(error)) from None
        return code

    def clean_fee_percent(self):
        return int(self.cleaned_data["fee_percent"] * 100)

    def clean_countries(self):
        return [code.upper() for code in self.cleaned_data["countries"].replace(",", " ").split()]

    def clean(self):
        data = self.cleaned_data
        data["schedule"], data["rail"] = data.get("schedule") or Schedule.ON_REQUEST, data.get("rail") or "register"
        if data.get("net_days") is None:
            data["net_days"] = 30
        if currency := data.get("currency"):
            for field in self.AMOUNTS:
                clean_units(self, field, currency)
        for field in ("maximum", "fee_cap"):
            data[field] = None if data.get(field) in (None, "") else data[field]

    @classmethod
    def of(cls, method: PayoutMethod) -> "PayoutMethodForm":
        """An unbound form that shows the present terms."""
        names = ("kind", "name", "currency", "is_active", "schedule", "net_days", "rail", "rail_url")
        shown = {name: getattr(method, name) for name in names}
        for name in cls.AMOUNTS:
            units = getattr(method, name)
            shown[name] = "" if units is None else to_text(units, method.currency)
        shown["countries"] = ", ".join(method.countries)
        return cls(initial=shown | {"fee_percent": Decimal(method.fee_percent) / 100})


class PayoutTermsForm(forms.Form):
    """What one webmaster has agreed about one method; what is empty goes by the method."""

    AMOUNTS = ("minimum", "maximum", "fee_fixed")

    method = forms.TypedChoiceField(label=_("Method"), coerce=int, widget=forms.HiddenInput)
    minimum = _optional_amount(_("Minimum"))
    maximum = _optional_amount(_("Maximum"))
    fee_fixed = _optional_amount(_("Fee"))
    fee_percent = _percent(required=False)
    schedule = forms.ChoiceField(label=_("Schedule"), required=False)
    net_days = forms.IntegerField(
        label=_("Days after the month"), min_value=0, max_value=120, required=False, help_text=_("For net N only.")
    )

    def __init__(self, *args, methods, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_id = {method.pk: method for method in methods}
        self.fields["method"].choices = [(method.pk, method.name) for method in methods]
        self.fields["schedule"].choices = [("", _("As the method says")), *Schedule.choices]

    def clean(self):
        data = self.cleaned_data
        if method := self.by_id.get(data.get("method")):
            for field in self.AMOUNTS:
                clean_units(self, field, method.currency)
                data[field] = None if data.get(field) == "" else data.get(field)
        if data.get("fee_percent") is not None:
            data["fee_percent"] = int(data["fee_percent"] * 100)

    @classmethod
    def of(cls, terms: PayoutTerms, *, methods) -> "PayoutTermsForm":
        """An unbound form that shows what is agreed."""
        shown = {"method": terms.method_id, "schedule": terms.schedule, "net_days": terms.net_days}
        for name in cls.AMOUNTS:
            units = getattr(terms, name)
            shown[name] = "" if units is None else to_text(units, terms.method.currency)
        shown["fee_percent"] = None if terms.fee_percent is None else Decimal(terms.fee_percent) / 100
        return cls(initial=shown, methods=methods)


class PayoutRulesForm(forms.Form):
    """What a network lays down for all its payouts."""

    cooling_days = forms.IntegerField(
        label=_("Days a changed account waits"), min_value=0, max_value=60,
        help_text=_("Payouts to an account that was changed wait so long; the webmaster is told by e-mail."),
    )  # fmt: skip
    debtor_name = forms.CharField(label=_("Name of the payer"), max_length=70, required=False)
    debtor_iban = forms.CharField(label=_("IBAN of the payer"), max_length=42, required=False)
    debtor_bic = forms.CharField(label=_("BIC of the payer's bank"), max_length=11, required=False)
    debtor_country = forms.CharField(label=_("Country of the payer"), max_length=2, required=False)
    debtor_address = forms.CharField(label=_("Address of the payer"), max_length=140, required=False)


class PayoutDetailsForm(forms.Form):
    """Where a webmaster wants his money with one method: what its kind asks for (payouts.kinds)."""

    method = forms.TypedChoiceField(label=_("Method"), coerce=int, widget=forms.HiddenInput)
    holder = forms.CharField(label=_("Holder"), max_length=140, required=False, help_text=_("As the bank knows it."))
    account = forms.CharField(
        label=_("Account"), max_length=254, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    )

    def __init__(self, *args, methods, chosen, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["method"].choices = [(method.pk, method.name) for method in methods]
        self.chosen = chosen
        if chosen:
            self.fields["method"].initial = chosen.pk
            self._ask_for(KINDS[chosen.kind], chosen)

    def _ask_for(self, kind, chosen):
        self.fields["account"].label, self.fields["account"].help_text = kind.account_label, kind.hint
        for field in kind.more:
            self.fields[field.name] = forms.CharField(
                label=field.label, max_length=140, required=field.is_required, help_text=field.hint
            )
        if asks_country(chosen.kind, chosen.countries):
            named = [("", "")] + [(code, name_of(code)) for code in chosen.countries]
            self.fields["country"] = forms.ChoiceField(label=_("Country"), choices=named)

    @property
    def more(self) -> dict[str, str]:
        """What the kind asks for besides account and holder."""
        return {name: text for name, text in self.cleaned_data.items() if name not in ("method", "holder", "account")}


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
        return self.by_id.get(whole_number(picked)) or next(iter(self.by_id.values()), None)

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


class ResultFileForm(forms.Form):
    """What the bank says of a batch."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Payout (its id), outcome (paid, failed, returned, unknown), reason: one line for each."),
    )
