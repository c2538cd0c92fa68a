"""Forms of decisions. Amounts are typed in major units and given to services in units of the lead's currency."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.core.money import BadAmount, to_text, to_units
from tracking.choices import DisputeAbout, DisputeState, Status
from tracking.filters import Filter
from tracking.forms import DeclineForm
from tracking.models import Conversion
from tracking.services.disputes import LONGEST, SHORTEST


class AmountsForm(forms.Form):
    """Another amount of the order, by which the lead is priced anew; for the staff also revenue and earning as such."""

    order_amount = forms.CharField(label=_("Order amount"), required=False, max_length=30)
    revenue = forms.CharField(label=_("The advertiser pays"), required=False, max_length=30)
    earning = forms.CharField(label=_("The webmaster earns"), required=False, max_length=30)
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def __init__(self, *args, lead: Conversion, for_staff: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.currency = lead.currency
        self.fields["order_amount"].help_text = _("The lead is priced anew by its own rate.")
        if for_staff:
            self.fields["revenue"].help_text = _("In place of what the rate says.")
        else:
            del self.fields["revenue"], self.fields["earning"]
        for name in ("order_amount", "revenue", "earning"):
            if name in self.fields:
                units = getattr(lead, name)
                shown = _("now %s") % to_text(units, lead.currency) if units is not None else ""
                self.fields[name].widget.attrs |= {"inputmode": "decimal", "placeholder": shown}

    def clean(self):
        data = super().clean()
        given = {}
        for name in ("order_amount", "revenue", "earning"):
            if data.get(name):
                given[name] = self._units(name, data[name])
        if not given and not self.errors:
            raise forms.ValidationError(_("Write the new amount."))
        return {**given, "note": data.get("note", "")}

    def _units(self, name, text):
        try:
            units = to_units(text.replace(",", "."), self.currency)
        except BadAmount as error:
            self.add_error(name, str(error))
            return None
        if units < 0:
            self.add_error(name, _("An amount cannot be negative."))
        return units


class WholeDecisionForm(DeclineForm):
    """A decision about many: approve, or decline with a reason."""

    status = forms.ChoiceField(
        label=_("Decision"), choices=[(Status.APPROVED, _("Approve")), (Status.DECLINED, _("Decline"))]
    )
    field_order = ["status", "reason", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False

    def clean(self):
        data = super().clean()
        if data.get("status") == Status.APPROVED:
            return {"status": Status.APPROVED, "reason": "", "note": ""}
        if not data.get("reason"):
            self.add_error("reason", _("A decline needs a reason: the webmaster will read it."))
        return data


class BlockForm(forms.Form):
    """Why the money of a lead is held back."""

    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The webmaster reads it."))


class DisputeForm(forms.Form):
    """What is wrong with a decision."""

    text = forms.CharField(
        label=_("What is wrong?"), min_length=SHORTEST, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Say what you know of the order: who answers sees your words, and has a week."),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """Why a disputed decision stands."""

    answer = forms.CharField(
        label=_("Why the decision stands"), min_length=SHORTEST, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("The webmaster reads it."),
    )  # fmt: skip


class DisputeFilter(Filter):
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *DisputeState.choices])
    about = forms.ChoiceField(label=_("About"), required=False, choices=[("", _("All")), *DisputeAbout.choices])

    def narrow(self, disputes):
        """The disputes that match."""
        return disputes.filter(**self.asked())
