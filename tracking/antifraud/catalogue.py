"""The rules there are: what each looks for, its thresholds, and what follows by default."""

from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _


class FlagAction(models.TextChoices):
    """What a finding does to a lead beside being shown."""

    FLAG = "flag", _("Only mark the lead")
    HOLD = "hold", _("Hold the money longer, and put the lead up for review")
    REVIEW = "review", _("Hold the money until somebody has reviewed the lead")


class FlagClass(models.TextChoices):
    """The class of a reason: all that the webmaster is told of it."""

    TIMING = "timing", _("Unusual time between click and lead")
    REPEATS = "repeats", _("Many leads from one place")
    CLICK = "click", _("The click does not look like a person's")
    TERMS = "terms", _("The click was outside the offer's terms")
    OWN = "own", _("Your own visit")
    LISTED = "listed", _("Excluded traffic")
    QUALITY = "quality", _("Few of your leads are approved")
    SPIKE = "spike", _("Sudden growth")


class FlagState(models.TextChoices):
    OPEN = "open", _("To be reviewed")
    RELEASED = "released", _("Cleared")
    DECLINED = "declined", _("Lead declined")


class RuleCode(models.TextChoices):
    TOO_FAST = "too_fast", _("Too soon after the click")
    TOO_SLOW = "too_slow", _("Too long after the click")
    ONE_ADDRESS = "one_address", _("Many leads from one address")
    ONE_DEVICE = "one_device", _("Many leads from one device")
    BAD_CLICK = "bad_click", _("Nobody looked at the page")
    DATA_CENTRE = "data_centre", _("From a data centre")
    REFUSED_CLICK = "refused_click", _("The click had been turned away")
    REPEAT_CLICK = "repeat_click", _("Not the visitor's first click")
    OWN_VISIT = "own_visit", _("The webmaster's own visit")
    LISTED = "listed", _("On a block-list")
    LOW_APPROVAL = "low_approval", _("Few leads are approved")
    SPIKE = "spike", _("Sudden growth")


class ListKind(models.TextChoices):
    """What an entry of a block-list is compared with."""

    ADDRESS = "address", _("Address or network (CIDR)")
    AGENT = "agent", _("Text in the user agent")
    SUB_ID = "sub_id", _("Sub-id")
    SOURCE = "source", _("Source")
    WEBMASTER = "webmaster", _("Webmaster (his number)")


@dataclass(frozen=True)
class Threshold:
    """A number the network sets; `name` stands in the rule's sentence."""

    name: str
    label: str
    default: int
    maximum: int
    minimum: int = 1


@dataclass(frozen=True)
class Rule:
    """`sentence` says in plain words what the rule catches, with the thresholds in their places. `is_aggregate`: it
    looks at all of a webmaster's leads together, from time to time, not at each lead when it comes."""

    code: str
    kind: str
    sentence: str
    thresholds: tuple[Threshold, ...] = ()
    action: str = FlagAction.HOLD
    is_on: bool = True
    is_aggregate: bool = False
    hold_days: int = 14

    @property
    def defaults(self) -> dict[str, int]:
        return {threshold.name: threshold.default for threshold in self.thresholds}


@dataclass(frozen=True)
class Setting:
    """How a network (or an offer of it) runs a rule."""

    code: str
    is_on: bool
    action: str
    hold_days: int
    limits: dict[str, int] = field(default_factory=dict)


_LEADS, _HOURS, _DAYS = _("Leads"), _("Hours"), _("Days")

RULES = {
    rule.code: rule
    for rule in (
        Rule(
            RuleCode.TOO_FAST,
            FlagClass.TIMING,
            _(
                "A lead comes sooner than %(seconds)s seconds after its click, or sooner than %(percent)s%% of the time"
                " this goal usually takes."
            ),
            (
                Threshold("seconds", _("Seconds"), 5, 86_400),
                Threshold("percent", _("Percent of the usual time"), 2, 90, 0),
            ),
        ),
        Rule(
            RuleCode.TOO_SLOW,
            FlagClass.TIMING,
            _(
                "A lead comes later than %(hours)s hours after its click, and later than %(times)s times what this goal"
                " usually takes."
            ),
            (Threshold("hours", _HOURS, 24, 24 * 365), Threshold("times", _("Times the usual time"), 20, 1000)),
        ),
        Rule(
            RuleCode.ONE_ADDRESS,
            FlagClass.REPEATS,
            _("More than %(leads)s leads come from the same address within %(hours)s hours."),
            (Threshold("leads", _LEADS, 3, 10_000), Threshold("hours", _HOURS, 24, 24 * 30)),
        ),
        Rule(
            RuleCode.ONE_DEVICE,
            FlagClass.REPEATS,
            _(
                "More than %(leads)s leads come within %(hours)s hours from the same browser and neighbouring addresses"
                " (the same /24, or /48 of IPv6)."
            ),
            (Threshold("leads", _LEADS, 5, 10_000), Threshold("hours", _HOURS, 24, 24 * 30)),
        ),
        Rule(
            RuleCode.BAD_CLICK,
            FlagClass.CLICK,
            _("The click was a robot's, a prefetch or a HEAD request: nobody looked at the page."),
        ),
        Rule(RuleCode.DATA_CENTRE, FlagClass.CLICK, _("The click came from an address of a data centre.")),
        Rule(
            RuleCode.REFUSED_CLICK,
            FlagClass.TERMS,
            _("The click was turned away (wrong country or device, over a cap, offer paused…), and yet a lead came."),
        ),
        Rule(
            RuleCode.REPEAT_CLICK,
            FlagClass.CLICK,
            _("The click was not the visitor's first through this link. Customers do come back: nothing is held."),
            action=FlagAction.FLAG,
        ),
        Rule(
            RuleCode.OWN_VISIT,
            FlagClass.OWN,
            _("The click came from an address at which the webmaster himself was signed in within %(days)s days."),
            (Threshold("days", _DAYS, 90, 365),),
        ),
        Rule(RuleCode.LISTED, FlagClass.LISTED, _("The click or the webmaster is on one of the block-lists.")),
        Rule(
            RuleCode.LOW_APPROVAL,
            FlagClass.QUALITY,
            _(
                "Of a webmaster's leads decided at an offer within %(days)s days (at least %(leads)s) less than"
                " %(percent)s%% of the share is approved that others reach there."
            ),
            (
                Threshold("leads", _LEADS, 20, 10_000),
                Threshold("percent", _("Percent of the others' share"), 50, 100),
                Threshold("days", _DAYS, 30, 180),
            ),
            is_aggregate=True,
        ),
        Rule(
            RuleCode.SPIKE,
            FlagClass.SPIKE,
            _(
                "A webmaster brings at least %(leads)s leads within a day, and more than %(times)s times what he"
                " brought on a day of the %(days)s days before."
            ),
            (
                Threshold("leads", _LEADS, 20, 100_000),
                Threshold("times", _("Times the usual day"), 5, 1000),
                Threshold("days", _DAYS, 14, 90),
            ),
            is_aggregate=True,
        ),
    )
}


def default_setting(code: str) -> Setting:
    """How the rule runs where nobody has changed anything."""
    rule = RULES[code]
    return Setting(code, rule.is_on, str(rule.action), rule.hold_days, rule.defaults)


def in_words(code: str, limits: dict[str, int]) -> str:
    """The rule in a sentence, with these thresholds."""
    return str(RULES[code].sentence) % {**RULES[code].defaults, **limits}
