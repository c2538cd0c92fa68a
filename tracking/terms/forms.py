"""Forms of terms. Percents are typed as people write them (12.5) and given to services in basis points."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from offers.models import Goal, Offer
from tracking.choices import ReferralBase
from tracking.filters import Filter
from tracking.models import ReferralTerms
from tracking.services.terms import LONGEST_HOLD, LONGEST_REFERRAL


class ReferralTermsForm(forms.Form):
    """What referrers get."""

    percent = forms.DecimalField(
        label=_("Percent"), min_value=0, max_value=100, decimal_places=2, help_text=_("0: referrals bring nothing.")
    )
    base = forms.ChoiceField(label=_("Of what"), choices=ReferralBase.choices)
    days = forms.IntegerField(
        label=_("For, days"), required=False, min_value=1, max_value=LONGEST_REFERRAL,
        help_text=_("From the registration of the one who was referred. Empty: for ever."),
    )  # fmt: skip

    @classmethod
    def of(cls, terms: ReferralTerms | None) -> "ReferralTermsForm":
        """The form with what is agreed now."""
        if terms is None:
            return cls(initial={"percent": 0, "base": ReferralBase.EARNING, "days": 365})
        percent = (Decimal(terms.percent) / 100).normalize()
        return cls(initial={"percent": f"{percent:f}", "base": terms.base, "days": terms.days})

    @property
    def values(self) -> dict:
        """Arguments of `save_referral_terms`."""
        return {**self.cleaned_data, "percent": int(self.cleaned_data["percent"] * 100)}


class HoldTermForm(forms.Form):
    """How long one webmaster's money is held."""

    where = forms.ChoiceField(
        label=_("Where"), required=False, widget=forms.Select(attrs={"data-enhance": ""}),
        help_text=_("The most special rule counts: goal, offer, everywhere; then the goal's and the offer's own hold."),
    )  # fmt: skip
    days = forms.IntegerField(label=_("Hold, days"), min_value=0, max_value=LONGEST_HOLD)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        goals = list(Goal.objects.select_related("offer").order_by("offer__name", "id"))
        offers = [(f"offer:{pk}", name) for pk, name in Offer.objects.order_by("name").values_list("pk", "name")]
        named = [(f"goal:{goal.pk}", f"{goal.offer.name}: {goal.name}") for goal in goals]
        self.fields["where"].choices = [("", _("Everywhere")), *offers, *named]

    @property
    def values(self) -> dict:
        """Arguments of `save_hold_term`."""
        kind, _colon, number = self.cleaned_data["where"].partition(":")
        offer = Offer.objects.get(pk=number) if kind == "offer" else None
        goal = Goal.objects.select_related("offer").get(pk=number) if kind == "goal" else None
        return {"offer": offer, "goal": goal, "days": self.cleaned_data["days"]}


class ReferralFilter(Filter):
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("All")), *Affiliate.Status.choices])

    def narrow(self, webmasters):
        """The webmasters that match."""
        return webmasters.filter(**self.asked())
