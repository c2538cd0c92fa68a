"""The REST call by which an advertiser decides about many leads at once."""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from cpanet.accounts.rest.fields import AmountField, StrictSerializer
from cpanet.accounts.rest.schema import documented
from cpanet.accounts.rest.views import ADVERTISERS, ApiView
from cpanet.core.errors import DomainError
from cpanet.core.ids import parse_public_id
from cpanet.core.money import to_units
from cpanet.core.numbers import whole_number
from tracking.choices import DecisionSource, DeclineReason, Status
from tracking.models import Conversion
from tracking.services.decisions import decide
from tracking.services.locks import lock_leads

MOST = 1000
DECISIONS = [(Status.APPROVED.value, Status.APPROVED.label), (Status.DECLINED.value, Status.DECLINED.label)]

RESULTS = [(each, each) for each in ("changed", "unchanged", "conflict", "refused")]


class UnknownConversion(DomainError):
    """There is no such conversion of yours."""

    code = "unknown_conversion"
    status = 404


class AmbiguousOrder(DomainError):
    """Several of your conversions have this order id: name the goal as well, or decide by id."""

    code = "ambiguous_order_id"
    field = "order_id"


class DecisionSerializer(StrictSerializer):
    """One decision about the conversion with this `id` (17 or conv_…), or this `order_id` (and `goal`, by its code)."""

    id = serializers.CharField(required=False, max_length=64)
    order_id = serializers.CharField(required=False, max_length=200)
    goal = serializers.CharField(required=False, max_length=40)
    status = serializers.ChoiceField(choices=DECISIONS)
    reason = serializers.ChoiceField(choices=DeclineReason.choices, required=False, help_text="Needed to decline.")
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)
    quantities = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, min_length=1, max_length=100,
        help_text="How many of each line of the basket are approved, in their order: the amount follows.",
    )  # fmt: skip
    order_amount = AmountField(required=False, help_text="What the order came to: a percent is priced anew by it.")

    def validate(self, values):
        if ("id" in values) == ("order_id" in values):
            raise serializers.ValidationError({"id": [_("Give either “id” or “order_id”.")]})
        return values


class DecisionsSerializer(StrictSerializer):
    """Up to 1,000 decisions; each stands for itself."""

    decisions = DecisionSerializer(many=True, allow_empty=False, max_length=MOST)


class DecisionResultSerializer(serializers.Serializer):
    """What became of one decision. `conflict`: somebody of the network has decided otherwise; yours is kept for people
    to see. `refused`: see code and detail; nothing was changed."""

    index = serializers.IntegerField()
    result = serializers.ChoiceField(choices=RESULTS)
    id = serializers.IntegerField(allow_null=True)
    public_id = serializers.CharField(allow_null=True)
    status = serializers.CharField(allow_null=True)
    code = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_null=True)


class DecisionResultsSerializer(serializers.Serializer):
    data = DecisionResultSerializer(many=True)
    changed = serializers.IntegerField()
    refused = serializers.IntegerField()


_EXAMPLE = {
    "data": [{
        "index": 0, "result": "changed", "id": 17, "public_id": "conv_01k9w5v0q8e2z9s4t6c3m1x7yd", "status": "approved",
        "code": None, "detail": None,
    }],
    "changed": 1, "refused": 0,
}  # fmt: skip
_BODY = {
    "decisions": [
        {"id": "17", "status": "approved"},
        {"order_id": "A-1009", "status": "declined", "reason": "returned"},
    ]
}


class DecisionsView(ApiView):
    scope, audiences = "conversions", ADVERTISERS

    @documented(
        "conversions_decide", "Decide about conversions", body=DecisionsSerializer, body_example=_BODY,
        answer=DecisionResultsSerializer, example=_EXAMPLE,
    )  # fmt: skip
    def post(self, request):
        """Approves and declines. The answer is 200 with a result for each item, in the order given; an item that is
        refused does not stop the others. The same decision again changes nothing."""
        decisions = self.body(DecisionsSerializer)["decisions"]
        return self.write(lambda: Response(self._decide_all(decisions)))

    def _decide_all(self, decisions):
        now = timezone.now()
        lock_leads(self._known(decisions))
        results = [{"index": index, **self._result(values, now)} for index, values in enumerate(decisions)]
        counts = {name: sum(each["result"] == name for each in results) for name in ("changed", "refused")}
        return {"data": results, **counts}

    def _known(self, decisions):
        """Ids of the leads there are; what is wrong with the others is said item by item."""
        for values in decisions:
            with suppress(DomainError):
                yield self._conversion(values).pk

    def _result(self, values, now):
        try:
            with transaction.atomic():
                decision = self._decide(values, now)
        except DomainError as error:
            nothing = {"id": None, "public_id": None, "status": None}
            return {"result": "refused", **nothing, "code": error.code, "detail": str(error)}
        conversion = decision.conversion
        result = "conflict" if decision.conflict else "changed" if decision.changed else "unchanged"
        facts = {"id": conversion.pk, "public_id": conversion.public_id, "status": conversion.status}
        return {"result": result, **facts, "code": None, "detail": None}

    def _decide(self, values, now):
        conversion = self._conversion(values)
        amount = values.get("order_amount")
        return decide(
            conversion_id=conversion.pk,
            status=values["status"],
            source=DecisionSource.API,
            source_reference=self.request._request.request_id,
            actor=self.request.user,
            now=now,
            reason=values.get("reason", ""),
            note=values.get("note", ""),
            quantities=values.get("quantities"),
            order_amount=None if amount is None else to_units(amount, conversion.currency),
        )

    def _conversion(self, values) -> Conversion:
        mine = Conversion.objects.filter(advertiser=self.member.advertiser)
        if "id" in values:
            rows = mine.filter(**_by_id(values["id"]))
        else:
            rows = mine.filter(order_id=values["order_id"])
            rows = rows.filter(goal__code=values["goal"]) if "goal" in values else rows
        matching = list(rows[:2])
        if len(matching) > 1:
            raise AmbiguousOrder()
        if not matching:
            raise UnknownConversion()
        return matching[0]


def _by_id(text):
    if (number := whole_number(text)) is not None:
        return {"pk": number}
    try:
        return {"uid": parse_public_id("conv", text)}
    except ValueError:
        raise UnknownConversion() from None
