"""Why a click went where it went: each step of the decision, told to the webmaster whose it is or to the staff.

The click keeps its reason and marks; the steps are told from them. What the offer asks for is read from its settings of
today, and said to be so when they have changed since.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cpanet.core.elements.figures import when
from offers.models import Landing, Offer
from offers.presenters import cap_line, geo_text
from offers.selectors.caps import states_for, states_of
from tracking.lead_timeline import STAFF
from tracking.models import Click, InboundPostback, TrackingLink
from tracking.models.clicks import SUB_IDS

PASSED, STOPPED, MARKED, SKIPPED = "passed", "stopped", "marked", "skipped"
TONES = {PASSED: "ok", STOPPED: "down", MARKED: "warn", SKIPPED: "off"}
LABELS = {
    PASSED: gettext_lazy("passed"),
    STOPPED: gettext_lazy("turned away"),
    MARKED: gettext_lazy("marked"),
    SKIPPED: gettext_lazy("not asked"),
}

# What each mark of a click says, in the order in which the decision is made: (step, its name, {mark: sentence}).
STEPS = (
    (
        "offer",
        gettext_lazy("Offer"),
        {
            "paused": gettext_lazy("The offer was paused."),
            "closed": gettext_lazy("The offer was closed."),
        },
    ),
    (
        "access",
        gettext_lazy("Access"),
        {
            "no_access": gettext_lazy("The webmaster had no access to the offer."),
            "blocked": gettext_lazy("The webmaster was blocked."),
        },
    ),
    ("link", gettext_lazy("Link"), {"link_off": gettext_lazy("The link was off.")}),
    (
        "schedule",
        gettext_lazy("Schedule"),
        {
            "not_started": gettext_lazy("The offer had not begun yet."),
            "ended": gettext_lazy("The offer had ended."),
            "wrong_hour": gettext_lazy("It was outside the offer's hours."),
            "wrong_hours": gettext_lazy("It was outside the offer's hours."),
            "closed_hours": gettext_lazy("It was outside the offer's hours."),
        },
    ),
    (
        "traffic",
        gettext_lazy("Kind of traffic"),
        {
            "wrong_source": gettext_lazy("The offer does not take this source."),
            "wrong_traffic": gettext_lazy("The offer does not take this kind of traffic."),
        },
    ),
    ("caps", gettext_lazy("Caps"), {"over_cap": gettext_lazy("A cap of the offer was reached.")}),
    ("country", gettext_lazy("Country"), {"wrong_geo": gettext_lazy("The offer does not take this country.")}),
    (
        "device",
        gettext_lazy("Device"),
        {
            "wrong_device": gettext_lazy("The offer does not take this kind of device."),
            "wrong_system": gettext_lazy("The offer does not take this system."),
            "wrong_browser": gettext_lazy("The offer does not take this browser."),
            "wrong_language": gettext_lazy("The offer does not take this language."),
        },
    ),
    (
        "visitor",
        gettext_lazy("Visitor"),
        {
            "bot": gettext_lazy("A robot by its user agent: not counted as a person."),
            "head": gettext_lazy("A HEAD request: nobody looked at the page."),
            "prefetch": gettext_lazy("A prefetch: nobody looked at the page (yet)."),
            "data_centre": gettext_lazy("The address belongs to a data centre."),
        },
    ),
    (
        "uniqueness",
        gettext_lazy("Uniqueness"),
        {"duplicate": gettext_lazy("The visitor had clicked this link before: not a unique click.")},
    ),
    (
        "deep_link",
        gettext_lazy("Page of the shop"),
        {"bad_deep_link": gettext_lazy("The page asked for is not on the offer's domains: the landing was shown.")},
    ),
    ("landing", gettext_lazy("Landing"), {"no_landing": gettext_lazy("The offer had no landing to go to.")}),
)
_KNOWN = {mark for _slug, _name, marks in STEPS for mark in marks}
_OTHER = {
    "cropped": gettext_lazy("A mark was longer than 600 characters and was cut."),
}


@dataclass(frozen=True)
class Step:
    """One step of the decision. `result` is passed, stopped (it decided), marked (it did not decide) or skipped."""

    slug: str
    name: str
    result: str
    text: str

    @property
    def label(self) -> str:
        return str(LABELS[self.result])

    @property
    def tone(self) -> str:
        return TONES[self.result]


@dataclass
class Scene:
    """What a click refers to, as far as it is there still."""

    click: Click
    offer: Offer | None
    link: TrackingLink | None
    landing: Landing | None
    version_now: int
    reader: str

    @classmethod
    def of(cls, click: Click, version_now: int, reader: str) -> "Scene":
        return cls(
            click,
            Offer.objects.filter(pk=click.offer_id).first(),
            TrackingLink.objects.select_related("affiliate").filter(pk=click.link_id).first(),
            Landing.objects.filter(pk=click.landing_id).first() if click.landing_id else None,
            version_now,
            reader,
        )


def steps_of(scene: Scene) -> list[Step]:
    """Every step in the order of the decision, with the marks nobody knows at its end."""
    click = scene.click
    steps = [_step(scene, slug, str(name), marks) for slug, name, marks in STEPS]
    strange = [mark for mark in click.flags if mark not in _KNOWN]
    if strange:
        words = " ".join(str(_OTHER.get(mark, mark)) for mark in strange)
        result = STOPPED if click.reason in strange else MARKED
        steps.append(Step("other", _("Other marks"), result, words))
    return [*steps, _outcome(scene)]


def _step(scene, slug, name, marks):
    click = scene.click
    found = [mark for mark in marks if mark in click.flags or mark == click.reason]
    words = [str(marks[mark]) for mark in found]
    if slug == "landing" and click.reason and not found:
        return Step(slug, name, SKIPPED, _("The visitor had been turned away."))
    if not found:
        return Step(slug, name, PASSED, _PASSED.get(slug, _nothing)(scene))
    result = STOPPED if click.reason in found else MARKED
    return Step(slug, name, result, " ".join([*words, *filter(None, [_asked_for(scene, slug)])]))


def _nothing(scene):
    return ""


def _caps(scene):
    """How full the caps of the click's own periods have become. What the advertiser spends is the staff's to know."""
    offer, click = scene.offer, scene.click
    if offer is None:
        return ""
    if scene.reader == STAFF:
        states = [
            each for each in states_of(offer, click.clicked_at) if each.cap.affiliate_id in (None, click.affiliate_id)
        ]
    else:
        affiliate = scene.link.affiliate if scene.link else None
        states = states_for(affiliate, [offer.pk], click.clicked_at).get(offer.pk, []) if affiliate else []
    lines = [cap_line(state, offer.currency) for state in states]
    text = "; ".join(_("%(cap)s: %(used)s taken") % {"cap": line.title, "used": line.used} for line in lines)
    return text or _("The offer has none.")


def _unique(scene):
    if scene.click.is_unique:
        return _("The first click of this visitor within the network's window.")
    return _("Left for the click by which a person looks.")


def _page(scene):
    return scene.click.deep_link or _("None was asked for.")


_PASSED = {
    "offer": lambda scene: scene.offer.name if scene.offer else "",
    "caps": _caps,
    "link": lambda scene: scene.link.title if scene.link else "",
    "country": lambda scene: scene.click.country or _("Unknown, which is not held against the visitor."),
    "device": lambda scene: " · ".join(filter(None, [scene.click.device, scene.click.system, scene.click.browser])),
    "uniqueness": _unique,
    "deep_link": _page,
    "landing": lambda scene: scene.landing.name if scene.landing else "",
    "visitor": lambda scene: _("A person, as far as the user agent tells."),
}


def _asked_for(scene, slug):
    """What the offer takes, said beside a refusal."""
    offer, click = scene.offer, scene.click
    if offer is None:
        return ""
    if slug == "caps":
        return _caps(scene)
    if slug == "country":
        return _("Came from %(found)s; the offer takes: %(taken)s.") % {
            "found": click.country or "?", "taken": geo_text(offer.countries),
        }  # fmt: skip
    if slug == "device" and offer.devices:
        return _("Came with %(found)s; the offer takes: %(taken)s.") % {
            "found": click.device, "taken": ", ".join(offer.devices),
        }  # fmt: skip
    return ""


def _outcome(scene):
    click = scene.click
    if not click.reason:
        return Step("outcome", _("Outcome"), PASSED, _("The visitor was sent to the landing."))
    text = _("The visitor was sent to the fallback address (or the network's own page). Reason: %s.")
    return Step("outcome", _("Outcome"), STOPPED, text % click.reason)


def facts_of_click(scene: Scene) -> list[tuple]:
    """What was recorded, as (label, value); the visitor's address and user agent are the staff's alone."""
    click, link, reader = scene.click, scene.link, scene.reader
    facts = [(_("Click id"), click.id.hex), (_("Time"), when(click.clicked_at, exact=True))]
    facts += [(_("Offer"), scene.offer.name if scene.offer else click.offer_id)]
    facts += [(_("Link"), link.title if link else click.link_id)]
    if reader == STAFF:
        facts += [(_("Webmaster"), link.affiliate.name if link else click.affiliate_id), (_("Address"), click.address)]
    facts += [(_("Country"), click.country), (_("Device"), click.device), (_("System"), click.system)]
    facts += [(_("Browser"), click.browser), (_("Language"), click.language), (_("Came from"), click.referrer_host)]
    if reader == STAFF:
        facts += [(_("User agent"), click.user_agent)]
    facts += [(_("Source"), click.source), (_("Cost"), click.cost), (_("Own click id"), click.external_click_id)]
    facts += [(name, getattr(click, name)) for name in SUB_IDS]
    facts += [(_("Settings"), _version(scene))]
    return [(label, value) for label, value in facts if value not in ("", None)]


def _version(scene):
    version = scene.click.config_version
    if version == scene.version_now:
        return _("version %d, the one of today") % version
    return _("version %(then)d; today it is %(now)d, so offers may look different now") % {
        "then": version, "now": scene.version_now,
    }  # fmt: skip


def calls_in_words(calls: list[InboundPostback]) -> list[dict]:
    """Calls about a click that became no lead, without what the advertiser sent: verdict, time, our own sentence."""
    return [
        {"at": call.received_at, "verdict": call.verdict, "label": call.get_verdict_display(), "text": call.explanation}
        for call in calls
    ]
