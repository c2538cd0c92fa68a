"""REST calls about promo codes: webmasters see theirs, advertisers make and give them, the staff sees all."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from cpanet.accounts.models import Affiliate
from cpanet.accounts.rest.fields import ByAudience, StrictSerializer
from cpanet.accounts.rest.paging import envelope, newest_first
from cpanet.accounts.rest.parameters import AFTER, LIMIT, Parameter
from cpanet.accounts.rest.schema import documented, page_example, page_of
from cpanet.accounts.rest.views import ADVERTISER, AFFILIATE, MANAGER, ApiView
from cpanet.accounts.roles import STAFF_ROLES, Role
from cpanet.core.errors import DomainError
from cpanet.core.ids import parse_public_id
from offers.api import NamedSerializer
from offers.models import Offer
from offers.selectors.coupons import all_coupons, coupons_of_affiliate
from offers.services.coupons import MOST_AT_ONCE, add_coupons


class CouponSerializer(ByAudience, serializers.Serializer):
    """A promo code. Letters' case never matters."""

    audience_fields = {"affiliate": {ADVERTISER, MANAGER}, "is_active": {ADVERTISER, MANAGER}}
    id = serializers.IntegerField()
    code = serializers.CharField()
    offer = NamedSerializer()
    description = serializers.CharField()
    affiliate = serializers.SerializerMethodField(required=False, help_text="null: given to nobody yet.")
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    is_active = serializers.BooleanField(required=False)
    created_at = serializers.DateTimeField()

    def get_affiliate(self, coupon) -> str | None:
        return coupon.affiliate.public_id if coupon.affiliate else None


class CouponsNewSerializer(StrictSerializer):
    """Promo codes of an offer of yours, all or none; given to `affiliate` (aff_…) if it is said."""

    offer_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    codes = serializers.ListField(child=serializers.CharField(max_length=60), min_length=1, max_length=MOST_AT_ONCE)
    affiliate = serializers.CharField(max_length=64, required=False)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    valid_from = serializers.DateTimeField(required=False)
    valid_until = serializers.DateTimeField(required=False)


class CouponsMadeSerializer(serializers.Serializer):
    data = CouponSerializer(many=True)


_EXAMPLE = {
    "id": 5, "code": "BLOG10", "offer": {"id": 12, "name": "Riche"}, "description": "10% off",
    "affiliate": "aff_01k9w5v0q8e2z9s4t6c3m1x7yd", "valid_from": None, "valid_until": "2026-12-31T23:00:00Z",
    "is_active": True, "created_at": "2026-11-20T12:00:00Z",
}  # fmt: skip
_BODY = {"offer_id": 12, "codes": ["BLOG10"], "affiliate": "aff_01k9w5v0q8e2z9s4t6c3m1x7yd", "description": "10% off"}


class CouponsView(ApiView):
    scope, audiences = "coupons", (Role.AFFILIATE, Role.ADVERTISER, *STAFF_ROLES)
    parameters = (AFTER, LIMIT, Parameter("offer", "ids", "Of these offers."))

    @documented(
        "coupons_list", "List promo codes", parameters=parameters, answer=page_of(CouponSerializer),
        example=page_example(_EXAMPLE),
    )  # fmt: skip
    def get(self, request):
        """The newest first. Webmasters: those they may hand out now; advertisers: their own; staff: all."""
        rows = self._rows()
        rows = rows.filter(offer__in=self.given["offer"]) if self.given["offer"] else rows
        return Response(envelope(newest_first(rows, self.given["after"], self.given["limit"], self._show)))

    @documented(
        "coupons_create", "Make promo codes", body=CouponsNewSerializer, body_example=_BODY,
        answer=CouponsMadeSerializer, example={"data": [_EXAMPLE]}, status=201,
    )  # fmt: skip
    def post(self, request):
        """Advertisers only."""
        if self.audience != ADVERTISER:
            raise DomainError(_("Only advertisers make promo codes."), code="not_allowed")
        values = self.body(CouponsNewSerializer)
        return self.write(lambda: Response({"data": self._show(self._made(dict(values)))}, status=201))

    def _rows(self):
        if self.audience == AFFILIATE:
            return coupons_of_affiliate(self.member.affiliate, now=timezone.now())
        return all_coupons().filter(advertiser=self.member.advertiser) if self.audience == ADVERTISER else all_coupons()

    def _show(self, rows):
        return CouponSerializer(rows, many=True, context=self.context()).data

    def _made(self, values):
        offer = Offer.objects.filter(pk=values.pop("offer_id"), advertiser=self.member.advertiser).first()
        if offer is None:
            raise DomainError(_("You have no such offer."), field="offer_id", code="unknown_offer")
        affiliate = _webmaster(values.pop("affiliate", ""))
        return add_coupons(offer=offer, affiliate=affiliate, actor=self.request.user, now=timezone.now(), **values)


def _webmaster(asked: str) -> Affiliate | None:
    if not asked:
        return None
    try:
        found = Affiliate.objects.filter(uid=parse_public_id("aff", asked)).first()
    except ValueError:
        found = None
    if found is None:
        raise DomainError(_("There is no such webmaster."), field="affiliate", code="unknown_affiliate")
    return found
