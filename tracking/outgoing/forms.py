"""Forms of receivers. They check what is typed; the service decides what may be saved."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from tracking.filters import beginning_of
from tracking.outgoing.macros import STAGES
from tracking.outgoing.presets import PRESETS
from tracking.outgoing.words import SHORT_EVENTS, Event, Method

_STAGE_LABELS = {
    "pending": _("Came in, pending"), "approved": _("Approved"), "declined": _("Declined"), "paid": _("Paid"),
}  # fmt: skip


class PresetForm(forms.Form):
    """Which tracker a new postback is for."""

    preset = forms.ChoiceField(
        label=_("Tracker"), required=False, widget=forms.Select(attrs={"data-autosubmit": True}),
        choices=[(slug, preset.name) for slug, preset in PRESETS.items()],
    )  # fmt: skip


class ReceiverForm(forms.Form):
    """What both kinds of receivers have. `values()` is what the service takes."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("For yourself, to find it again."))
    address = forms.CharField(
        label=_("Address"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false", "autocapitalize": "off"}),
    )  # fmt: skip
    events = forms.MultipleChoiceField(
        label=_("Events to tell it of"), choices=Event.choices, widget=forms.CheckboxSelectMultiple
    )
    offer = forms.TypedChoiceField(label=_("Offer"), required=False, coerce=int, empty_value=None)
    goal = forms.TypedChoiceField(label=_("Goal"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args, offers, goals, **kwargs):
        super().__init__(*args, **kwargs)
        self._offers, self._goals = ({each.pk: each for each in rows} for rows in (offers, goals))
        self.fields["offer"].choices = [("", _("All offers")), *((each.pk, each.name) for each in offers)]
        named = ((each.pk, f"{each.offer.name}: {each.name}") for each in goals)
        self.fields["goal"].choices = [("", _("All goals")), *named]

    def values(self) -> dict:
        """After `is_valid()`."""
        data = self.cleaned_data
        chosen = {"offer": self._offers.get(data["offer"]), "goal": self._goals.get(data["goal"])}
        return {"name": data["name"], "address": data["address"], "events": data["events"], **chosen}


class WebhookForm(ReceiverForm):
    """A signed webhook."""


class PostbackForm(ReceiverForm):
    """A postback with macros and its own words for the status."""

    method = forms.ChoiceField(label=_("Method"), choices=Method.choices, initial=Method.GET)
    pending = forms.CharField(max_length=60, required=False)
    approved = forms.CharField(max_length=60, required=False)
    declined = forms.CharField(max_length=60, required=False)
    paid = forms.CharField(max_length=60, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for stage, label in _STAGE_LABELS.items():
            self.fields[stage].label = label
            self.fields[stage].widget.attrs["placeholder"] = "approved" if stage == "paid" else stage

    def values(self) -> dict:
        words = {stage: self.cleaned_data[stage] for stage in STAGES}
        return super().values() | {"method": self.cleaned_data["method"], "words": words}


def initial_of(receiver) -> dict:
    """A receiver as a form shows it."""
    names = ("name", "address", "events", "method")
    chosen = {"offer": receiver.offer_id, "goal": receiver.goal_id}
    return {name: getattr(receiver, name) for name in names} | chosen | receiver.words


def initial_of_preset(preset) -> dict:
    """What choosing a tracker fills in."""
    return {"name": preset.name, "address": preset.address, "events": preset.events, "method": "GET", **preset.words}


class EventForm(forms.Form):
    """Which event a test tells of."""

    event = forms.ChoiceField(label=_("Event"), choices=list(SHORT_EVENTS.items()), initial=Event.APPROVED)


class PeriodForm(forms.Form):
    """The leads of these days, both included, in the person's time zone."""

    first = forms.DateField(label=_("Leads from"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("until"), widget=forms.DateInput(attrs={"type": "date"}))

    def span(self) -> dict[str, datetime]:
        """After `is_valid()`: the half-open span of time."""
        end = self.cleaned_data["last"] + timedelta(days=1)
        return {"first": beginning_of(self.cleaned_data["first"]), "last": beginning_of(end)}
