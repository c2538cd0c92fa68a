"""How calls are described in the OpenAPI document."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import get_doc
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from cpanet.accounts.rest.parameters import DRY_RUN, described

PROBLEM_TYPE = "application/problem+json"
PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail", "errors", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable: programs may decide by it."},
        "detail": {"type": "string", "description": "For people: what is wrong and how to mend it."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail", "code"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer to the member, or / and the parameter."},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
        "request_id": {"type": "string", "description": "Name it when you ask the support."},
    },
    "example": {
        "type": "about:blank",
        "title": "Unknown parameter",
        "status": 400,
        "code": "unknown_parameter",
        "detail": "This call has no parameter “ofer”. Did you mean “offer”?",
        "errors": [{"pointer": "/ofer", "detail": "This call has no parameter “ofer”.", "code": "unknown_parameter"}],
        "request_id": "0f7c9a1e7a1b4a5f8f8b7f2f6f0c1d2e",
    },
}
_REASONS = {
    "400": "A parameter, the body or a header is malformed.",
    "401": "The key is missing, unknown, expired, revoked or used from a foreign address.",
    "403": "The key lacks the scope, or the role has no such call.",
    "404": "There is nothing under this id for this key.",
    "409": "The state has changed meanwhile, or the same Idempotency-Key is still at work.",
    "412": "The object is not the one of If-Match any more.",
    "415": "The body is not JSON.",
    "422": "The request was understood and cannot be done.",
    "429": "The budget of this minute is used up: see Retry-After.",
    "default": "Anything else that went wrong.",
}
_IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    type={"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"},
    location=OpenApiParameter.HEADER,
    description="The same key and body again give the stored answer; another body gives 422, a call at work 409.",
)
_IF_MATCH = OpenApiParameter(
    "If-Match",
    type={"type": "string", "pattern": '^("[0-9a-f]{24}"|\\*)$'},
    location=OpenApiParameter.HEADER,
    description="The ETag of the object as it was read: 412 when somebody has changed it since.",
)


class ApiKeyScheme(OpenApiAuthenticationExtension):
    target_class = "cpanet.accounts.api_auth.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer cpa_live_…`"}


def page_of(row: type[serializers.Serializer], **more: serializers.Field) -> serializers.Serializer:
    """The serializer of a page of rows."""
    name = row.__name__.removesuffix("Serializer") + "Page"
    doc = {"help_text": "Give it as `after` to go on."}
    cursor, has_more = serializers.CharField(allow_null=True, **doc), serializers.BooleanField()
    return inline_serializer(name, {"data": row(many=True), "next_cursor": cursor, "has_more": has_more, **more})


def page_example(row: dict, **more) -> dict:
    return {"data": [row], "next_cursor": None, "has_more": False, **more}


def documented(
    operation: str,
    summary: str,
    *,
    answer,
    example,
    parameters=(),
    body=None,
    body_example=None,
    status: int = 200,
    path=None,
):
    """Decorates a method of a view: its name in programs, one line of summary, the serializers of body and answer
    with an example of each; its docstring becomes the description."""

    def decorate(method):
        wanted = described(parameters) + ([path] if path else [])
        if body is not None:
            wanted += described([DRY_RUN])
            wanted += [_IDEMPOTENCY if method.__name__ == "post" else _IF_MATCH]
        examples = [OpenApiExample("Answer", value=example, response_only=True, status_codes=[str(status)])]
        if body_example is not None:
            examples.append(OpenApiExample("Body", value=body_example, request_only=True))
        responses = {status: OpenApiResponse(answer, description=summary)}
        if status != 200:
            responses[200] = OpenApiResponse(answer, description="The dry run: what would be.")
        return extend_schema(
            operation_id=operation,
            summary=summary,
            description=get_doc(method) or summary,
            parameters=wanted,
            request=body,
            responses=responses,
            examples=examples,
        )(method)

    return decorate


def id_parameter(example: str, what: str) -> OpenApiParameter:
    """The id in a path: the stable integer or the public one."""
    return OpenApiParameter(
        "id", type=OpenApiTypes.STR, location=OpenApiParameter.PATH, description=f"{what}: 17 or {example}."
    )


def add_problems(result, generator, request, public):
    """A hook of drf-spectacular: every operation says how it fails."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            codes = ["400", "401", "403", "429", "default"]
            codes += ["404"] if "{" in path else []
            codes += ["409", "415", "422"] if "requestBody" in operation else []
            codes += ["412"] if method == "patch" else []
            operation["responses"] |= {code: _problem(code) for code in sorted(codes)}
            for code, answer in operation["responses"].items():
                if code in ("200", "201"):
                    answer["headers"] = _HEADERS
    return result


_HEADERS = {
    "RateLimit": {"schema": {"type": "string"}, "description": 'What is left: `"read";r=599;t=42`.'},
    "RateLimit-Policy": {"schema": {"type": "string"}, "description": 'The budget: `"read";q=600;w=60`.'},
    "X-Request-ID": {"schema": {"type": "string"}, "description": "The id of this call."},
}


def _problem(code):
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": _REASONS[code], "content": content}
