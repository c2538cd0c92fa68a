"""Parameters of a request, from its address and its body, whatever the body's form. Pure."""

import json
from urllib.parse import parse_qsl

from django.core.exceptions import SuspiciousOperation
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from tracking.incoming.raw_calls import clean

LARGEST_BODY = 64 * 1024
MOST_FIELDS = 200
_MAY_NEST = ("items",)


class Unreadable(Exception):
    """The body is no set of parameters; the message says why."""


def parameters_of(request) -> tuple[dict[str, str], str]:
    """(parameters of the query and the body, why the body could not be read)."""
    try:
        found = _query(request)
        if request.method == "POST":
            found |= _body(request)
    except Unreadable as error:
        return _of_query(request), str(error)
    return found, ""


def raw_query(request) -> str:
    """The query as it was sent, byte for byte."""
    return request.META.get("QUERY_STRING", "")


def raw_body(request) -> bytes:
    """The body as it was sent, b"" when it is too large to be taken."""
    return request.body if request.method == "POST" and _is_small(request) else b""


def _of_query(request):
    try:
        return _query(request)
    except Unreadable:
        return {}


def _query(request):
    raw = raw_query(request).encode("latin-1", "replace")  # WSGI hands bytes over as latin-1
    return _pairs(raw.decode(errors="replace"))


def _is_small(request):
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) <= LARGEST_BODY


def _body(request) -> dict[str, str]:
    if not _is_small(request):
        raise Unreadable(_("The body is larger than %d KB.") % (LARGEST_BODY // 1024))
    body = request.body  # read before the form is, so that the signature can be checked
    if request.content_type == "application/json":
        return _json(body)
    if request.content_type == "multipart/form-data":
        return _multipart(request)
    return _pairs(body.decode(errors="replace"))


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
    return from_json(found)


def from_json(found: object) -> dict[str, str]:
    """Parameters of a JSON object whose numbers are text already. Raises Unreadable."""
    if not isinstance(found, dict):
        raise Unreadable(_('The JSON must be one object with the parameters, such as {"click_id": "…"}.'))
    nested = [n for n, value in found.items() if isinstance(value, (dict, list)) and n.lower() not in _MAY_NEST]
    if nested:
        raise Unreadable(_("“%s” must be a plain value, not an object or a list.") % clean(nested[0])[:40])
    if len(found) > MOST_FIELDS:
        raise Unreadable(_("There are more than %d parameters.") % MOST_FIELDS)
    return {name: _text(value) for name, value in found.items()}


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else value
