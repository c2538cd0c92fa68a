"""Findings in sentences, for the people who review leads. Webmasters read the class of the reason alone."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracking.antifraud.catalogue import ListKind, RuleCode


def explain(rule: str, figures: dict) -> str:
    """What the rule has found, as one sentence with its figures; the rule's name where there is nothing to add."""
    words = _SENTENCES.get(rule)
    try:
        return words(figures) if words else RuleCode(rule).label
    except (KeyError, TypeError, ValueError):  # figures of a former version of the rule
        return str(RuleCode(rule).label) if rule in RuleCode.values else rule


def duration(seconds: int) -> str:
    """“12 seconds”, “5 minutes”, “3 hours”, “12 days”: the largest unit of which there are at least two."""
    if seconds < 120:
        return ngettext("%d second", "%d seconds", seconds) % seconds
    if seconds < 7200:
        return ngettext("%d minute", "%d minutes", seconds // 60) % (seconds // 60)
    if seconds < 172_800:
        return ngettext("%d hour", "%d hours", seconds // 3600) % (seconds // 3600)
    return ngettext("%d day", "%d days", seconds // 86_400) % (seconds // 86_400)


def _timing(sentence):
    def words(figures):
        text = sentence() % {"time": duration(figures["seconds"]), "limit": duration(figures["limit"])}
        return f"{text} {_('Usual for this goal: %s.') % duration(figures['usual'])}" if figures["usual"] else text

    return words


def _many(figures):
    text = _("%(leads)d leads from there within %(hours)d hours; up to %(limit)d are usual.")
    return text % figures


def _marks(sentence):
    return lambda figures: sentence() % ", ".join(figures["flags"])


def _own(figures):
    return _("The visitor's address is one at which the webmaster was signed in within %d days.") % figures["days"]


def _listed(figures):
    entries = [f"{ListKind(entry['kind']).label}: {entry['value']}" for entry in figures["entries"]]
    return _("On a block-list: %s.") % "; ".join(entries)


def _approval(figures):
    text = _(
        "%(approved)d of %(decided)d decided leads (%(own_percent)d%%) were approved within %(days)d days; of the"
        " others' leads %(others_percent)d%%."
    )
    return text % figures


def _growth(figures):
    text = _("%(leads)d leads within a day; %(before)d in the %(days)d days before.")
    return text % figures


_SENTENCES = {
    RuleCode.TOO_FAST: _timing(lambda: _("%(time)s after the click; less than %(limit)s is suspicious.")),
    RuleCode.TOO_SLOW: _timing(lambda: _("%(time)s after the click; more than %(limit)s is suspicious.")),
    RuleCode.ONE_ADDRESS: _many,
    RuleCode.ONE_DEVICE: _many,
    RuleCode.BAD_CLICK: _marks(lambda: _("The click is marked: %s.")),
    RuleCode.DATA_CENTRE: _marks(lambda: _("The click is marked: %s.")),
    RuleCode.REFUSED_CLICK: _marks(lambda: _("The click was turned away: %s.")),
    RuleCode.REPEAT_CLICK: _marks(lambda: _("The click is marked: %s.")),
    RuleCode.OWN_VISIT: _own,
    RuleCode.LISTED: _listed,
    RuleCode.LOW_APPROVAL: _approval,
    RuleCode.SPIKE: _growth,
}
