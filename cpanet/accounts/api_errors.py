"""RFC 9457 problem documents for everything that goes wrong in the API."""

from django.http import JsonResponse
from drf_standardized_errors.handler import exception_handler

from cpanet.core.errors import DomainError


def problem_json(error, context):
    """`{type, title, status, code, detail, errors[], request_id}` with the media type of the RFC."""
    if isinstance(error, DomainError):
        pointer = [{"pointer": f"/{error.field}", "detail": str(error), "code": error.code}] if error.field else []
        return _problem(context, error.status, error.code, str(error), pointer)
    response = exception_handler(error, context)
    if response is None:
        return None
    found = [
        {"pointer": "/" + item["attr"].replace(".", "/"), "detail": item["detail"], "code": item["code"]}
        for item in response.data["errors"]
        if item["attr"]
    ]
    first = response.data["errors"][0]
    problem = _problem(context, response.status_code, first["code"], first["detail"], found)
    for header in ("WWW-Authenticate", "Retry-After", "Allow"):
        if header in response:
            problem[header] = response[header]
    return problem


def _problem(context, status, code, detail, errors):
    request = context["request"]
    body = {
        "type": "about:blank",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": str(detail),
        "errors": errors,
        "request_id": getattr(request, "request_id", ""),
    }
    return JsonResponse(body, status=status, content_type="application/problem+json")
