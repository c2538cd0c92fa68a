"""REST calls by which an advertiser's system tells of many conversions at once."""

import hashlib
import tempfile
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.parsers import BaseParser
from rest_framework.response import Response

from cpanet.accounts.models import ApiKey
from cpanet.accounts.rest.paging import envelope, read_cursor, write_cursor
from cpanet.accounts.rest.parameters import AFTER, DEFAULT_LIMIT, LIMIT, Parameter
from cpanet.accounts.rest.schema import documented, id_parameter
from cpanet.accounts.rest.views import ADVERTISERS, ApiView
from cpanet.core.errors import DomainError
from cpanet.core.numbers import whole_number
from cpanet.jobs.models import Job
from tracking.choices import Verdict
from tracking.incoming.batch_stream import MOST_ITEMS, items_of
from tracking.models import InboundPostback
from tracking.services.batches import AT_ONCE, counts_of, keep_batch, read_small_batch

LARGEST = 32 * 1024 * 1024
IN_MEMORY = 512 * 1024
PIECE = 64 * 1024


class TooLarge(DomainError):
    """The body is larger than 32 MB: send it in several batches."""

    code = "body_too_large"
    status = 413


class TooLargeToTry(DomainError):
    """A dry run takes at most 200 conversions: try a part of them."""

    code = "too_large_to_try"


class KeptBody(dict):
    """What a repeat is known by; `file` holds the body itself, `by_line` whether it is a line of JSON for each item."""

    file: BinaryIO
    by_line = False


class ToFile(BaseParser):
    """Puts the body into a temporary file, piece by piece: it may be large."""

    media_type = "application/json"
    by_line = False

    def parse(self, stream, media_type=None, parser_context=None):
        file, digest, size = tempfile.SpooledTemporaryFile(IN_MEMORY), hashlib.sha256(), 0  # noqa: SIM115 - kept open
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > LARGEST:
                raise TooLarge()
            digest.update(piece)
            file.write(piece)
        file.seek(0)
        body = KeptBody(sha256=digest.hexdigest())
        body.file, body.by_line = file, self.by_line
        return body


class LinesToFile(ToFile):
    media_type = "application/x-ndjson"
    by_line = True


class BatchSerializer(serializers.Serializer):
    """Up to 40,000 conversions; each is an object with the parameters of a postback (see the page Integration:
    click_id, order_id, amount, status… or your own names of them)."""

    conversions = serializers.ListField(
        child=serializers.DictField(child=serializers.JSONField()), max_length=MOST_ITEMS
    )


class BatchItemSerializer(serializers.Serializer):
    """What became of one item. `verdict` as for a postback: accepted, repeat, decided, waiting, refused…"""

    index = serializers.IntegerField()
    call = serializers.IntegerField(help_text="Its number in the list of calls.")
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    message = serializers.CharField()
    conversion = serializers.CharField(allow_null=True)
    status = serializers.CharField(allow_null=True)


class BatchAnswerSerializer(serializers.Serializer):
    """A batch. `state`: queued or running while it is read, then done or partial (some items were refused)."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Job.State.choices)
    total = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    data = BatchItemSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)
    has_more = serializers.BooleanField()


_EXAMPLE = {
    "id": 71, "state": "partial", "total": 2, "counts": {"accepted": 1, "refused": 1},
    "data": [
        {"index": 0, "call": 9001, "verdict": "accepted", "message": "New lead for “Sale”.",
         "conversion": "conv_01k9w5v0q8e2z9s4t6c3m1x7yd", "status": "pending"},
        {"index": 1, "call": 9002, "verdict": "refused", "message": "click_id is missing…", "conversion": None,
         "status": None},
    ],
    "next_cursor": None, "has_more": False,
}  # fmt: skip
_BODY = {
    "conversions": [
        {"click_id": "019a9c5d801770890f2668dcc0e8e8ed", "order_id": "A-1001", "amount": "49.90"},
        {"order_id": "A-1002", "amount": "10.00"},
    ]
}


class BatchesView(ApiView):
    scope, audiences = "conversions", ADVERTISERS
    parser_classes = (ToFile, LinesToFile)

    @documented(
        "conversions_batch", "Tell of many conversions", body=BatchSerializer, body_example=_BODY,
        answer=BatchAnswerSerializer, example=_EXAMPLE,
    )  # fmt: skip
    def post(self, request):
        """Up to 40,000 conversions. All are kept before the answer, or none; each stands or falls for itself. Up to 200
        are read at once and the answer holds their verdicts; of more the answer says `queued`: ask for the batch until
        its state is done or partial. `application/x-ndjson` takes one object on each line."""
        body = request.data
        if not isinstance(body, KeptBody):
            raise exceptions.ParseError(_("Send a JSON body."))
        return self.write(lambda: Response(self._take(request, body)))

    def _take(self, request, body):
        key = request.auth
        caller = _("API key “%s”") % key.name if isinstance(key, ApiKey) else request.user.display_name
        job = keep_batch(
            advertiser=self.member.advertiser, items=items_of(body.file, by_line=body.by_line), actor=request.user,
            caller=caller, address=request._request.client_address, now=timezone.now(),
        )  # fmt: skip
        if self.given["dry_run"] and job.total > AT_ONCE:
            raise TooLargeToTry()
        if read_small_batch(job=job, now=timezone.now()):
            job.refresh_from_db()
            return _shown(job, None, AT_ONCE)
        return _shown(job, None, 0)


class BatchView(ApiView):
    scope, audiences = "conversions", ADVERTISERS
    parameters = (
        AFTER, LIMIT,
        Parameter("verdict", "choices", "Only items with these verdicts.", tuple(Verdict.values)),
    )  # fmt: skip

    @documented(
        "conversions_batch_get", "What became of a batch", parameters=parameters, answer=BatchAnswerSerializer,
        example=_EXAMPLE, path=id_parameter("71", "The batch"),
    )  # fmt: skip
    def get(self, request, id):
        """Its state, the counts by verdict, and its items in their order."""
        jobs = Job.objects.filter(kind="conversions_batch", advertiser=self.member.advertiser)
        job = jobs.filter(pk=whole_number(id)).first()
        if job is None:
            raise exceptions.NotFound(_("There is no batch of yours under this number."))
        return Response(_shown(job, self.given["after"], self.given["limit"] or DEFAULT_LIMIT, self.given["verdict"]))


def _shown(job: Job, after, limit: int, verdicts=None) -> dict:
    """The answer about a batch with up to `limit` of its items."""
    items = InboundPostback.objects.filter(batch=job).select_related("conversion").order_by("place")
    items = items.filter(verdict__in=verdicts) if verdicts else items
    items = items.filter(place__gt=read_cursor(after, int)[0]) if after else items
    found = list(items[: limit + 1]) if limit else []
    has_more, found = len(found) > limit if limit else job.total > 0, found[:limit]
    page = {
        "data": [_item(each) for each in found], "has_more": has_more,
        "next_cursor": write_cursor([found[-1].place]) if found and has_more else None,
    }  # fmt: skip
    return {"id": job.pk, "state": job.state, "total": job.total, "counts": counts_of(job), **envelope(page)}


def _item(postback) -> dict:
    conversion = postback.conversion
    return {
        "index": postback.place, "call": postback.pk, "verdict": postback.verdict, "message": postback.explanation,
        "conversion": conversion.public_id if conversion else None, "status": conversion.status if conversion else None,
    }  # fmt: skip
