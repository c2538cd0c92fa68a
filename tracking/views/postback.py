"""The address that advertisers' systems call."""

import json
from urllib.parse import parse_qsl

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from cpanet.accounts.models import Advertiser
from cpanet.core.ids import parse_public_id
from tracking.choices import Verdict
from tracking.raw_calls import token_of
from tracking.services.postback_keys import authenticate
from tracking.services.postbacks import keep_unauthenticated, take_call

LARGEST_BODY = 64 * 1024
MOST_FIELDS = 200
HEADER = "X-Postback-Token"


class Unreadable(Exception):
    """The body is no set of parameters; the message says why."""


@csrf_exempt
def postback(request, public_id):
    """GET, or POST as a form or as JSON. Always answers JSON; see docs/integration.md for the parameters."""
    advertiser = _advertiser(request, public_id)
    if advertiser is None:
        return _answer(404, "unknown", _("There is no advertiser at this address: copy it from your integration page."))
    if request.method not in ("GET", "POST"):
        return _answer(405, "refused", _("Call this address with GET or POST."))
    parameters, problem = _parameters(request)
    call = {"advertiser": advertiser, "parameters": parameters, "method": request.method, "now": timezone.now()}
    call["address"] = request.client_address
    token = request.headers.get(HEADER) or token_of(parameters)
    if not token or authenticate(advertiser=advertiser, token=token, now=call["now"]) is None:
        return _unauthenticated(call, bool(token))
    stored, outcome = take_call(**call, problem=problem)
    return _answer(422 if outcome.verdict == Verdict.REFUSED else 200, outcome.verdict, outcome.explanation, outcome)


def _advertiser(request, public_id):
    if request.network is None:
        raise Http404
    try:
        uid = parse_public_id("adv", public_id)
    except ValueError:
        return None
    return Advertiser.objects.filter(uid=uid).first()


def _unauthenticated(call, has_token):
    if has_token:
        sentence = _("This token opens nothing: it is wrong or was revoked.")
    else:
        sentence = _("The token is missing: add token=… with a key of your integration page.")
    keep_unauthenticated(**call, explanation=sentence)
    return _answer(401, Verdict.UNAUTHENTICATED, sentence)


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


def _parameters(request) -> tuple[dict[str, str], str]:
    """(parameters of the query and the body, why the body could not be read)."""
    try:
        found = _query(request)
        if request.method == "POST":
            found |= _body(request)
    except Unreadable as error:
        return _of_query(request), str(error)
    return found, ""


def _of_query(request):
    try:
        return _query(request)
    except Unreadable:
        return {}


def _query(request):
    raw = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")  # WSGI hands bytes over as latin-1
    return _pairs(raw.decode(errors="replace"))


def _body(request) -> dict[str, str]:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        raise Unreadable(_("The body is larger than %d KB.") % (LARGEST_BODY // 1024))
    if request.content_type == "application/json":
        return _json(request.body)
    if request.content_type == "multipart/form-data":
        return _multipart(request)
    return _pairs(request.body.decode(errors="replace"))


def _pairs(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace"))
    except ValueError:
        raise Unreadable(_("There are more than %d parameters.") % MOST_FIELDS) from None


def _multipart(request) -> dict[str, str]:
    try:
        return dict(request.POST.items())
    except (MultiPartParserError, SuspiciousOperation):
        raise Unreadable(_("The body is not a form: send it as application/x-www-form-urlencoded.")) from None


def _json(body: bytes) -> dict[str, str]:
    try:
        found = json.loads(body, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise Unreadable(_("The body is not JSON, though its content type says so.")) from None
    if not isinstance(found, dict):
        raise Unreadable(_('The JSON must be one object with the parameters, such as {"click_id": "…"}.'))
    nested = [name for name, value in found.items() if isinstance(value, (dict, list))]
    if nested:
        raise Unreadable(_("“%s” must be a plain value, not an object or a list.") % nested[0][:40])
    if len(found) > MOST_FIELDS:
        raise Unreadable(_("There are more than %d parameters.") % MOST_FIELDS)
    return {name: _text(value) for name, value in found.items()}


def _text(value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value
