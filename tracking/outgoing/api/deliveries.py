"""REST calls about what receivers were told: the log, one delivery with its attempts, sending again."""

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from cpanet.accounts.rest.fields import ByAudience, StrictSerializer
from cpanet.accounts.rest.paging import envelope, newest_first
from cpanet.accounts.rest.parameters import AFTER, LIMIT, Parameter
from cpanet.accounts.rest.schema import documented, id_parameter, page_example, page_of
from cpanet.accounts.rest.views import AFFILIATE, MANAGER, STAFF, WEBMASTERS, ApiView, found
from cpanet.core.errors import DomainError
from offers.api import NamedSerializer
from tracking.outgoing import selectors
from tracking.outgoing.services.resending import resend
from tracking.outgoing.words import DeliveryState, Event

MOST = 1000
RESULTS = [(each, each) for each in ("queued", "waiting", "refused")]


class ConversionOfSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    public_id = serializers.CharField()


class DeliverySerializer(ByAudience, serializers.Serializer):
    """One event for one receiver. `public_id` is the webhook-id: the same at every attempt."""

    audience_fields = {"affiliate": {MANAGER}}
    id = serializers.IntegerField()
    public_id = serializers.CharField()
    receiver = NamedSerializer()
    affiliate = serializers.CharField(source="affiliate.public_id", required=False)
    conversion = ConversionOfSerializer(allow_null=True)
    payout = serializers.CharField(source="payout_id", help_text="Of an event of a payout: its public id; else empty.")
    event = serializers.ChoiceField(choices=Event.choices)
    is_test = serializers.BooleanField()
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    attempts = serializers.IntegerField(help_text="Since it was last put in line.")
    next_attempt_at = serializers.SerializerMethodField()
    last_status = serializers.IntegerField(allow_null=True, help_text="HTTP status; null without an answer.")
    last_error = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    details_removed_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when `facts` and `tries` are no longer kept; null while they are."
    )

    def get_next_attempt_at(self, delivery) -> str | None:
        return delivery.next_attempt_at.isoformat() if delivery.is_open else None


class AttemptSerializer(serializers.Serializer):
    """One call as it was sent, and the first kilobyte of the answer."""

    at = serializers.DateTimeField()
    method = serializers.CharField()
    url = serializers.CharField()
    body = serializers.CharField()
    status = serializers.IntegerField(allow_null=True)
    answer = serializers.CharField()
    error = serializers.CharField()
    duration_ms = serializers.IntegerField()


class DeliveryDetailSerializer(DeliverySerializer):
    """A delivery with what it tells and its newest attempts."""

    facts = serializers.DictField(child=serializers.CharField(), help_text="The macros and their values.")
    tries = serializers.SerializerMethodField()

    def get_tries(self, delivery) -> AttemptSerializer(many=True):
        return AttemptSerializer(selectors.attempts_of(delivery), many=True).data


