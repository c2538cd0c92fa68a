"""Caps of an offer."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from cpanet.core.money import BadAmount, to_decimal, to_units
from offers.choices import CapMeasure, CapPeriod, CapPolicy
from offers.models import Cap, Goal, Offer

_MONEY = (CapMeasure.EARNING, CapMeasure.REVENUE)


class LimitForm(forms.Form):
    """What may change of a cap: the limit and what happens when it is reached."""

    limit = forms.DecimalField(label=_("Limit"), max_digits=15, help_text=_("A number, or an amount of money."))
    policy = forms.ChoiceField(
        label=_("When it is reached"),
        choices=CapPolicy.choices,
        help_text=_("A lead whose visitor clicked before the cap was reached always counts."),
    )

    def __init__(self, *args, offer: Offer, cap: Cap | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer, self.cap = offer, cap
        if cap is not None:
            self.initial = {"limit": shown_limit(cap), "policy": cap.policy}

    def clean(self):
        values = super().clean()
        measure = self.cap.measure if self.cap else values.get("measure")
        if "limit" in values and measure:
            try:
                values["limit"] = _stored(values["limit"], measure, self.offer.currency)
            except BadAmount as error:
                self.add_error("limit", str(error))
        return values


class CapForm(LimitForm):
    """A new cap; only the staff names a webmaster."""

    measure = forms.ChoiceField(label=_("What is counted"), choices=CapMeasure.choices)
    period = forms.ChoiceField(label=_("Within"), choices=CapPeriod.choices, initial=CapPeriod.DAY)
    goal = forms.ModelChoiceField(
        label=_("Goal"), queryset=Goal.all_networks.none(), required=False, empty_label=_("All goals")
    )
    affiliate = forms.ModelChoiceField(
        label=_("Webmaster"),
        queryset=Affiliate.all_networks.none(),
        required=False,
        empty_label=_("All together"),
        widget=forms.Select(attrs={"data-enhance": True}),
    )

    field_order = ["measure", "period", "limit", "policy", "goal", "affiliate"]

    def __init__(self, *args, for_staff: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["goal"].queryset = self.offer.goals.all()
        self.fields["affiliate"].queryset = Affiliate.objects.filter(status=Affiliate.Status.APPROVED).order_by("name")
        if not for_staff:
            del self.fields["affiliate"]


def shown_limit(cap: Cap) -> Decimal | int:
    """The limit as a person types it."""
    return to_decimal(cap.limit, cap.offer.currency) if cap.is_money else cap.limit


def _stored(limit: Decimal, measure: str, currency: str) -> int:
    """Units of the currency, or a whole number. Raises BadAmount."""
    if measure in _MONEY:
        return to_units(limit, currency)
    if limit != limit.to_integral_value():
        raise BadAmount(_("Clicks and conversions are counted in whole numbers."))
    return int(limit)
