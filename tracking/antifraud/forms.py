"""Forms of the review queue, the rules and the block-lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tracking.antifraud.catalogue import RULES, FlagAction, FlagState, ListKind, RuleCode, Setting
from tracking.filters import Filter
from tracking.models.fraud import LONGEST_HOLD

STATES = [
    ("", _("To be reviewed")),
    ("marked", _("All that were ever marked")),
    (FlagState.RELEASED, FlagState.RELEASED.label),
    (FlagState.DECLINED, FlagState.DECLINED.label),
]


class QueueFilter(Filter):
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    rule = forms.ChoiceField(label=_("Rule"), required=False, choices=[("", _("All")), *RuleCode.choices])
    offer = forms.TypedChoiceField(label=_("Offer"), required=False, coerce=int, empty_value=None)
    affiliate = forms.IntegerField(label=_("Webmaster's number"), required=False, min_value=1, max_value=2**62)

    def __init__(self, data, *, offers):
        super().__init__(data)
        self.fields["offer"].choices = [("", _("All")), *offers]

    def narrow(self, leads):
        """The leads that match (`state` chooses the list and is looked at by the view)."""
        asked = self.asked()
        if "rule" in asked:
            leads = leads.filter(flags__rule=asked["rule"])
        if "offer" in asked:
            leads = leads.filter(offer_id=asked["offer"])
        return leads.filter(affiliate_id=asked["affiliate"]) if "affiliate" in asked else leads


class ClearForm(forms.Form):
    """Nothing is wrong with the chosen leads."""

    note = forms.CharField(
        label=_("Note for the webmaster"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class RuleForm(forms.Form):
    """How a rule runs; its thresholds become fields."""

    is_on = forms.BooleanField(label=_("The rule is on"), required=False)
    action = forms.ChoiceField(label=_("What follows"), choices=FlagAction.choices)
    hold_days = forms.IntegerField(label=_("Longer hold, days"), min_value=1, max_value=LONGEST_HOLD)

    def __init__(self, *args, code, **kwargs):
        super().__init__(*args, **kwargs)
        self.code = code
        for threshold in RULES[code].thresholds:
            self.fields[threshold.name] = forms.IntegerField(
                label=threshold.label, min_value=threshold.minimum, max_value=threshold.maximum
            )

    def setting(self) -> Setting:
        """What was typed, of a valid form."""
        data = self.cleaned_data
        limits = {threshold.name: data[threshold.name] for threshold in RULES[self.code].thresholds}
        return Setting(self.code, data["is_on"], data["action"], data["hold_days"], limits)

    @staticmethod
    def initial_of(setting: Setting) -> dict:
        return {
            "is_on": setting.is_on, "action": setting.action, "hold_days": setting.hold_days, **setting.limits,
        }  # fmt: skip


class EntryForm(forms.Form):
    """A line of a block-list."""

    kind = forms.ChoiceField(label=_("List"), choices=ListKind.choices)
    value = forms.CharField(
        label=_("What is blocked"),
        max_length=300,
        help_text=_("203.0.113.0/24, HeadlessChrome, a sub-id, a source, or a webmaster's number."),
    )
    note = forms.CharField(label=_("Why"), max_length=300, help_text=_("For your colleagues."))

    def __init__(self, *args, entry=None, **kwargs):
        if entry is not None:
            kwargs.setdefault("initial", {"value": entry.value, "note": entry.note})
        super().__init__(*args, **kwargs)
        if entry is not None:
            del self.fields["kind"]


class EntryFilter(Filter):
    q = forms.CharField(label=_("What is blocked, or why"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("List"), required=False, choices=[("", _("All")), *ListKind.choices])

    def narrow(self, entries):
        """The lines that match."""
        asked = self.asked()
        if "q" in asked:
            entries = entries.filter(value__icontains=asked["q"]) | entries.filter(note__icontains=asked["q"])
        return entries.filter(kind=asked["kind"]) if "kind" in asked else entries
