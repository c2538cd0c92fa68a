"""Filters of the lists; what makes no sense in the address is passed over."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reconciliation.models import Statement, StatementRow

EFFECTS = {
    "accepted": Q(is_accepted=True, action__in=("approve", "decline")),
    "left_out": Q(is_accepted=False, action__in=("approve", "decline")),
    "settled": Q(action="confirm"),
    "nothing": Q(action=""),
    "not_applied": Q(applied_at__isnull=False, before={}, action__in=("approve", "decline")),
}


class Filter(forms.Form):
    def asked(self) -> dict:
        """The values that are given and make sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class StatementFilter(Filter):
    q = forms.CharField(label=_("File name"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *Statement.State.choices])
    advertiser = forms.IntegerField(label=_("Advertiser's number"), required=False)

    def __init__(self, data, *, hidden=()):
        super().__init__(data)
        for name in hidden:
            del self.fields[name]

    def narrow(self, statements):
        """The statements that match."""
        asked = self.asked()
        if "q" in asked:
            statements = statements.filter(file_name__icontains=asked["q"])
        if "state" in asked:
            statements = statements.filter(state=asked["state"])
        if "advertiser" in asked:
            statements = statements.filter(advertiser=asked["advertiser"])
        return statements


class RowFilter(Filter):
    q = forms.CharField(label=_("Order id"), required=False, max_length=100)
    found = forms.ChoiceField(label=_("Class"), required=False, choices=[("", _("All")), *StatementRow.Class.choices])
    effect = forms.ChoiceField(
        label=_("What happens"), required=False,
        choices=[
            ("", _("All")), ("accepted", _("Decided")), ("left_out", _("Left out")),
            ("settled", _("Stays as it is")), ("nothing", _("Nothing")), ("not_applied", _("Not applied")),
        ],
    )  # fmt: skip

    def narrow(self, rows):
        """The rows that match."""
        asked = self.asked()
        if "q" in asked:
            rows = rows.filter(Q(order_id__istartswith=asked["q"]) | Q(conversion__order_id__istartswith=asked["q"]))
        if "found" in asked:
            rows = rows.filter(match_class=asked["found"])
        if "effect" in asked:
            rows = rows.filter(EFFECTS[asked["effect"]])
        return rows
