"""What the OpenAPI document says of every operation alike: refusals, headers, the key."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.serializers import Serializer

from integrations.api.answered import ProblemRow, TaskRow

MEANINGS = {
    400: "The request cannot be read: JSON, query, cursor or a header.",
    401: "No active API key was sent.",
    403: "The key lacks the scope, or the member's role does not allow it.",
    404: "There is nothing at this address, or nothing that this key may see.",
    409: "Somebody else was first (`who`, `when`), or the task is not in a status for this.",
    412: "The task changed since it was read (If-Match).",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "The values cannot be used; `errors` points at each.",
    429: "Too many requests of this key; Retry-After says when.",
}


def _refusals(*statuses: int) -> dict[Any, Any]:
    return {
        (status, "application/problem+json"): OpenApiResponse(
            ProblemRow, description=MEANINGS[status]
        )
        for status in statuses
    }


def of_reading(*more: int) -> dict[Any, Any]:
    """What any read may be refused with."""
    return _refusals(401, 403, 429, *more)


REFUSALS = _refusals(400, 401, 403, 413, 415, 422, 429)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER,
    description="Sent again within a day, the same request gets the first answer.",
)  # fmt: skip
IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER,
    description="The ETag that was read; refused with 412 where the task has changed since.",
)  # fmt: skip


def of_verb(
    operation_id: str, body: type[Serializer[Any]], answer: type[Serializer[Any]] = TaskRow
) -> Callable[[Any], Any]:
    """The description of a verb."""
    return extend_schema(
        operation_id=operation_id, request=body, parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        responses={200: answer} | REFUSALS | _refusals(404, 409, 412),
    )  # fmt: skip


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the document names our key."""

    target_class = "integrations.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002 - the library's signature
        """A bearer token that is not a JWT."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "cc_…"}
