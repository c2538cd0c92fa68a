"""REST calls that say why: of a click each step of its decision, of a conversion how it was counted and its story."""

from rest_framework import exceptions, serializers
from rest_framework.response import Response

from cpanet.accounts.rest.fields import MoneyField
from cpanet.accounts.rest.schema import documented, id_parameter
from cpanet.accounts.rest.views import AFFILIATE, STAFF, WEBMASTERS, ApiView, found
from tracking.api.conversions import conversions_of
from tracking.click_why import LABELS, Scene, calls_in_words, steps_of
from tracking.lead_flags import flags_shown_to
from tracking.lead_timeline import STAFF as STAFF_READER
from tracking.lead_timeline import WEBMASTER, price_in_words, timeline_of
from tracking.lead_why import attribution_of, caps_of
from tracking.selectors.why import calls_without_lead, click_of, leads_of_click

READERS = (*WEBMASTERS, *STAFF)


class StepSerializer(serializers.Serializer):
    step = serializers.CharField(source="slug", help_text="offer, access, link, schedule … outcome.")
    result = serializers.ChoiceField(
        choices=[(name, name) for name in LABELS], help_text="passed, marked, skipped, or stopped: this step decided."
    )
    text = serializers.CharField()


class ClickLeadSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    public_id = serializers.CharField()
    status = serializers.CharField()


class ClickCallSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    verdict = serializers.CharField()
    text = serializers.CharField()


class ClickWhySerializer(serializers.Serializer):
    """Why a click went where it went. `reason` is empty for a click that reached the landing."""

    id = serializers.UUIDField()
    clicked_at = serializers.DateTimeField()
    reason = serializers.CharField()
    flags = serializers.ListField(child=serializers.CharField())
    is_unique = serializers.BooleanField()
    config_version = serializers.IntegerField(help_text="The version of the network's settings that decided.")
    steps = StepSerializer(many=True)
    conversions = ClickLeadSerializer(many=True)
    calls = ClickCallSerializer(many=True, help_text="Calls about this click that became no conversion.")


class FactSerializer(serializers.Serializer):
    label = serializers.CharField()
    text = serializers.CharField()


class FlagSerializer(serializers.Serializer):
    reason_class = serializers.CharField(help_text="timing, repeats, click, terms, own, listed, quality or spike.")
    state = serializers.CharField(help_text="open, released (cleared) or declined.")
    note = serializers.CharField()
    text = serializers.CharField(help_text="Staff: what the rule has found. Empty for webmasters.")
    at = serializers.DateTimeField()


class EventSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    title = serializers.CharField()
    text = serializers.CharField()
    actor = serializers.CharField()


class ConversionWhySerializer(serializers.Serializer):
    """Why a conversion is whose it is and is worth what it is worth, and everything that happened to it."""

    id = serializers.IntegerField()
    public_id = serializers.CharField()
    status = serializers.CharField()
    currency = serializers.CharField()
    earning = MoneyField()
    hold_until = serializers.DateTimeField()
    is_held_for_review = serializers.BooleanField(source="is_blocked")
    attribution = FactSerializer(many=True)
    price = serializers.ListField(child=serializers.CharField())
    caps = FactSerializer(many=True)
    flags = FlagSerializer(many=True)
    history = EventSerializer(many=True)


_CLICK = {
    "id": "019a9c5d-8017-7089-bf26-68dcc0e8e8ed", "clicked_at": "2026-11-18T09:30:00Z", "reason": "wrong_geo",
    "flags": ["wrong_geo"], "is_unique": True, "config_version": 31,
    "steps": [
        {"step": "offer", "result": "passed", "text": "Riche"},
        {
            "step": "country", "result": "stopped",
            "text": "The offer does not take this country. Came from BR; the offer takes: DE, FR.",
        },
        {
            "step": "outcome", "result": "stopped",
            "text": "The visitor was sent to the fallback address (or the network's own page). Reason: wrong_geo.",
        },
    ],
    "conversions": [], "calls": [],
}  # fmt: skip
_LEAD = {
    "id": 17, "public_id": "conv_01k9w5v0q8e2z9s4t6c3m1x7yd", "status": "pending", "currency": "USD",
    "earning": "9.60", "hold_until": "2026-12-18T12:00:00Z", "is_held_for_review": False,
    "attribution": [{"label": "Counted by", "text": "Click id"}], "price": ["By the rate for everybody (rule 3)."],
    "caps": [],
    "flags": [
        {"reason_class": "timing", "state": "open", "note": "", "text": "", "at": "2026-11-18T10:02:14Z"}
    ],
    "history": [
        {"at": "2026-11-18T10:02:11Z", "title": "Lead came in", "text": "Sale · Riche", "actor": ""}
    ],
}  # fmt: skip


class ClickWhyView(ApiView):
    scope, audiences = "conversions", READERS

    @documented(
        "clicks_why", "Why a click went where it went", answer=ClickWhySerializer, example=_CLICK,
        path=id_parameter("019a9c5d80177089bf2668dcc0e8e8ed", "The click"),
    )  # fmt: skip
    def get(self, request, id):
        """By the click's id, with hyphens or without. A webmaster's own clicks only."""
        click = click_of(id)
        if click is None or (self.audience == AFFILIATE and click.affiliate_id != self.member.affiliate_id):
            raise exceptions.NotFound("There is no such click of yours.")
        calls = calls_without_lead(click)
        facts = {
            "id": click.id, "clicked_at": click.clicked_at, "reason": click.reason, "flags": click.flags,
            "is_unique": click.is_unique, "config_version": click.config_version,
            "steps": steps_of(Scene.of(click, request._request.network.config_version, self._reader)),
            "conversions": leads_of_click(click), "calls": calls_in_words(calls),
        }  # fmt: skip
        return Response(ClickWhySerializer(facts).data)

    @property
    def _reader(self):
        return WEBMASTER if self.audience == AFFILIATE else STAFF_READER


class ConversionWhyView(ApiView):
    scope, audiences = "conversions", READERS

    @documented(
        "conversions_why", "Why a conversion was counted", answer=ConversionWhySerializer, example=_LEAD,
        path=id_parameter("conv_…", "The conversion"),
    )  # fmt: skip
    def get(self, request, id):
        """Attribution, price, caps, flags and history. Webmasters read the classes of flags and their own money."""
        lead = found(conversions_of(self), id, "conv")
        reader = WEBMASTER if self.audience == AFFILIATE else STAFF_READER
        names = ("pk", "public_id", "status", "currency", "earning", "hold_until", "is_blocked")
        facts = {name.replace("pk", "id"): getattr(lead, name) for name in names}
        facts |= {
            "attribution": _facts(attribution_of(lead)), "price": price_in_words(lead, reader),
            "caps": _facts(caps_of(lead, reader)), "flags": flags_shown_to(lead, reader),
            "history": [{"actor": "", **event} for event in timeline_of(lead, reader)],
        }  # fmt: skip
        return Response(ConversionWhySerializer(facts).data)


def _facts(pairs):
    return [{"label": label, "text": text} for label, text in pairs]
