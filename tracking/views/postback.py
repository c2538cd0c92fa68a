"""The addresses that advertisers' systems and their pages call."""

import base64
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from cpanet.accounts.models import Advertiser
from cpanet.core.click_cookie import cookie_name
from cpanet.core.ids import parse_public_id
from cpanet.tenancy.raw import row
from tracking.choices import Origin, Verdict
from tracking.incoming.call_parameters import parameters_of, raw_body, raw_query
from tracking.incoming.raw_calls import token_of
from tracking.incoming.signing import (
    KEY_HEADER,
    KEY_NAME,
    SIGNATURE_HEADER,
    SIGNATURE_NAME,
    SIGNING_NAMES,
    TIME_HEADER,
    TIME_NAME,
    Signed,
)
from tracking.models import PostbackSettings
from tracking.services.pixels import is_flood, let_in_page
from tracking.services.postback_keys import NotAuthenticated, let_in
from tracking.services.postback_settings import settings_of
from tracking.services.postbacks import keep_unauthenticated, take_call

HEADER = "X-Postback-Token"
_ADVERTISER = "SELECT * FROM accounts_advertiser WHERE network_id = %(network)s AND uid = %(uid)s"
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@csrf_exempt
def postback(request, public_id):
    """GET, or POST as a form or as JSON. Always answers JSON; see docs/integration.md for the parameters."""
    advertiser = _advertiser(request, public_id)
    if advertiser is None:
        return _answer(404, "unknown", _("There is no advertiser at this address: copy it from your integration page."))
    if request.method not in ("GET", "POST"):
        return _answer(405, "refused", _("Call this address with GET or POST."))
    settings = settings_of(advertiser)
    parameters, problem = parameters_of(request)
    call = _call(request, advertiser, parameters)
    try:
        caller = let_in(
            advertiser=advertiser, settings=settings, token=request.headers.get(HEADER) or token_of(parameters),
            signed=_signed(request, parameters), address=request.client_address, now=call["now"],
        )  # fmt: skip
    except NotAuthenticated as error:
        keep_unauthenticated(**call, explanation=str(error))
        return _answer(401, Verdict.UNAUTHENTICATED, str(error))
    _stored, outcome = take_call(**call, problem=problem, caller=caller, settings=settings)
    return _answer(422 if outcome.verdict == Verdict.REFUSED else 200, outcome.verdict, outcome.explanation, outcome)


def pixel_script(request):
    """The script of the pixel, under an address that stays."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@lru_cache(maxsize=1)
def _script() -> bytes:
    return Path(finders.find("pixel/v1.js")).read_bytes()


@csrf_exempt
def pixel(request, pixel_id):
    """An image of one point, whatever comes of the call: a shop's page must not show a broken one."""
    settings = _pixel_settings(request, pixel_id)
    if settings is not None and request.method in ("GET", "POST"):
        _take_from_page(request, settings)
    response = HttpResponse(GIF, content_type="image/gif")
    response["Cache-Control"] = "no-store"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _take_from_page(request, settings) -> None:
    parameters, problem = parameters_of(request)
    origin = Origin.PIXEL if parameters.pop("via", "") == "js" else Origin.IMAGE
    if remembered := request.COOKIES.get(cookie_name(settings.advertiser_id), ""):
        parameters.setdefault("cookie", remembered)  # the page's own memory is nearer to the sale
    call = _call(request, settings.advertiser, parameters) | {"origin": origin}
    if is_flood(advertiser=settings.advertiser, address=call["address"], now=call["now"]):
        return
    page = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        caller = let_in_page(settings=settings, page=page)
    except NotAuthenticated as error:
        keep_unauthenticated(**call, explanation=str(error))
        return
    take_call(**call, problem=problem, caller=caller, settings=settings)


def _call(request, advertiser, parameters) -> dict:
    shown = {name: value for name, value in parameters.items() if name not in SIGNING_NAMES}
    return {
        "advertiser": advertiser, "parameters": shown, "method": request.method, "address": request.client_address,
        "now": timezone.now(),
    }  # fmt: skip


def _signed(request, parameters) -> Signed | None:
    """What the call says of its signature, in headers or in the address; None of neither."""
    headers = request.headers
    signature = headers.get(SIGNATURE_HEADER) or parameters.get(SIGNATURE_NAME, "")
    if not signature:
        return None
    return Signed(
        key_id=headers.get(KEY_HEADER) or parameters.get(KEY_NAME, ""),
        time=headers.get(TIME_HEADER) or parameters.get(TIME_NAME, ""),
        signature=signature, method=request.method, path=request.path, query=raw_query(request),
        body=raw_body(request),
    )  # fmt: skip


def _advertiser(request, public_id):
    if request.network is None:
        raise Http404
    try:
        uid = parse_public_id("adv", public_id)
    except ValueError:
        return None
    return row(Advertiser, _ADVERTISER, uid=uid)


def _pixel_settings(request, pixel_id) -> PostbackSettings | None:
    if request.network is None:
        raise Http404
    try:
        uid = parse_public_id("px", pixel_id)
    except ValueError:
        return None
    return PostbackSettings.objects.filter(pixel_uid=uid).select_related("advertiser").first()


def _answer(status, verdict, message, outcome=None):
    body = {"status": str(verdict), "message": str(message)}
    if outcome and outcome.conversion:
        body |= {"conversion": outcome.conversion.public_id, "decision": outcome.conversion.status}
    if outcome and outcome.field:
        body["field"] = outcome.field
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    if status == 405:
        response["Allow"] = "GET, POST"
    return response
