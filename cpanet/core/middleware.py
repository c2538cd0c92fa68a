"""What every answer carries, whoever asks."""

import re
import uuid

from django.shortcuts import render

_SANE = re.compile(r"^[\w.-]{8,64}$")


class RequestIdMiddleware:
    """Gives each request an id: in `request.request_id`, in the answer's `X-Request-ID`, in problem documents."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if _SANE.match(given) else uuid.uuid4().hex
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        return response


class NoNulMiddleware:
    """Text that PostgreSQL cannot even be asked for: a NUL in an address becomes a sign that no id holds, and whoever
    sends one in a field that no form has looked at reads that it was not understood, with nothing changed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.path_info = request.path_info.replace("\0", "\N{REPLACEMENT CHARACTER}")
        return self.get_response(request)

    def process_exception(self, request, exception):
        is_nul = isinstance(exception, ValueError) and "NUL (0x00)" in str(exception)
        return render(request, "400.html", status=400) if is_nul else None
