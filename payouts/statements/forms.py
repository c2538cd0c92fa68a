"""What a statement is asked for. Days begin at midnight of the reader's time zone (his own, else the network's)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cpanet.ledger.kinds import JOURNAL_NAMES, AccountKind
from payouts.selectors.profit import GROUPS

FIRST_YEAR, LAST_YEAR = 2000, 2199
_DAY = forms.DateInput(attrs={"type": "date"})
_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]


@dataclass(frozen=True)
class Span:
    """begin ≤ time < end; None is without bound."""

    begin: datetime | None
    end: datetime | None


def _sensible(value):
    if value and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise forms.ValidationError(_("Give a year from %d to %d.") % (FIRST_YEAR, LAST_YEAR))


class MomentField(forms.DateTimeField):
    """A moment to the minute or the second, in the reader's time zone."""

    def __init__(self, **options):
        super().__init__(required=False, widget=_MOMENT, input_formats=_MOMENTS, validators=[_sensible], **options)


class PeriodForm(forms.Form):
    """First and last day, both included."""

    since = forms.DateField(label=_("Since"), required=False, widget=_DAY, validators=[_sensible])
    until = forms.DateField(label=_("Until"), required=False, widget=_DAY, validators=[_sensible])

    def clean(self):
        given = super().clean()
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("The period ends before it begins."))
        return given

    @property
    def span(self) -> Span:
        """Of the period asked for; the whole past while the form is not valid."""
        if not self.is_valid():
            return Span(None, None)
        given = self.cleaned_data
        return Span(_midnight(given["since"]), _midnight(given["until"] and given["until"] + timedelta(days=1)))


def _midnight(day):
    return day and timezone.make_aware(datetime.combine(day, time.min))


class StatementForm(PeriodForm):
    """Entries of a period or up to a moment, of one account or one kind of event."""

    account = forms.ChoiceField(label=_("Account"), required=False)
    event = forms.ChoiceField(
        label=_("Event"), required=False, choices=[("", _("All")), *JOURNAL_NAMES.items()]
    )  # fmt: skip
    at = MomentField(label=_("Balance at"))
    field_order = ["account", "event", "since", "until", "at"]

    def __init__(self, *args, kinds, **options):
        super().__init__(*args, **options)
        self.kinds = tuple(kinds)
        self.fields["account"].choices = [("", _("All")), *((kind, AccountKind(kind).label) for kind in kinds)]

    @property
    def chosen_kinds(self) -> tuple[str, ...]:
        """The accounts chosen, all of them without a choice."""
        account = self.cleaned_data.get("account") if self.is_valid() else ""
        return (account,) if account else self.kinds

    @property
    def event_chosen(self) -> str:
        return self.cleaned_data["event"] if self.is_valid() else ""

    @property
    def span(self) -> Span:
        """`at` ends the period, and counts in what took effect at that very moment."""
        found, at = super().span, self.cleaned_data.get("at") if self.is_valid() else None
        return Span(found.begin, at + timedelta(microseconds=1)) if at else found


class AccountsForm(StatementForm):
    """Over any accounts of the network."""

    owner = forms.IntegerField(label=_("Owner's id"), required=False, min_value=0, max_value=2**62)
    field_order = ["account", "owner", "event", "since", "until", "at"]


class TrialForm(forms.Form):
    """The moment of a trial balance; the present without one."""

    at = MomentField(label=_("At"))


class ProfitForm(PeriodForm):
    by = forms.ChoiceField(
        label=_("By"),
        required=False,
        choices=[
            ("network", _("Network")),
            ("offer", _("Offer")),
            ("advertiser", _("Advertiser")),
            ("affiliate", _("Webmaster")),
        ],
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    field_order = ["by", "currency", "since", "until"]

    def __init__(self, *args, currencies, **options):
        super().__init__(*args, **options)
        self.fields["currency"].choices = [("", _("All")), *((code, code) for code in currencies)]

    @property
    def group(self) -> str:
        return (self.cleaned_data["by"] if self.is_valid() else "") or GROUPS[0]
