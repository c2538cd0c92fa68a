"""Goals and their rates."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from cpanet.core.money import BadAmount, to_units
from offers import countries
from offers.choices import PaymentModel
from offers.models import Goal
from offers.pricing import Figures


class GoalForm(forms.ModelForm):
    class Meta:
        model = Goal
        fields = [
            "name", "code", "payment_model", "attribution_days", "hold_days", "duplicate_policy", "duplicate_hours",
            "takes_leads", "is_active",
        ]  # fmt: skip
        help_texts = {
            "code": _("Postbacks name the goal by it: small letters, digits, hyphens."),
            "attribution_days": _("How long after the click an action still counts."),
            "hold_days": _("Empty: as the offer says."),
            "duplicate_hours": _("For one per click and period, and for the telephone numbers of submitted leads."),
            "takes_leads": _("You get name and telephone number of people and call them yourself."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["duplicate_hours"].required = False

    def clean_duplicate_hours(self):
        hours = self.cleaned_data["duplicate_hours"]
        return self.instance.duplicate_hours if hours is None else hours


class RateForm(forms.Form):
    """What a goal pays from now on. `goal` decides which figures are asked for; only the staff chooses a webmaster."""

    revenue = forms.DecimalField(label=_("The advertiser pays"), min_value=0, required=False, max_digits=15)
    earning = forms.DecimalField(label=_("The webmaster gets"), min_value=0, required=False, max_digits=15)
    revenue_percent = forms.DecimalField(
        label=_("The advertiser pays, % of the order"), min_value=0, max_value=100, decimal_places=2, required=False
    )
    earning_percent = forms.DecimalField(
        label=_("The webmaster gets, % of the order"), min_value=0, max_value=100, decimal_places=2, required=False
    )
    country = forms.ChoiceField(label=_("Country"), required=False, widget=forms.Select(attrs={"data-enhance": True}))
    category = forms.CharField(
        label=_("Category of goods"),
        max_length=100,
        required=False,
        help_text=_("As your orders name it in items. Empty: all goods that have no rate of their own."),
    )
    affiliate = forms.ModelChoiceField(
        label=_("Webmaster"),
        queryset=Affiliate.all_networks.none(),
        required=False,
        empty_label=_("Everybody"),
        widget=forms.Select(attrs={"data-enhance": True}),
    )

    def __init__(self, *args, goal: Goal, for_staff: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.goal, self.currency = goal, goal.offer.currency
        self.fields["country"].choices = [("", _("All countries")), *countries.choices()]
        self.fields["affiliate"].queryset = Affiliate.objects.filter(status=Affiliate.Status.APPROVED).order_by("name")
        if not for_staff:
            del self.fields["affiliate"]
        for name in _without(goal.payment_model):
            del self.fields[name]
        for name in ("revenue", "earning", "revenue_percent", "earning_percent"):
            if name in self.fields and goal.payment_model != PaymentModel.HYBRID:
                self.fields[name].required = True

    def clean_revenue(self):
        return self._units("revenue")

    def clean_earning(self):
        return self._units("earning")

    def _units(self, name):
        try:
            return to_units(self.cleaned_data[name] or Decimal(0), self.currency)
        except BadAmount as error:
            raise forms.ValidationError(str(error)) from None

    @property
    def figures(self) -> Figures:
        values = self.cleaned_data
        return Figures(
            revenue_fixed=values.get("revenue", 0),
            earning_fixed=values.get("earning", 0),
            revenue_percent=_basis_points(values.get("revenue_percent")),
            earning_percent=_basis_points(values.get("earning_percent")),
        )


# Where errors of the service about a field of the model belong in the form.
RATE_FIELDS = {"revenue_fixed": "revenue", "earning_fixed": "earning"}


def _without(payment_model: str) -> list[str]:
    """Fields that a payment model has no use for."""
    return {
        PaymentModel.FIXED: ["revenue_percent", "earning_percent"],
        PaymentModel.PERCENT: ["revenue", "earning"],
        PaymentModel.HYBRID: [],
    }[payment_model]


def _basis_points(percent: Decimal | None) -> int:
    return int((percent or Decimal(0)) * 100)
