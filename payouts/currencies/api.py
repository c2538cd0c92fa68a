"""REST calls about currencies: rates and exchanges of a webmaster."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.response import Response

from cpanet.accounts.rest.fields import AmountField, MoneyField, StrictSerializer
from cpanet.accounts.rest.paging import envelope, newest_first
from cpanet.accounts.rest.parameters import AFTER, LIMIT
from cpanet.accounts.rest.repeats import BadKey, key_of
from cpanet.accounts.rest.schema import documented, page_example, page_of
from cpanet.accounts.rest.views import WEBMASTERS, ApiView
from cpanet.accounts.roles import Role
from cpanet.core.money import to_units
from payouts.currencies.services.exchange import exchange
from payouts.models import CurrencyExchange


class ExchangeSerializer(serializers.Serializer):
    """Available money that became another currency: `fair` is what the rate itself would have given, the rest of it up
    to `bought` stayed with the network."""

    id = serializers.IntegerField()
    public_id = serializers.CharField()
    source = serializers.CharField()
    target = serializers.CharField()
    sold = MoneyField(currency="source")
    bought = MoneyField(currency="target")
    fair = MoneyField(currency="target")
    price = serializers.CharField()
    rate_origin = serializers.CharField()
    rate_day = serializers.DateField()
    made_at = serializers.DateTimeField()


class ExchangeNewSerializer(StrictSerializer):
    """How much of which currency shall become which; `least`: nothing happens if less would come of it."""

    source = serializers.RegexField("^[A-Z]{3}$")
    target = serializers.RegexField("^[A-Z]{3}$")
    amount = AmountField()
    least = AmountField(required=False)


EXAMPLE = {
    "id": 4, "public_id": "ex_01k9w5v0q8e2z9s4t6c3m1x7yd", "source": "EUR", "target": "USD", "sold": "100.00",
    "bought": "107.45", "fair": "108.54", "price": "1.0854", "rate_origin": "ecb", "rate_day": "2026-11-20",
    "made_at": "2026-11-21T09:00:00Z",
}  # fmt: skip


class ExchangesView(ApiView):
    scope, audiences = "payouts", WEBMASTERS
    parameters = (AFTER, LIMIT)

    @documented(
        "exchanges_list", "List exchanges", parameters=parameters, answer=page_of(ExchangeSerializer),
        example=page_example(EXAMPLE),
    )  # fmt: skip
    def get(self, request):
        """The newest first."""
        rows = CurrencyExchange.objects.filter(affiliate_id=self.member.affiliate_id)
        return Response(envelope(newest_first(rows, self.given["after"], self.given["limit"], self._show)))

    def _show(self, rows):
        return ExchangeSerializer(rows, many=True, context=self.context()).data

    @documented(
        "exchanges_create", "Exchange currencies", body=ExchangeNewSerializer,
        body_example={"source": "EUR", "target": "USD", "amount": "100.00", "least": "107.00"},
        answer=ExchangeSerializer, example=EXAMPLE, status=201,
    )  # fmt: skip
    def post(self, request):
        """Needs an Idempotency-Key: money is never exchanged twice by accident. A dry run says what it would bring."""
        if self.member.role != Role.AFFILIATE:
            self.permission_denied(request, message=_("Only webmasters exchange their money."))
        values = self.body(ExchangeNewSerializer)
        if not key_of(request) and not self.given["dry_run"]:
            raise BadKey(_("Give an Idempotency-Key: money is never exchanged twice by accident."))
        return self.write(lambda: self._exchange(values))

    def _exchange(self, values):
        now = timezone.now()
        made = exchange(
            affiliate=self.member.affiliate, source=values["source"], target=values["target"],
            amount=to_units(values["amount"], values["source"]),
            least=to_units(values["least"], values["target"]) if "least" in values else 0,
            idempotency_key=f"api:{key_of(self.request) or now.isoformat()}"[:120], actor=self.request.user, now=now,
        )  # fmt: skip
        return Response(ExchangeSerializer(made, context=self.context()).data, status=201)
