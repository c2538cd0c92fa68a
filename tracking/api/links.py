"""REST calls about tracking links: webmasters only."""

import hashlib
import json

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from cpanet.accounts.rest.fields import StrictSerializer
from cpanet.accounts.rest.paging import envelope, newest_first
from cpanet.accounts.rest.parameters import AFTER, LIMIT, Parameter
from cpanet.accounts.rest.schema import documented, id_parameter, page_example, page_of
from cpanet.accounts.rest.views import WEBMASTERS, ApiView
from cpanet.core.errors import DomainError
from cpanet.core.numbers import whole_number
from offers.api import NamedSerializer
from offers.choices import TrafficSource
from offers.selectors import offer_for_webmaster
from tracking.link_address import link_url
from tracking.models import TrackingLink
from tracking.selectors.links import links_of
from tracking.services.links import create_link, set_active, update_link

SUBS = ("sub1", "sub2", "sub3", "sub4", "sub5")


class Changed(DomainError):
    """The link is not the one you have read: read it again and decide anew."""

    code = "precondition_failed"
    status = 412


class LinkSerializer(serializers.Serializer):
    """A tracking link. `url` is what visitors open; its sub-ids can be given in the address too."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    url = serializers.SerializerMethodField()
    name = serializers.CharField()
    offer = NamedSerializer()
    landing_id = serializers.IntegerField(allow_null=True)
    traffic_source = serializers.CharField()
    deep_link = serializers.CharField()
    sub1 = serializers.CharField()
    sub2 = serializers.CharField()
    sub3 = serializers.CharField()
    sub4 = serializers.CharField()
    sub5 = serializers.CharField()
    fallback_url = serializers.CharField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()

    def get_url(self, link) -> str:
        return link_url(self.context["request"]._request.network.click_host, link.code)


class _Text(serializers.CharField):
    def __init__(self, length, **options):
        super().__init__(max_length=length, required=False, allow_blank=True, trim_whitespace=False, **options)


class LinkChangeSerializer(StrictSerializer):
    """What of a link can be changed; what is left out stays."""

    name = _Text(100)
    landing_id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    traffic_source = serializers.ChoiceField(choices=TrafficSource.choices, required=False)
    deep_link = _Text(2000)
    sub1 = _Text(600)
    sub2 = _Text(600)
    sub3 = _Text(600)
    sub4 = _Text(600)
    sub5 = _Text(600)
    fallback_url = serializers.URLField(max_length=2000, required=False, allow_blank=True)
    is_active = serializers.BooleanField(required=False)


class LinkNewSerializer(LinkChangeSerializer):
    """A new link: the offer and the kind of traffic must be said."""

    offer_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    traffic_source = serializers.ChoiceField(choices=TrafficSource.choices)


LINK_EXAMPLE = {
    "id": 41, "code": "k3f9xw2p", "url": "https://go.alpha.example/c/k3f9xw2p", "name": "Blog, June",
    "offer": {"id": 12, "name": "Riche"}, "landing_id": None, "traffic_source": "content",
    "deep_link": "https://riche.example/p/17", "sub1": "blog", "sub2": "", "sub3": "", "sub4": "", "sub5": "",
    "fallback_url": "", "is_active": True, "created_at": "2026-11-20T12:00:00Z",
}  # fmt: skip
_NEW_EXAMPLE = {"offer_id": 12, "traffic_source": "content", "name": "Blog, June", "sub1": "blog"}


class LinksView(ApiView):
    scope, audiences = "links", WEBMASTERS
    parameters = (AFTER, LIMIT, Parameter("offer", "ids", "Links to these offers.", example=[12]))

    @documented(
        "links_list",
        "List links",
        parameters=parameters,
        answer=page_of(LinkSerializer),
        example=page_example(LINK_EXAMPLE),
    )
    def get(self, request):
        """The newest first."""
        rows = links_of(self.member.affiliate)
        rows = rows.filter(offer__in=self.given["offer"]) if self.given["offer"] else rows
        return Response(envelope(newest_first(rows, self.given["after"], self.given["limit"], self._show)))

    def _show(self, rows):
        return LinkSerializer(rows, many=True, context=self.context()).data

    @documented(
        "links_create", "Make a link", body=LinkNewSerializer, body_example=_NEW_EXAMPLE, answer=LinkSerializer,
        example=LINK_EXAMPLE, status=201,
    )  # fmt: skip
    def post(self, request):
        """Needs access to the offer, and a kind of traffic that it takes."""
        values = self.body(LinkNewSerializer)
        return self.write(lambda: self._create(dict(values)))

    def _create(self, values):
        now = timezone.now()
        try:
            offer = offer_for_webmaster(self.member.affiliate, values.pop("offer_id"), now)
        except ObjectDoesNotExist:
            raise DomainError(_("There is no such offer for you."), field="offer_id", code="unknown_offer") from None
        is_active = values.pop("is_active", True)
        values = _with_landing(offer, values)
        link = create_link(affiliate=self.member.affiliate, offer=offer, actor=self.request.user, now=now, **values)
        if not is_active:
            set_active(link=link, is_active=False, actor=self.request.user, now=now)
        return _answer(self, TrackingLink.objects.select_related("offer").get(pk=link.pk), 201)


class LinkView(ApiView):
    scope, audiences = "links", WEBMASTERS

    @documented(
        "links_get",
        "Get a link",
        answer=LinkSerializer,
        example=LINK_EXAMPLE,
        path=id_parameter("its code", "The link"),
    )
    def get(self, request, id):
        """Its ETag is what PATCH takes as If-Match."""
        return _answer(self, self._link(id), 200)

    @documented(
        "links_change", "Change a link", body=LinkChangeSerializer,
        body_example={"name": "Blog, July", "is_active": False},
        answer=LinkSerializer, example=LINK_EXAMPLE, path=id_parameter("its code", "The link"),
    )  # fmt: skip
    def patch(self, request, id):
        """With If-Match only when nobody has changed the link since it was read. Code and offer stay for ever."""
        link = self._link(id)
        values = self.body(LinkChangeSerializer)
        return self.write(lambda: self._change(link, dict(values)))

    def _link(self, asked):
        rows = links_of(self.member.affiliate)
        number = whole_number(asked)
        link = number and rows.filter(pk=number).first() or rows.filter(code=asked[:64]).first()
        if link is None:
            raise exceptions.NotFound(_("You have no link under “%s”.") % asked[:60])
        return link

    def _change(self, link, values):
        link = links_of(self.member.affiliate).select_for_update(of=("self",)).get(pk=link.pk)
        asked = self.request.headers.get("If-Match", "*")
        if asked != "*" and _tag(self, link) not in [tag.strip() for tag in asked.split(",")]:
            raise Changed()
        now, is_active = timezone.now(), values.pop("is_active", link.is_active)
        if values:
            update_link(link=link, actor=self.request.user, now=now, **_with_landing(link.offer, values))
        set_active(link=link, is_active=is_active, actor=self.request.user, now=now)
        return _answer(self, links_of(self.member.affiliate).get(pk=link.pk), 200)


def _with_landing(offer, values):
    """`landing_id` as the row of the offer; another offer's is none."""
    if "landing_id" in values:
        pk = values.pop("landing_id")
        values["landing"] = offer.landings.filter(pk=pk).first() if pk else None
        if pk and values["landing"] is None:
            raise DomainError(_("Choose one of the offer's own landings."), field="landing_id", code="bad_landing")
    return values


def _tag(view, link):
    shown = LinkSerializer(link, context=view.context()).data
    return f'"{hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:24]}"'


def _answer(view, link, status):
    return Response(
        LinkSerializer(link, context=view.context()).data, status=status, headers={"ETag": _tag(view, link)}
    )
