"""The base of every call of the REST API."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import APIView

from cpanet.accounts.api_auth import membership_of
from cpanet.accounts.models import ApiKey
from cpanet.accounts.rest import limits, repeats
from cpanet.accounts.rest.parameters import DRY_RUN, Parameter, read
from cpanet.accounts.roles import STAFF_ROLES, Role
from cpanet.core.ids import parse_public_id
from cpanet.core.numbers import whole_number

AFFILIATE, ADVERTISER, MANAGER = "affiliate", "advertiser", "manager"
EVERYBODY = tuple(Role)
WEBMASTERS, ADVERTISERS, STAFF = (Role.AFFILIATE,), (Role.ADVERTISER,), STAFF_ROLES


class ApiView(APIView):
    """A call. Set `scope` ("offers"), `audiences` (roles), `parameters` (of GET) and maybe `cost`.

    In a method: `self.given` holds the query parameters, `self.audience` is affiliate, advertiser or manager,
    `self.member` the membership for which the call acts.
    """

    scope = ""
    audiences: Sequence[str] = EVERYBODY
    parameters: Sequence[Parameter] = ()
    cost = "read"

    def initial(self, request, *args, **kwargs):
        self.budget = None
        if not hasattr(self, request.method.lower()):
            raise exceptions.MethodNotAllowed(request.method)
        super().initial(request, *args, **kwargs)
        self.member = membership_of(request)
        self.audience = {Role.AFFILIATE: AFFILIATE, Role.ADVERTISER: ADVERTISER}.get(self.member.role, MANAGER)
        known = (
            self.parameters if request.method in ("GET", "HEAD") else () if request.method == "OPTIONS" else (DRY_RUN,)
        )
        self.given = read(known, request.query_params)

    def check_throttles(self, request):
        """Counts the call against the budget of its key."""
        cost = self.cost if request.method in ("GET", "HEAD", "OPTIONS") else "write"
        caller = f"key{request.auth.pk}" if isinstance(request.auth, ApiKey) else f"user{request.user.pk}"
        self.budget = limits.spend(caller, cost)
        if self.budget.exceeded:
            raise exceptions.Throttled(wait=self.budget.reset)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        if getattr(self, "budget", None):
            for name, value in self.budget.headers().items():
                response[name] = value
        response["Cache-Control"] = "private, no-store"
        return response

    @property
    def currency(self) -> str:
        """The network's own."""
        return self.request._request.network.currency

    def context(self) -> dict:
        """For serializers."""
        return {"audience": self.audience, "request": self.request}

    def body(self, serializer_class, **options):
        """The checked body. Raises ValidationError (400) with a pointer to each member at fault."""
        serializer = serializer_class(data=self.request.data, context=self.context(), **options)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def write(self, do: Callable[[], Response]) -> Response:
        """Run a write once for its Idempotency-Key; with `?dry_run=1` run it, answer, and take everything back."""
        if self.given["dry_run"]:
            return _rehearsed(do)
        return repeats.once(self.request, self.member, do)


def _rehearsed(do):
    response = None
    with suppress(_CurtainError), transaction.atomic():
        response = do()
        raise _CurtainError
    response.status_code = 200
    response["Dry-Run"] = "true"
    return response


class _CurtainError(Exception):
    """Ends a rehearsal: takes back the transaction, and with it what was queued for its commit."""


def found(rows: QuerySet, asked: str, prefix: str) -> Model:
    """The row of this stable or public id. Raises NotFound, also for ids that are none."""
    lookup = _lookup(asked, prefix)
    row = rows.filter(**lookup).first() if lookup else None
    if row is None:
        raise exceptions.NotFound(_("There is nothing here under the id “%s”.") % asked[:60])
    return row


def _lookup(asked, prefix) -> dict[str, int | UUID] | None:
    if asked.isascii() and asked.isdecimal():
        number = whole_number(asked)
        return None if number is None else {"pk": number}
    try:
        return {"uid": parse_public_id(prefix, asked)}
    except ValueError:
        return None


class NotFoundView(APIView):
    """Every address that is no call."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def dispatch(self, request, *args, **kwargs):
        self.http_method_names = []
        return super().dispatch(request, *args, **kwargs)

    def http_method_not_allowed(self, request, *args, **kwargs):
        raise exceptions.NotFound(_("The API has no call at this address."))