class ResendSerializer(StrictSerializer):
    """Up to 1,000 deliveries, by number."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MOST
    )


class ResendResultSerializer(serializers.Serializer):
    """`queued`: it is sent again. `waiting`: it was in line already. `refused`: see code and detail."""

    id = serializers.IntegerField()
    result = serializers.ChoiceField(choices=RESULTS)
    code = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_null=True)


class ResendResultsSerializer(serializers.Serializer):
    data = ResendResultSerializer(many=True)
    queued = serializers.IntegerField()


DELIVERY_EXAMPLE = {
    "id": 90, "public_id": "msg_01k9w5v0q8e2z9s4t6c3m1x7yd", "receiver": {"id": 3, "name": "Keitaro"},
    "conversion": {"id": 17, "public_id": "conv_01k9w5v0q8e2z9s4t6c3m1x7yd"}, "payout": "", "event": "approved",
    "is_test": False,
    "state": "delivered", "attempts": 1, "next_attempt_at": None, "last_status": 200, "last_error": "",
    "created_at": "2026-11-20T12:00:00Z", "finished_at": "2026-11-20T12:00:02Z",
    "details_removed_at": None,
}  # fmt: skip
_TRY = {
    "at": "2026-11-20T12:00:02Z", "method": "GET", "url": "https://tracker.example/postback?cid=wq81k2f7&status=sale",
    "body": "", "status": 200, "answer": "OK", "error": "", "duration_ms": 84,
}  # fmt: skip
_DETAIL = DELIVERY_EXAMPLE | {"facts": {"external_click_id": "wq81k2f7", "status": "approved"}, "tries": [_TRY]}
_LIST = (
    AFTER,
    LIMIT,
    Parameter("state", "choices", "In these states.", tuple(DeliveryState.values), example=["parked"]),
    Parameter("event", "choices", "Of these events.", tuple(Event.values)),
    Parameter("receiver", "ids", "To these receivers."),
    Parameter("conversion", "ids", "About these conversions."),
    Parameter("created_from", "moment", "Happened at or after this moment."),
    Parameter("created_until", "moment", "Happened before this moment."),
)


class UnknownDelivery(DomainError):
    """There is no such delivery of yours."""

    code = "unknown_delivery"


def deliveries_for(view):
    """Those this caller may see."""
    return selectors.deliveries_of(view.member.affiliate) if view.audience == AFFILIATE else selectors.all_deliveries()


class DeliveriesView(ApiView):
    scope, audiences, parameters = "postbacks", (*WEBMASTERS, *STAFF), _LIST

    @documented(
        "postback_deliveries_list", "List deliveries", parameters=_LIST, answer=page_of(DeliverySerializer),
        example=page_example(DELIVERY_EXAMPLE),
    )  # fmt: skip
    def get(self, request):
        """What receivers were told or will be told, the newest first."""
        given, rows = self.given, deliveries_for(self)
        for name in ("state", "event", "receiver", "conversion"):
            rows = rows.filter(**{f"{name}__in": given[name]}) if given[name] else rows
        rows = rows.filter(created_at__gte=given["created_from"]) if given["created_from"] else rows
        rows = rows.filter(created_at__lt=given["created_until"]) if given["created_until"] else rows
        return Response(envelope(newest_first(rows, given["after"], given["limit"], self._show)))

    def _show(self, rows):
        return DeliverySerializer(rows, many=True, context=self.context()).data


class DeliveryView(ApiView):
    scope, audiences = "postbacks", (*WEBMASTERS, *STAFF)

    @documented(
        "postback_deliveries_get", "Get a delivery", answer=DeliveryDetailSerializer, example=_DETAIL,
        path=id_parameter("msg_…", "The delivery"),
    )  # fmt: skip
    def get(self, request, id):
        """With what was sent and what was answered."""
        return Response(DeliveryDetailSerializer(found(deliveries_for(self), id, "msg"), context=self.context()).data)


class DeliveriesResendView(ApiView):
    scope, audiences = "postbacks", WEBMASTERS

    @documented(
        "postback_deliveries_resend", "Send deliveries again", body=ResendSerializer, body_example={"ids": [90, 91]},
        answer=ResendResultsSerializer,
        example={"data": [{"id": 90, "result": "queued", "code": None, "detail": None}], "queued": 1},
    )  # fmt: skip
    def post(self, request):
        """Each under its own id, in the order given; one that is refused does not stop the others."""
        ids = self.body(ResendSerializer)["ids"]
        return self.write(lambda: Response(self._resend(ids)))

    def _resend(self, ids):
        rows = {each.pk: each for each in deliveries_for(self).filter(pk__in=ids)}
        data = [{"id": pk, **self._result(rows.get(pk))} for pk in ids]
        return {"data": data, "queued": sum(each["result"] == "queued" for each in data)}

    def _result(self, delivery):
        try:
            if delivery is None:
                raise UnknownDelivery()
            is_changed = resend(delivery=delivery, actor=self.request.user, now=timezone.now())
        except DomainError as error:
            return {"result": "refused", "code": error.code, "detail": str(error)}
        return {"result": "queued" if is_changed else "waiting", "code": None, "detail": None}
