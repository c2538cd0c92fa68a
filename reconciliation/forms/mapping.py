"""The form that says which column means what, and which word means which status."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.core.money import BadAmount, is_currency, to_text, to_units
from cpanet.core.time_zones import zone_names
from reconciliation.mapping import APPROVED, DECLINED, PENDING, StatementMapping
from reconciliation.vocabulary import normal_word

COLUMNS = {
    "order_id": (_("Order id"), _("The advertiser's number of the order.")),
    "click_id": (_("Our click id"), _("Or the number of our lead.")),
    "status": (_("Status"), ""),
    "amount": (_("Amount of the order"), ""),
    "currency": (_("Currency"), ""),
    "occurred_at": (_("Date"), ""),
    "reason": (_("Reason of a decline"), ""),
    "goal": (_("Goal"), ""),
    "row_id": (_("Id of the row"), _("What stays the same when a row comes again; mostly the order id.")),
    "refunded": (_("Refunded amount"), _("Taken off the amount.")),
    "cancelled_at": (_("Cancelled at"), _("Anything in it makes the row a decline.")),
    "sub1": (_("Mark (sub1)"), ""),
}
MAIN = ("order_id", "click_id", "status", "amount", "currency", "occurred_at")
MORE = tuple(name for name in COLUMNS if name not in MAIN)
STATUSES = [(APPROVED, _("Approved")), (PENDING, _("Pending")), (DECLINED, _("Declined"))]
LEAVE = "leave"
WORDS = [("", _("Choose…")), *STATUSES, (LEAVE, _("Leave these rows out"))]
WORD = "word:"
_DAY = {"required": False, "widget": forms.DateInput(attrs={"type": "date"})}


class Answer(forms.ChoiceField):
    """A choice of which "none" is an answer among the others, and not one left out."""

    def validate(self, value):
        if value:
            super().validate(value)


class MappingForm(forms.Form):
    """Made for one statement: `heading` are the columns of its file, `mapping` how it is read now."""

    use_required_attribute = False

    default_status = Answer(label=_("Rows without a status mean"), choices=[("", _("Nothing is decided")), *STATUSES])
    decimal_separator = forms.ChoiceField(
        label=_("Cents stand behind"), choices=[(".", _("a point: 1,234.50")), (",", _("a comma: 1.234,50"))]
    )
    day_first = forms.TypedChoiceField(
        label=_("03/04/2026 is"),
        coerce=lambda text: text == "yes",
        choices=[("yes", _("3 April")), ("no", _("4 March"))],
    )
    timezone = forms.ChoiceField(label=_("Time zone of the dates"), widget=forms.Select(attrs={"data-enhance": True}))
    default_currency = forms.CharField(
        label=_("Currency where none is written"), max_length=3, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    merge_follow_ups = forms.BooleanField(
        label=_("An order may go on in the rows below it"), required=False,
        help_text=_("Such rows repeat the order id and have neither status nor amount."),
    )  # fmt: skip
    strip_leading_zeros = forms.BooleanField(label=_("000123 and 123 are the same order"), required=False)
    first = forms.DateField(label=_("Period from"), help_text=_("Empty: told from the dates in the file."), **_DAY)
    last = forms.DateField(label=_("Period until"), help_text=_("The day itself counts."), **_DAY)
    tolerance = forms.CharField(
        label=_("Amounts may differ by"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("Both must hold: this amount and the percent beside it."),
    )  # fmt: skip
    percent = forms.IntegerField(label=_("and by, percent"), required=False, min_value=0, max_value=100)

    def __init__(self, data=None, *, heading: list[str], mapping: StatementMapping, statement):
        self.heading, self.mapping = heading, mapping
        super().__init__(data, initial=_initial(mapping, statement))
        self.fields["timezone"].choices = [(zone, zone) for zone in zone_names()]
        columns = [("", _("— not in the file —")), *((name, name) for name in heading)]
        for name, (label, hint) in COLUMNS.items():
            chosen = mapping.columns.get(name, "")
            self.fields[name] = Answer(
                label=label, help_text=hint, choices=columns, initial=chosen if chosen in heading else ""
            )
        posted = [key.removeprefix(WORD) for key in data or () if key.startswith(WORD)]
        for word in [*mapping.status_words, *posted]:
            self._ask_about(word)

    def main_columns(self) -> list:
        return [self[name] for name in MAIN]

    def more_columns(self) -> list:
        return [self[name] for name in MORE]

    def words(self) -> list:
        """The fields that say what a status word means."""
        return [self[name] for name in self.fields if name.startswith(WORD)]

    def ask_about(self, words, *, refuse: bool) -> None:
        """Add a question for every status word that nobody has explained; `refuse`: the form cannot do without."""
        for word in words:
            name = self._ask_about(word)
            left_out = self.is_bound and self.data.get(name) == LEAVE
            if refuse and not left_out:
                self.add_error(name, _("Say what “%s” means.") % word[:40])

    def clean_default_currency(self):
        code = self.cleaned_data["default_currency"].strip().upper()
        if not is_currency(code):
            raise forms.ValidationError(_("“%s” is not a currency code: use one such as USD, EUR or RUB.") % code)
        return code

    def clean(self):
        given = super().clean()
        self._check_columns(given)
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("The period ends before it begins."))
        self._clean_tolerance(given)
        return given

    def new_mapping(self) -> StatementMapping:
        """The mapping that a valid form describes."""
        given = self.cleaned_data
        kept = {
            name: column
            for name, column in self.mapping.columns.items()
            if name not in COLUMNS and column in self.heading
        }
        columns = kept | {name: given[name] for name in COLUMNS if given.get(name)}
        meanings = [status for status, _label in STATUSES]
        words = {
            key.removeprefix(WORD): value for key, value in given.items() if key.startswith(WORD) and value in meanings
        }
        plain = ("default_status", "decimal_separator", "day_first", "timezone", "default_currency")
        flags = ("merge_follow_ups", "strip_leading_zeros")
        return replace(
            self.mapping, columns=columns, status_words=words, **{name: given[name] for name in (*plain, *flags)}
        )

    def period(self) -> tuple[datetime | None, datetime | None]:
        """The half-open period of a valid form, in the zone of its dates."""
        zone, given = ZoneInfo(self.cleaned_data["timezone"]), self.cleaned_data
        first, last = given.get("first"), given.get("last")
        return (
            datetime.combine(first, time.min, zone) if first else None,
            datetime.combine(last + timedelta(days=1), time.min, zone) if last else None,
        )

    def tolerances(self) -> tuple[int, int]:
        """(units, percent) of a valid form."""
        return self.cleaned_data["tolerance"] or 0, self.cleaned_data.get("percent") or 0

    def _ask_about(self, word: str) -> str:
        normal = normal_word(word)[:60]
        name = WORD + normal
        if name not in self.fields:
            meaning = self.mapping.status_words.get(normal, "")
            self.fields[name] = Answer(label=f"“{word}”", choices=WORDS, initial=meaning)
        return name

    def _check_columns(self, given: dict) -> None:
        """One column has one meaning; only the id of the row may be another column as well."""
        seen: dict[str, str] = {}
        for name in COLUMNS:
            column = given.get(name)
            if column and name != "row_id":
                if column in seen:
                    self.add_error(
                        name,
                        _("“%(column)s” is %(other)s already.") % {"column": column, "other": COLUMNS[seen[column]][0]},
                    )
                seen.setdefault(column, name)

    def _clean_tolerance(self, given: dict) -> None:
        text, currency = (given.get("tolerance") or "").strip().replace(",", "."), given.get("default_currency")
        given["tolerance"] = 0
        if text and currency:
            try:
                given["tolerance"] = max(0, to_units(text, currency))
            except BadAmount as error:
                self.add_error("tolerance", str(error))


def _initial(mapping: StatementMapping, statement) -> dict:
    zone = ZoneInfo(mapping.timezone)
    begin, end, source = statement.period_from, statement.period_until, statement.source
    absolute = source.tolerance_absolute
    return {
        "default_status": mapping.default_status,
        "decimal_separator": mapping.decimal_separator,
        "day_first": "yes" if mapping.day_first else "no",
        "timezone": mapping.timezone,
        "default_currency": mapping.default_currency,
        "merge_follow_ups": mapping.merge_follow_ups,
        "strip_leading_zeros": mapping.strip_leading_zeros,
        "first": begin.astimezone(zone).date() if begin else None,
        "last": (end.astimezone(zone) - timedelta(seconds=1)).date() if end else None,
        "tolerance": to_text(absolute, mapping.default_currency) if absolute and mapping.default_currency else "",
        "percent": source.tolerance_relative or None,
    }
