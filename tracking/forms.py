"""Forms of links and decisions. They check what is typed; services decide what is allowed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.core.errors import DomainError
from tracking.choices import DeclineReason

SUBS = tuple(f"sub{number}" for number in range(1, 6))


def refuse(form: forms.Form, error: DomainError) -> None:
    """Show an anticipated failure at its field, or over the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


class OfferForm(forms.Form):
    """Which offer a new link leads to."""

    offer = forms.ChoiceField(
        label=_("Offer"), widget=forms.Select(attrs={"data-enhance": True, "data-autosubmit": True})
    )

    def __init__(self, *args, offers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["offer"].choices = [("", _("Choose an offer")), *((str(offer.pk), offer.name) for offer in offers)]


class LinkForm(forms.Form):
    """The settings of a link to one offer."""

    name = forms.CharField(
        label=_("Name"), max_length=100, required=False, help_text=_("For yourself, to find it again.")
    )
    traffic_source = forms.ChoiceField(label=_("Kind of traffic"))
    landing = forms.ModelChoiceField(
        label=_("Landing"), queryset=None, required=False, empty_label=_("As the offer rotates them")
    )
    deep_link = forms.CharField(label=_("Page of the shop"), max_length=2000, required=False)
    sub1 = forms.CharField(label="sub1", max_length=600, required=False)
    sub2 = forms.CharField(label="sub2", max_length=600, required=False)
    sub3 = forms.CharField(label="sub3", max_length=600, required=False)
    sub4 = forms.CharField(label="sub4", max_length=600, required=False)
    sub5 = forms.CharField(label="sub5", max_length=600, required=False)
    fallback_url = forms.URLField(
        label=_("Fallback address"),
        max_length=2000,
        required=False,
        assume_scheme="https",
        help_text=_("Where visitors go whom the offer does not take."),
    )

    def __init__(self, *args, offer, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["traffic_source"].choices = [("", _("Choose one")), *kinds]
        self.fields["landing"].queryset = offer.landings.filter(is_active=True)
        if offer.deep_link_domains:
            self.fields["deep_link"].help_text = _("A page on %s.") % ", ".join(offer.deep_link_domains)
        else:
            del self.fields["deep_link"]

    @property
    def sub_fields(self):
        return [self[name] for name in SUBS]


class MarksForm(forms.Form):
    """Marks to be written into the address of a link, such as macros of a tracker."""

    sub1 = forms.CharField(label="sub1", max_length=600, required=False)
    sub2 = forms.CharField(label="sub2", max_length=600, required=False)
    sub3 = forms.CharField(label="sub3", max_length=600, required=False)
    sub4 = forms.CharField(label="sub4", max_length=600, required=False)
    sub5 = forms.CharField(label="sub5", max_length=600, required=False)


class DeclineForm(forms.Form):
    """Why a lead is declined: the webmaster reads it."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose a reason")), *DeclineReason.choices])
    note = forms.CharField(
        label=_("Note for the webmaster"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self):
        data = super().clean()
        if data.get("reason") == DeclineReason.OTHER and not data.get("note", "").strip():
            self.add_error("note", _("Say the reason in words."))
        return data


class CallForm(forms.Form):
    """A test call as an advertiser sends it from his integration page."""

    click_id = forms.CharField(
        label=_("Click id"),
        max_length=100,
        required=False,
        help_text=_("The newest click on your offers, if there is one."),
    )
    goal = forms.ChoiceField(label=_("Goal"), required=False)
    order_id = forms.CharField(label=_("Order id"), max_length=200, required=False)
    amount = forms.CharField(label=_("Amount"), max_length=40, required=False)

    def __init__(self, *args, goals, **kwargs):
        super().__init__(*args, **kwargs)
        codes = {goal.code: f"{goal.offer.name}: {goal.name} ({goal.code})" for goal in goals}
        self.fields["goal"].choices = [("", _("The only goal of its offer")), *codes.items()]
