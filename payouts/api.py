"""REST calls about money: balances, where it can be sent, payouts."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.response import Response

from cpanet.accounts.rest.fields import AmountField, ByAudience, MoneyField, StrictSerializer
from cpanet.accounts.rest.paging import envelope, newest_first
from cpanet.accounts.rest.parameters import AFTER, LIMIT, BadParameter, Parameter
from cpanet.accounts.rest.repeats import BadKey, key_of
from cpanet.accounts.rest.schema import documented, id_parameter, page_example, page_of
from cpanet.accounts.rest.views import ADVERTISERS, AFFILIATE, MANAGER, STAFF, WEBMASTERS, ApiView, found
from cpanet.accounts.roles import Role
from cpanet.core.errors import DomainError
from cpanet.core.money import to_units
from cpanet.ledger.selectors import advertiser_balance
from payouts.models import Payout, PayoutDetails, Schedule
from payouts.selectors.agreed import next_payout_date, terms_by_method
from payouts.selectors.money import currencies_of, webmaster_money
from payouts.selectors.payouts import active_details, all_payouts, payouts_of
from payouts.services.requests import cancel_payout, request_payout


class BalanceSerializer(ByAudience, serializers.Serializer):
    """Money in one currency. Webmasters: `pending` is an estimate, `hold` waits, `available` can be paid out.
    Advertisers: what is paid in and what is owed."""

    audience_fields = {
        **dict.fromkeys(("pending", "hold", "available", "in_payout", "paid", "debt"), {AFFILIATE}),
        **dict.fromkeys(("deposit", "owed"), {"advertiser"}),
    }
    currency = serializers.CharField()
    pending = MoneyField(required=False)
    hold = MoneyField(required=False)
    available = MoneyField(required=False)
    in_payout = MoneyField(required=False)
    paid = MoneyField(required=False)
    debt = MoneyField(required=False)
    deposit = MoneyField(required=False)
    owed = MoneyField(required=False)


class BalancesSerializer(serializers.Serializer):
    data = BalanceSerializer(many=True)


_BALANCE = {
    "currency": "USD", "pending": "120.00", "hold": "64.00", "available": "250.00", "in_payout": "0.00",
    "paid": "900.00",
    "debt": "0.00",
}  # fmt: skip


class BalanceView(ApiView):
    scope, audiences = "balance", (*WEBMASTERS, *ADVERTISERS)

    @documented("balance_get", "Get the balance", answer=BalancesSerializer, example={"data": [_BALANCE]})
    def get(self, request):
        """One row for each currency in which there is or was money, the network's own first."""
        rows = self._webmaster() if self.audience == AFFILIATE else self._advertiser()
        return Response({"data": BalanceSerializer(rows, many=True, context=self.context()).data})

    def _webmaster(self):
        owner = self.member.affiliate_id
        currencies = currencies_of(affiliate_id=owner, default=self.currency)
        return [webmaster_money(affiliate_id=owner, currency=currency) for currency in currencies]

    def _advertiser(self):
        deposit, owed = advertiser_balance(advertiser_id=self.member.advertiser_id, currency=self.currency)
        return [{"currency": self.currency, "deposit": deposit, "owed": owed}]


class PayoutDetailsSerializer(serializers.Serializer):
    """Where money can be sent now, on the terms that hold for you. With a schedule payouts are made by themselves,
    next on `next_payout_date`; an account that was changed lately is paid to from `usable_at` on."""

    id = serializers.IntegerField()
    method = serializers.CharField(source="method.name")
    account = serializers.CharField(source="masked")
    currency = serializers.CharField(source="method.currency")
    minimum = MoneyField(source="terms.minimum", currency="method.currency")
    maximum = MoneyField(source="terms.maximum", currency="method.currency", allow_null=True)
    schedule = serializers.ChoiceField(source="terms.schedule", choices=Schedule.choices)
    next_payout_date = serializers.DateField(source="next_date", allow_null=True)
    usable_at = serializers.DateTimeField(allow_null=True)


class PayoutDetailsListSerializer(serializers.Serializer):
    data = PayoutDetailsSerializer(many=True)


_DETAILS = {
    "id": 5, "method": "SEPA", "account": "DE89 … 3000", "currency": "USD", "minimum": "50.00", "maximum": None,
    "schedule": "weekly", "next_payout_date": "2026-11-23", "usable_at": None,
}  # fmt: skip


class PayoutDetailsView(ApiView):
    scope, audiences = "payouts", WEBMASTERS

    @documented(
        "payouts_details", "List payout details", answer=PayoutDetailsListSerializer, example={"data": [_DETAILS]}
    )
    def get(self, request):
        """The accounts a payout can be requested to; they are written down in the cabinet only."""
        rows = list(active_details(affiliate_id=self.member.affiliate_id))
        terms = terms_by_method([row.method for row in rows], affiliate_id=self.member.affiliate_id)
        for row in rows:
            row.terms = terms[row.method_id]
            row.next_date = next_payout_date(row.terms, now=timezone.now())
        return Response({"data": PayoutDetailsSerializer(rows, many=True, context=self.context()).data})


