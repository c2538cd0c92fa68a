"""REST calls about disputes: webmasters open them, advertisers answer; granting is approving."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from cpanet.accounts.rest.fields import StrictSerializer
from cpanet.accounts.rest.paging import envelope, newest_first
from cpanet.accounts.rest.parameters import AFTER, LIMIT, Parameter
from cpanet.accounts.rest.schema import documented, id_parameter, page_example, page_of
from cpanet.accounts.rest.views import ADVERTISER, ADVERTISERS, AFFILIATE, ApiView, found
from tracking.api.conversions import conversions_of
from tracking.choices import DecisionSource, DisputeAbout, DisputeState
from tracking.models import Dispute
from tracking.selectors.disputes import all_disputes, disputes_of_advertiser, disputes_of_affiliate
from tracking.services.disputes import LONGEST, SHORTEST, open_dispute, uphold


class DisputeSerializer(serializers.Serializer):
    """A disputed decision. `about`: a decline, or the amount of an approval. Approving the conversion, or raising its
    amount, grants it."""

    id = serializers.IntegerField()
    conversion = serializers.IntegerField(source="conversion_id")
    conversion_public_id = serializers.CharField(source="conversion.public_id")
    about = serializers.ChoiceField(choices=DisputeAbout.choices)
    state = serializers.ChoiceField(choices=DisputeState.choices)
    text = serializers.CharField()
    opened_at = serializers.DateTimeField()
    answer_by = serializers.DateTimeField()
    answer = serializers.CharField()
    answered_as = serializers.CharField(help_text="advertiser, api, manager…; empty without an answer.")
    answered_at = serializers.DateTimeField(allow_null=True)


class OpenDisputeSerializer(StrictSerializer):
    """The newest decision about the conversion (17 or conv_…) is wrong."""

    conversion = serializers.CharField(max_length=64)
    text = serializers.CharField(min_length=SHORTEST, max_length=LONGEST)


class AnswerSerializer(StrictSerializer):
    """Why the decision stands."""

    answer = serializers.CharField(min_length=SHORTEST, max_length=LONGEST)


_EXAMPLE = {
    "id": 3, "conversion": 17, "conversion_public_id": "conv_01k9w5v0q8e2z9s4t6c3m1x7yd", "about": "decline",
    "state": "open", "text": "The customer has the goods.", "opened_at": "2026-11-20T12:00:00Z",
    "answer_by": "2026-11-27T12:00:00Z", "answer": "", "answered_as": "", "answered_at": None,
}  # fmt: skip
_LIST = (AFTER, LIMIT, Parameter("state", "choices", "In these states.", tuple(DisputeState.values), example=["open"]))


def _mine(view):
    """The disputes this caller may see."""
    if view.audience == AFFILIATE:
        return disputes_of_affiliate(view.member.affiliate_id)
    return disputes_of_advertiser(view.member.advertiser_id) if view.audience == ADVERTISER else all_disputes()


def _shown(dispute: Dispute):
    return DisputeSerializer(dispute).data


def _all_shown(disputes):
    return DisputeSerializer(disputes, many=True).data


class DisputesView(ApiView):
    scope, parameters = "disputes", _LIST

    @documented(
        "disputes_list", "List disputes", parameters=_LIST, answer=page_of(DisputeSerializer),
        example=page_example(_EXAMPLE),
    )  # fmt: skip
    def get(self, request):
        """The newest first. Advertisers see those that they may answer, or have answered."""
        rows = _mine(self)
        rows = rows.filter(state__in=self.given["state"]) if self.given["state"] else rows
        return Response(envelope(newest_first(rows, self.given["after"], self.given["limit"], _all_shown)))

    @documented(
        "disputes_open", "Dispute a decision", body=OpenDisputeSerializer,
        body_example={"conversion": "17", "text": "The customer has the goods."}, answer=DisputeSerializer,
        example=_EXAMPLE, status=201,
    )  # fmt: skip
    def post(self, request):
        """For webmasters: each decision once, within 60 days. The other side has a week to answer."""
        if self.audience != AFFILIATE:
            raise exceptions.PermissionDenied(_("Webmasters dispute decisions; yours is to answer."))
        values = self.body(OpenDisputeSerializer)
        lead = found(conversions_of(self), values["conversion"], "conv")
        return self.write(lambda: Response(_shown(self._open(lead, values["text"])), status=201))

    def _open(self, lead, text):
        return open_dispute(conversion_id=lead.pk, text=text, actor=self.request.user, now=timezone.now())


class DisputeAnswerView(ApiView):
    scope, audiences = "disputes", ADVERTISERS

    @documented(
        "disputes_answer", "Say why a decision stands", body=AnswerSerializer,
        body_example={"answer": "The goods came back on Tuesday."}, answer=DisputeSerializer,
        example=_EXAMPLE | {"state": "upheld", "answer": "The goods came back on Tuesday.", "answered_as": "api"},
        path=id_parameter("17", "The dispute"),
    )  # fmt: skip
    def post(self, request, id):
        """To grant it, approve the conversion or raise its amount."""
        dispute, answer = found(_mine(self), id, "dispute"), self.body(AnswerSerializer)["answer"]
        return self.write(lambda: Response(_shown(self._uphold(dispute, answer))))

    def _uphold(self, dispute, answer):
        return uphold(
            dispute_id=dispute.pk, answer=answer, source=DecisionSource.API, actor=self.request.user,
            now=timezone.now(),
        )  # fmt: skip
