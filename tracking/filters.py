"""Filters of the lists: a form that is read from the address, and what it leaves of a queryset."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

STATES = [("", _("All")), ("on", _("On")), ("off", _("Off"))]


class LinkFilter(forms.Form):
    q = forms.CharField(label=_("Name, code or mark"), required=False, max_length=100)
    offer = forms.TypedChoiceField(label=_("Offer"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    def __init__(self, data, *, offers):
        super().__init__(data)
        self.fields["offer"].choices = [("", _("All")), *offers]

    def narrow(self, links):
        """The links that match; what makes no sense is passed over."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            words = Q(name__icontains=asked["q"]) | Q(code__icontains=asked["q"])
            for number in range(1, 6):
                words |= Q(**{f"sub{number}__icontains": asked["q"]})
            links = links.filter(words)
        if asked.get("offer"):
            links = links.filter(offer_id=asked["offer"])
        if asked.get("state"):
            links = links.filter(is_active=asked["state"] == "on")
        return links
