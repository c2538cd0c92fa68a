"""The REST calls by which a webmaster tells what his traffic costs, and reads what he has told."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from cpanet.accounts.rest.fields import AmountField, MoneyField, StrictSerializer
from cpanet.accounts.rest.paging import envelope, newest_first
from cpanet.accounts.rest.parameters import AFTER, LIMIT, Parameter
from cpanet.accounts.rest.schema import documented, page_example, page_of
from cpanet.accounts.rest.views import WEBMASTERS, ApiView
from tracking.cost_lines import MARKS, BadCosts, CostLine
from tracking.models import CostEntry
from tracking.models.costs import MARK_LENGTH
from tracking.services.costs import tell_costs

MOST = 1000
_MARKS = [(mark, mark) for mark in MARKS]


class CostSerializer(serializers.Serializer):
    """A cost as it counts; `offer_id` and `link_id` are 0 and `mark` is empty where it was told for all."""

    id = serializers.IntegerField()
    day = serializers.DateField()
    offer_id = serializers.IntegerField()
    link_id = serializers.IntegerField()
    mark = serializers.CharField()
    value = serializers.CharField()
    amount = MoneyField()
    currency = serializers.CharField()
    told_at = serializers.DateTimeField()


class NewCostSerializer(StrictSerializer):
    """The cost of a day for an offer, a link (number or code) or a sub-id (`mark` and `value`). 0 takes it back."""

    day = serializers.DateField()
    offer_id = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    link = serializers.CharField(required=False, max_length=64)
    mark = serializers.ChoiceField(choices=_MARKS, required=False)
    value = serializers.CharField(required=False, max_length=MARK_LENGTH)
    amount = AmountField()
    currency = serializers.CharField(required=False, max_length=3)

    def validate(self, values):
        if ("mark" in values) != ("value" in values):
            raise serializers.ValidationError({"mark": [_("Give “mark” and “value” together.")]})
        return values


class NewCostsSerializer(StrictSerializer):
    """Up to 1,000 costs, taken over all or none."""

    costs = NewCostSerializer(many=True, allow_empty=False, max_length=MOST)


class ToldSerializer(serializers.Serializer):
    told = serializers.IntegerField()
    removed = serializers.IntegerField()


_EXAMPLE = {
    "id": 7, "day": "2026-11-20", "offer_id": 12, "link_id": 41, "mark": "", "value": "", "amount": "12.50",
    "currency": "USD", "told_at": "2026-11-21T08:00:00Z",
}  # fmt: skip
_BODY = {"costs": [{"day": "2026-11-20", "link": "k3f9xw2p", "amount": "12.50", "currency": "USD"}]}
_COLUMNS = {"offer": "offer_id", "cost": "amount"}


class CostsView(ApiView):
    scope, audiences = "statistics", WEBMASTERS
    parameters = (
        AFTER, LIMIT, Parameter("date_from", "day", "From this day on.", example="2026-11-01"),
        Parameter("date_until", "day", "Up to, but without, this day.", example="2026-12-01"),
    )  # fmt: skip

    @documented(
        "costs_list",
        "List costs",
        parameters=parameters,
        answer=page_of(CostSerializer),
        example=page_example(_EXAMPLE),
    )
    def get(self, request):
        """The last told first."""
        rows = CostEntry.objects.filter(affiliate=self.member.affiliate)
        rows = rows.filter(day__gte=self.given["date_from"]) if self.given["date_from"] else rows
        rows = rows.filter(day__lt=self.given["date_until"]) if self.given["date_until"] else rows
        return Response(envelope(newest_first(rows, self.given["after"], self.given["limit"], self._show)))

    def _show(self, rows):
        return CostSerializer(rows, many=True, context=self.context()).data

    @documented(
        "costs_tell", "Tell costs", body=NewCostsSerializer, body_example=_BODY, answer=ToldSerializer,
        example={"told": 1, "removed": 0},
    )  # fmt: skip
    def post(self, request):
        """A cost told again for the same day and place replaces the former one. Statistics count it within seconds."""
        lines = [_line(number, values) for number, values in enumerate(self.body(NewCostsSerializer)["costs"])]
        return self.write(lambda: Response(self._tell(lines)))

    def _tell(self, lines):
        now = timezone.now()
        try:
            told = tell_costs(affiliate=self.member.affiliate, lines=lines, actor=self.request.user, now=now)
        except BadCosts as error:
            raise serializers.ValidationError({"costs": _by_place(error.errors)}) from None
        return {"told": told.told, "removed": told.removed}


def _line(number, values) -> CostLine:
    return CostLine(
        number, values["day"], str(values.get("offer_id", "")), values.get("link", ""), values.get("mark", ""),
        values.get("value", ""), values["amount"], values.get("currency", "").upper(),
    )  # fmt: skip


def _by_place(errors) -> dict:
    """{index: {member: [sentences]}}, so that each pointer names the item and the member."""
    found: dict = {}
    for error in errors:
        member = _COLUMNS.get(error.column, error.column or "day")
        found.setdefault(str(error.number), {}).setdefault(member, []).append(error.text)
    return found
