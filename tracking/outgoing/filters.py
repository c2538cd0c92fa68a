"""Filters of the log of deliveries."""

from datetime import timedelta

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.core.ids import parse_public_id
from cpanet.core.numbers import whole_number
from tracking.filters import Filter, beginning_of
from tracking.outgoing.words import SHORT_EVENTS, DeliveryState

_DAY = {"widget": forms.DateInput(attrs={"type": "date"})}


class DeliveryFilter(Filter):
    """Days are of the person's time zone. `hidden` names the filters this audience does not have."""

    q = forms.CharField(label=_("Number of the lead, id of a payout"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *DeliveryState.choices])
    event = forms.ChoiceField(label=_("Event"), required=False, choices=[("", _("All")), *SHORT_EVENTS.items()])
    receiver = forms.TypedChoiceField(label=_("Receiver"), required=False, coerce=int, empty_value=None)
    first = forms.DateField(label=_("From"), required=False, **_DAY)
    last = forms.DateField(label=_("Until"), required=False, **_DAY)
    offer = forms.TypedChoiceField(label=_("Offer"), required=False, coerce=int, empty_value=None)
    affiliate = forms.IntegerField(label=_("Webmaster's number"), required=False, min_value=1, max_value=2**63 - 1)

    EXACT = {
        "state": "state", "event": "event", "receiver": "receiver_id", "offer": "conversion__offer_id",
        "affiliate": "affiliate_id",
    }  # fmt: skip

    def __init__(self, data, *, receivers, offers, hidden=()):
        super().__init__(data)
        self.fields["receiver"].choices = [("", _("All")), *((each.pk, each.name) for each in receivers)]
        self.fields["offer"].choices = [("", _("All")), *((each.pk, each.name) for each in offers)]
        for name in hidden:
            del self.fields[name]

    def narrow(self, deliveries):
        """The deliveries that match."""
        asked = self.asked()
        found = deliveries.filter(**{field: asked[name] for name, field in self.EXACT.items() if name in asked})
        if "first" in asked:
            found = found.filter(created_at__gte=beginning_of(asked["first"]))
        if "last" in asked:
            found = found.filter(created_at__lt=beginning_of(asked["last"] + timedelta(days=1)))
        return found.filter(_words(asked["q"])) if "q" in asked else found


def _words(words: str) -> Q:
    """A lead's number or public id, a payout's or a delivery's id."""
    if words.isascii() and words.isdecimal():
        return Q(conversion_id=number) if (number := whole_number(words)) is not None else Q(pk=None)
    for prefix, field in (("conv", "conversion__uid"), ("msg", "uid"), ("payout", "payout_uid")):
        try:
            return Q(**{field: parse_public_id(prefix, words)})
        except ValueError:
            continue
    return Q(pk=None)
