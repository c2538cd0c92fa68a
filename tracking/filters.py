"""Filters of the lists: a form that is read from the address, and what it leaves of a queryset."""

import uuid
from datetime import datetime, time, timedelta

from django import forms
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cpanet.core.ids import parse_public_id
from cpanet.core.numbers import whole_number
from tracking.choices import Origin, Status, Verdict

STATES = [("", _("All")), ("on", _("On")), ("off", _("Off"))]
_DAY = {"widget": forms.DateInput(attrs={"type": "date"})}


class Filter(forms.Form):
    """What makes no sense is passed over: a filter never refuses a page."""

    def asked(self) -> dict:
        """The values that are given and make sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class LinkFilter(Filter):
    q = forms.CharField(label=_("Name, code or mark"), required=False, max_length=100)
    offer = forms.TypedChoiceField(label=_("Offer"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    def __init__(self, data, *, offers):
        super().__init__(data)
        self.fields["offer"].choices = [("", _("All")), *offers]

    def narrow(self, links):
        """The links that match."""
        asked = self.asked()
        if "q" in asked:
            words = Q(name__icontains=asked["q"]) | Q(code__icontains=asked["q"])
            links = links.filter(words | in_marks(asked["q"]))
        if "offer" in asked:
            links = links.filter(offer_id=asked["offer"])
        if "state" in asked:
            links = links.filter(is_active=asked["state"] == "on")
        return links


class LeadFilter(Filter):
    """Days are of the person's time zone; `from` and `until` are those of the lead, `clicked_…` those of its click.

    `hidden` names the filters this audience does not have; `by_order`: whether the search may look at order ids.
    """

    q = forms.CharField(label=_("Number, order or mark"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("All")), *Status.choices])
    offer = forms.TypedChoiceField(label=_("Offer"), required=False, coerce=int, empty_value=None)
    first = forms.DateField(label=_("Leads from"), required=False, **_DAY)
    last = forms.DateField(label=_("Leads until"), required=False, **_DAY)
    goal = forms.TypedChoiceField(label=_("Goal"), required=False, coerce=int, empty_value=None)
    advertiser = forms.IntegerField(label=_("Advertiser's number"), required=False)
    affiliate = forms.IntegerField(label=_("Webmaster's number"), required=False)
    link = forms.IntegerField(label=_("Link's number"), required=False)
    country = forms.CharField(label=_("Country"), required=False, max_length=2)
    sub1 = forms.CharField(label="sub1", required=False, max_length=600)
    clicked_from = forms.DateField(label=_("Clicked from"), required=False, **_DAY)
    clicked_until = forms.DateField(label=_("Clicked until"), required=False, **_DAY)

    EXACT = {
        "status": "status", "offer": "offer_id", "goal": "goal_id", "advertiser": "advertiser_id",
        "affiliate": "affiliate_id", "link": "link_id", "country": "country", "sub1": "sub1",
    }  # fmt: skip
    FROM = {"first": "created_at", "clicked_from": "clicked_at"}
    UNTIL = {"last": "created_at", "clicked_until": "clicked_at"}

    def __init__(self, data, *, offers, goals, hidden=(), by_order=True):
        super().__init__(data)
        self.by_order = by_order
        if not by_order:
            self.fields["q"].label = _("Number or mark")
        for name in hidden:
            del self.fields[name]
        self.fields["offer"].choices = [("", _("All")), *offers]
        self.fields["goal"].choices = [("", _("All")), *goals]

    def narrow(self, leads):
        """The leads that match."""
        asked = self.asked()
        if "q" in asked:
            leads = leads.filter(_words_of_lead(asked["q"], self.by_order))
        leads = leads.filter(**{field: asked[name] for name, field in self.EXACT.items() if name in asked})
        for name, field in self.FROM.items():
            if name in asked:
                leads = leads.filter(**{f"{field}__gte": beginning_of(asked[name])})
        for name, field in self.UNTIL.items():
            if name in asked:
                leads = leads.filter(**{f"{field}__lt": beginning_of(asked[name] + timedelta(days=1))})
        return leads


class CallFilter(Filter):
    """Days are of the person's time zone; the text is looked for in every parameter and in the sentence."""

    q = forms.CharField(label=_("Text of a parameter, or the number"), required=False, max_length=200)
    verdict = forms.ChoiceField(label=_("Verdict"), required=False, choices=[("", _("All")), *Verdict.choices])
    origin = forms.ChoiceField(label=_("Came by"), required=False, choices=[("", _("All")), *Origin.choices])
    first = forms.DateField(label=_("From"), required=False, **_DAY)
    last = forms.DateField(label=_("Until"), required=False, **_DAY)
    advertiser = forms.TypedChoiceField(label=_("Advertiser"), required=False, coerce=int, empty_value=None)

    def __init__(self, data, *, advertisers=()):
        super().__init__(data)
        self.fields["advertiser"].choices = [("", _("All")), *advertisers]
        if not advertisers:
            del self.fields["advertiser"]

    def narrow(self, calls):
        """The calls that match."""
        asked = self.asked()
        exact = {"verdict": "verdict", "origin": "origin", "advertiser": "advertiser_id"}
        calls = calls.filter(**{field: asked[name] for name, field in exact.items() if name in asked})
        if "q" in asked:
            calls = calls.annotate(said=Cast("parameters", TextField())).filter(_words_of_call(asked["q"]))
        if "first" in asked:
            calls = calls.filter(received_at__gte=beginning_of(asked["first"]))
        if "last" in asked:
            calls = calls.filter(received_at__lt=beginning_of(asked["last"] + timedelta(days=1)))
        return calls


def in_marks(words: str) -> Q:
    """Whether one of the five marks of a link or lead contains the words."""
    found = Q()
    for number in range(1, 6):
        found |= Q(**{f"sub{number}__icontains": words})
    return found


def beginning_of(day) -> datetime:
    """The first moment of a day in the active time zone."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def _words_of_call(words: str) -> Q:
    """A call's number, or a part of a parameter or of its sentence."""
    found = Q(said__icontains=words) | Q(explanation__icontains=words)
    number = whole_number(words)
    return found if number is None else found | Q(pk=number)


def _words_of_lead(words: str, by_order: bool) -> Q:
    """A lead's number or public id, click id, promo code, an order id from its beginning, or a part of a mark."""
    found = in_marks(words) | Q(promo_code__iexact=words)
    if by_order:
        found |= Q(order_id__startswith=words)
    if (number := whole_number(words)) is not None:
        found |= Q(pk=number)
    try:
        return found | Q(uid=parse_public_id("conv", words))
    except ValueError:
        pass
    try:
        return found | Q(click_id=uuid.UUID(words))
    except ValueError:
        return found