class PayoutSerializer(ByAudience, serializers.Serializer):
    """A payout: `amount` leaves the balance, `net` reaches the webmaster."""

    audience_fields = {"affiliate": {MANAGER}}
    id = serializers.IntegerField()
    public_id = serializers.CharField()
    affiliate = serializers.CharField(source="affiliate.public_id", required=False)
    status = serializers.ChoiceField(choices=Payout.Status.choices)
    reason = serializers.CharField()
    method = serializers.CharField(source="method.name")
    account = serializers.CharField(source="details.masked")
    currency = serializers.CharField()
    amount = MoneyField()
    fee = MoneyField()
    net = MoneyField()
    requested_at = serializers.DateTimeField()
    status_updated_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)


class PayoutNewSerializer(StrictSerializer):
    """A request: how much, and to which of the payout details."""

    details_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    amount = AmountField()


PAYOUT_EXAMPLE = {
    "id": 9, "public_id": "payout_01k9w5v0q8e2z9s4t6c3m1x7yd", "status": "requested", "reason": "", "method": "SEPA",
    "account": "DE89 … 3000", "currency": "USD", "amount": "250.00", "fee": "1.50", "net": "248.50",
    "requested_at": "2026-11-20T12:00:00Z", "status_updated_at": "2026-11-20T12:00:00Z", "paid_at": None,
}  # fmt: skip


class PayoutsView(ApiView):
    scope, audiences = "payouts", (*WEBMASTERS, *STAFF)
    parameters = (
        AFTER,
        LIMIT,
        Parameter("status", "choices", "Of these statuses.", tuple(Payout.Status.values)),
        Parameter("affiliate", "ids", "Staff: of these webmasters."),
    )

    @documented(
        "payouts_list",
        "List payouts",
        parameters=parameters,
        answer=page_of(PayoutSerializer),
        example=page_example(PAYOUT_EXAMPLE),
    )
    def get(self, request):
        """The newest first."""
        given, rows = self.given, _payouts(self)
        if given["affiliate"] is not None and self.audience == AFFILIATE:
            raise BadParameter(_("“affiliate” is no filter for your role."), field="affiliate")
        rows = rows.filter(status__in=given["status"]) if given["status"] else rows
        rows = rows.filter(affiliate__in=given["affiliate"]) if given["affiliate"] else rows
        return Response(envelope(newest_first(rows, given["after"], given["limit"], self._show)))

    def _show(self, rows):
        return PayoutSerializer(rows, many=True, context=self.context()).data

    @documented(
        "payouts_create", "Request a payout", body=PayoutNewSerializer,
        body_example={"details_id": 5, "amount": "250.00"},
        answer=PayoutSerializer, example=PAYOUT_EXAMPLE, status=201,
    )  # fmt: skip
    def post(self, request):
        """Needs an Idempotency-Key: money is never asked for twice by accident."""
        if self.member.role != Role.AFFILIATE:
            self.permission_denied(request, message=_("Only webmasters request payouts."))
        values = self.body(PayoutNewSerializer)
        if not key_of(request) and not self.given["dry_run"]:
            raise BadKey(_("Give an Idempotency-Key: money is never asked for twice by accident."))
        return self.write(lambda: self._request(values))

    def _request(self, values):
        details = active_details(affiliate_id=self.member.affiliate_id).filter(pk=values["details_id"]).first()
        if details is None:
            raise DomainError(_("You have no such payout details."), field="details_id", code="unknown_details")
        now = timezone.now()
        try:
            payout = request_payout(
                affiliate=self.member.affiliate,
                details_id=details.pk,
                amount=to_units(values["amount"], details.method.currency),
                idempotency_key=f"api:{key_of(self.request) or now.isoformat()}"[:120],
                actor=self.request.user,
                now=now,
            )
        except PayoutDetails.DoesNotExist:
            raise DomainError(
                _("You have no such payout details."), field="details_id", code="unknown_details"
            ) from None
        return Response(PayoutSerializer(_payouts(self).get(pk=payout.pk), context=self.context()).data, status=201)


class PayoutView(ApiView):
    scope, audiences = "payouts", (*WEBMASTERS, *STAFF)

    @documented(
        "payouts_get",
        "Get a payout",
        answer=PayoutSerializer,
        example=PAYOUT_EXAMPLE,
        path=id_parameter("payout_…", "The payout"),
    )
    def get(self, request, id):
        """By its stable or its public id."""
        return Response(PayoutSerializer(found(_payouts(self), id, "payout"), context=self.context()).data)


class NothingSerializer(StrictSerializer):
    """An empty body: {}."""


class PayoutCancelView(ApiView):
    scope, audiences = "payouts", WEBMASTERS

    @documented(
        "payouts_cancel", "Cancel a payout", body=NothingSerializer, body_example={}, answer=PayoutSerializer,
        example=PAYOUT_EXAMPLE | {"status": "rejected", "reason": "Cancelled by the webmaster"},
        path=id_parameter("payout_…", "The payout"),
    )  # fmt: skip
    def post(self, request, id):
        """Take a request back while it waits: its money is available again. Cancelled before, it stays so."""
        self.body(NothingSerializer)
        payout = found(_payouts(self), id, "payout")
        return self.write(lambda: self._cancel(payout))

    def _cancel(self, payout):
        cancel_payout(
            affiliate=self.member.affiliate, payout_id=payout.pk, actor=self.request.user, now=timezone.now()
        )  # fmt: skip
        return Response(PayoutSerializer(_payouts(self).get(pk=payout.pk), context=self.context()).data)


def _payouts(view):
    return payouts_of(affiliate_id=view.member.affiliate_id) if view.audience == AFFILIATE else all_payouts()
