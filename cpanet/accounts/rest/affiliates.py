"""REST calls about webmasters, for the staff."""

from rest_framework import serializers
from rest_framework.response import Response

from cpanet.accounts.models import Affiliate
from cpanet.accounts.rest.paging import envelope, newest_first
from cpanet.accounts.rest.parameters import AFTER, LIMIT, Parameter
from cpanet.accounts.rest.schema import documented, id_parameter, page_example, page_of
from cpanet.accounts.rest.views import STAFF, ApiView, found


class AffiliateSerializer(serializers.Serializer):
    """A webmaster."""

    id = serializers.IntegerField()
    public_id = serializers.CharField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=Affiliate.Status.choices)
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


_EXAMPLE = {
    "id": 8, "public_id": "aff_01k9w5v0q8e2z9s4t6c3m1x7yd", "name": "Alice", "status": "approved",
    "created_at": "2026-10-01T09:00:00Z", "decided_at": "2026-10-01T12:00:00Z",
}  # fmt: skip


class AffiliatesView(ApiView):
    scope, audiences = "affiliates", STAFF
    parameters = (AFTER, LIMIT, Parameter("status", "choices", "Of these statuses.", tuple(Affiliate.Status.values)))

    @documented(
        "affiliates_list",
        "List webmasters",
        parameters=parameters,
        answer=page_of(AffiliateSerializer),
        example=page_example(_EXAMPLE),
    )
    def get(self, request):
        """The newest first."""
        rows = Affiliate.objects.all()
        rows = rows.filter(status__in=self.given["status"]) if self.given["status"] else rows
        return Response(envelope(newest_first(rows, self.given["after"], self.given["limit"], self._show)))

    def _show(self, rows):
        return AffiliateSerializer(rows, many=True).data


class AffiliateView(ApiView):
    scope, audiences = "affiliates", STAFF

    @documented(
        "affiliates_get",
        "Get a webmaster",
        answer=AffiliateSerializer,
        example=_EXAMPLE,
        path=id_parameter("aff_…", "The webmaster"),
    )
    def get(self, request, id):
        """By its stable or its public id."""
        return Response(AffiliateSerializer(found(Affiliate.objects.all(), id, "aff")).data)
