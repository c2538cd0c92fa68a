"""REST calls about receivers: webmasters set up their own, the staff reads."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from cpanet.accounts.rest.fields import ByAudience, StrictSerializer
from cpanet.accounts.rest.paging import envelope, newest_first
from cpanet.accounts.rest.parameters import AFTER, LIMIT, Parameter
from cpanet.accounts.rest.schema import documented, page_example, page_of
from cpanet.accounts.rest.views import AFFILIATE, MANAGER, STAFF, WEBMASTERS, ApiView, found
from cpanet.core.errors import DomainError, NotAllowed
from cpanet.core.numbers import whole_number
from offers.api import NamedSerializer
from tracking.api.conversions import ConversionGoalSerializer
from tracking.outgoing import selectors
from tracking.outgoing.api.deliveries import DELIVERY_EXAMPLE, DeliverySerializer
from tracking.outgoing.macros import STAGES
from tracking.outgoing.services.receivers import (
    create_receiver,
    drop_old_secret,
    renew_secret,
    switch_off,
    switch_on,
    update_receiver,
)
from tracking.outgoing.services.resending import send_test
from tracking.outgoing.words import Event, Method, ReceiverKind, ReceiverState

MAX_ID = 2**63 - 1


class WordsSerializer(StrictSerializer):
    """What {status} says at each stage of a lead; without a word it says the name of the stage."""

    pending = serializers.CharField(required=False, allow_blank=True, max_length=60)
    approved = serializers.CharField(required=False, allow_blank=True, max_length=60)
    declined = serializers.CharField(required=False, allow_blank=True, max_length=60)
    paid = serializers.CharField(required=False, allow_blank=True, max_length=60)


class ReceiverSerializer(ByAudience, serializers.Serializer):
    """A system that is told of leads. `state`: active, disabled (by its owner) or paused (it has failed for long).

    `secret` stands only in the answers that make or renew it: keep it.
    """

    audience_fields = {"affiliate": {MANAGER}, "secret": {AFFILIATE}}
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ReceiverKind.choices)
    name = serializers.CharField()
    address = serializers.CharField(help_text="A postback's with macros in braces.")
    method = serializers.ChoiceField(choices=Method.choices)
    affiliate = serializers.CharField(source="affiliate.public_id", required=False)
    offer = NamedSerializer(allow_null=True)
    goal = ConversionGoalSerializer(allow_null=True)
    events = serializers.ListField(child=serializers.ChoiceField(choices=Event.choices))
    words = WordsSerializer()
    state = serializers.ChoiceField(choices=ReceiverState.choices)
    pause_reason = serializers.CharField()
    failures = serializers.IntegerField(help_text="Failed attempts in a row.")
    failing_since = serializers.DateTimeField(allow_null=True)
    secret = serializers.SerializerMethodField(help_text="Of a webhook, when it is made or renewed; else null.")
    created_at = serializers.DateTimeField()

    def get_secret(self, receiver) -> str | None:
        return None


class ReceiverChangeSerializer(StrictSerializer):
    """What of a receiver can be changed; what is left out stays. `is_active` resumes a paused one, too."""

    name = serializers.CharField(max_length=100, required=False)
    address = serializers.CharField(max_length=2000, required=False)
    method = serializers.ChoiceField(choices=Method.choices, required=False, help_text="Postbacks only.")
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=Event.choices), required=False, min_length=1, max_length=6
    )
    words = WordsSerializer(required=False)
    offer_id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=MAX_ID)
    goal_id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=MAX_ID)
    is_active = serializers.BooleanField(required=False)


class ReceiverNewSerializer(ReceiverChangeSerializer):
    """A new receiver: name, address and events must be said."""

    kind = serializers.ChoiceField(choices=ReceiverKind.choices, default=ReceiverKind.POSTBACK)
    name = serializers.CharField(max_length=100)
    address = serializers.CharField(max_length=2000)
    events = serializers.ListField(child=serializers.ChoiceField(choices=Event.choices), min_length=1, max_length=6)


class TestSerializer(StrictSerializer):
    """Of which event an example lead is told."""

    event = serializers.ChoiceField(choices=Event.choices, default=Event.APPROVED)


class SecretSerializer(StrictSerializer):
    """A new secret beside the old one, or the end of the old one."""

    drop_old = serializers.BooleanField(default=False)


_ID = OpenApiParameter("id", OpenApiTypes.STR, OpenApiParameter.PATH, description="The receiver's number.")
_ADDRESS = "https://tracker.example/postback?cid={external_click_id}&status={status}&payout={payout}"
RECEIVER_EXAMPLE = {
    "id": 3, "kind": "postback", "name": "Keitaro", "address": _ADDRESS, "method": "GET", "offer": None, "goal": None,
    "events": ["created", "approved", "declined"],
    "words": {"pending": "lead", "approved": "sale", "declined": "rejected"}, "state": "active", "pause_reason": "",
    "failures": 0, "failing_since": None, "secret": None, "created_at": "2026-11-20T12:00:00Z",
}  # fmt: skip
_NEW_EXAMPLE = {
    "name": "Keitaro", "address": _ADDRESS, "events": ["created", "approved", "declined"],
    "words": {"pending": "lead", "approved": "sale", "declined": "rejected"},
}  # fmt: skip


def receivers_for(view):
    """Those this caller may see."""
    return selectors.receivers_of(view.member.affiliate) if view.audience == AFFILIATE else selectors.all_receivers()


class _Receivers(ApiView):
    scope, audiences = "postbacks", (*WEBMASTERS, *STAFF)

    def answer(self, receiver, status=200):
        """The receiver as it is now."""
        fresh = selectors.all_receivers().get(pk=receiver.pk)
        return Response(ReceiverSerializer(fresh, context=self.context()).data, status=status)

    def revealed(self, response, status):
        """With the secret, which is added here so that it is not kept with the answer for an Idempotency-Key."""
        if response.status_code == status and "Dry-Run" not in response:
            receiver = receivers_for(self).filter(pk=response.data["id"]).first()
            if receiver and receiver.is_webhook:
                response.data = {**response.data, "secret": receiver.secret}
        return response

    def check_is_owner(self):
        """Raises NotAllowed for the staff."""
        if self.audience != AFFILIATE:
            raise NotAllowed(_("Receivers are set up by their webmasters."))

    def receiver(self, id):
        """Raises NotFound."""
        return found(receivers_for(self), str(whole_number(id) or 0), "receiver")

    def values(self, given: dict) -> dict:
        """What the service takes; offers and goals are those the webmaster may tell of. Raises DomainError."""
        values = dict(given)
        if "words" in values:
            values["words"] = {stage: values["words"].get(stage, "") for stage in STAGES}
        offers = selectors.offers_to_tell_of(self.member.affiliate) if {"offer_id", "goal_id"} & set(values) else []
        if "offer_id" in values:
            values["offer"] = _one_of(offers, values.pop("offer_id"), "offer_id")
        if "goal_id" in values:
            values["goal"] = _one_of(selectors.goals_to_tell_of(offers), values.pop("goal_id"), "goal_id")
        return values


class ReceiversView(_Receivers):
    parameters = (AFTER, LIMIT, Parameter("kind", "choices", "Of these kinds.", tuple(ReceiverKind.values)))

    @documented(
        "postbacks_list", "List postbacks and webhooks", parameters=parameters, answer=page_of(ReceiverSerializer),
        example=page_example(RECEIVER_EXAMPLE),
    )  # fmt: skip
    def get(self, request):
        """The newest first."""
        rows = receivers_for(self)
        rows = rows.filter(kind__in=self.given["kind"]) if self.given["kind"] else rows
        return Response(envelope(newest_first(rows, self.given["after"], self.given["limit"], self._show)))

    def _show(self, rows):
        return ReceiverSerializer(rows, many=True, context=self.context()).data

    @documented(
        "postbacks_create", "Set up a postback or webhook", body=ReceiverNewSerializer, body_example=_NEW_EXAMPLE,
        answer=ReceiverSerializer, example=RECEIVER_EXAMPLE, status=201,
    )  # fmt: skip
    def post(self, request):
        """The answer holds the secret of a webhook; no other ever does. Unknown macros and private addresses are
        refused."""
        self.check_is_owner()
        given = dict(self.body(ReceiverNewSerializer))
        return self.revealed(self.write(lambda: self._create(given)), 201)

    def _create(self, given):
        now, is_active, kind = timezone.now(), given.pop("is_active", True), given.pop("kind")
        receiver = create_receiver(
            affiliate=self.member.affiliate, kind=kind, actor=self.request.user, now=now, **self.values(given)
        )
        if not is_active:
            switch_off(receiver=receiver, actor=self.request.user, now=now)
        return self.answer(receiver, 201)


class ReceiverView(_Receivers):
    @documented(
        "postbacks_get", "Get a postback or webhook", answer=ReceiverSerializer, example=RECEIVER_EXAMPLE,
        path=_ID,
    )  # fmt: skip
    def get(self, request, id):
        """By its number."""
        return self.answer(self.receiver(id))

    @documented(
        "postbacks_change", "Change a postback or webhook", body=ReceiverChangeSerializer,
        body_example={"is_active": True}, answer=ReceiverSerializer, example=RECEIVER_EXAMPLE,
        path=_ID,
    )  # fmt: skip
    def patch(self, request, id):
        """What waits goes to the new address. Switching off cancels what waits."""
        self.check_is_owner()
        receiver = self.receiver(id)
        given = dict(self.body(ReceiverChangeSerializer))
        return self.write(lambda: self._change(receiver, given))

    def _change(self, receiver, given):
        who = {"receiver": receiver, "actor": self.request.user, "now": timezone.now()}
        is_active = given.pop("is_active", None)
        if given:
            update_receiver(**who, **self.values(given))
        if is_active is not None:
            switch_on(**who) if is_active else switch_off(**who)
        return self.answer(receiver)


class ReceiverTestView(_Receivers):
    @documented(
        "postbacks_test", "Send a test", body=TestSerializer, body_example={"event": "approved"},
        answer=DeliverySerializer, example=DELIVERY_EXAMPLE, status=201,
        path=_ID,
    )  # fmt: skip
    def post(self, request, id):
        """A real call with an example lead, once. Read the delivery again to see the answer."""
        self.check_is_owner()
        receiver, event = self.receiver(id), self.body(TestSerializer)["event"]
        return self.write(lambda: self._send(receiver, event))

    def _send(self, receiver, event):
        delivery = send_test(receiver=receiver, event=event, actor=self.request.user, now=timezone.now())
        return Response(DeliverySerializer(delivery, context=self.context()).data, status=201)


class ReceiverSecretView(_Receivers):
    @documented(
        "postbacks_secret", "Renew the secret of a webhook", body=SecretSerializer, body_example={},
        answer=ReceiverSerializer, example=RECEIVER_EXAMPLE | {"kind": "webhook", "secret": "whsec_…"}, path=_ID,
    )  # fmt: skip
    def post(self, request, id):
        """The old secret signs beside the new one for a day; with `drop_old` it stops at once, and nothing is made."""
        self.check_is_owner()
        receiver, given = self.receiver(id), self.body(SecretSerializer)
        response = self.write(lambda: self._renew(receiver, given["drop_old"]))
        return response if given["drop_old"] else self.revealed(response, 200)

    def _renew(self, receiver, is_drop):
        change = drop_old_secret if is_drop else renew_secret
        change(receiver=receiver, actor=self.request.user, now=timezone.now())
        return self.answer(receiver)


def _one_of(rows, pk, name):
    row = next((each for each in rows if each.pk == pk), None)
    if pk and row is None:
        raise DomainError(_("There is no such one for you."), field=name, code=f"unknown_{name}")
    return row
