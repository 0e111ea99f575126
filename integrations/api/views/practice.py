"""The ground of every view: the key's practice in scope, one transaction, strict input."""

from contextlib import nullcontext
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations.api import problems
from integrations.api.authentication import ApiKeyAuthentication, HasScope, practice_behind
from integrations.api.parsers import MAX_BYTES, StrictJSONParser
from integrations.api.problems import Problem
from integrations.api.throttles import KeyThrottle
from integrations.models import Scope
from tenants import scope

LANGUAGE = "en"
"""Of every answer, whatever the caller accepts: programs compare words, people read screens."""

TOO_LARGE = f"The body is over the limit of {MAX_BYTES} bytes."


class PracticeView(APIView):
    """Opens the scope outside the transaction, so that it is open until the last statement."""

    authentication_classes = [ApiKeyAuthentication]
    permission_classes = [HasScope]
    parser_classes = [StrictJSONParser]
    renderer_classes = [JSONRenderer]
    throttle_classes = [KeyThrottle]
    metadata_class = None
    http_method_names = ("get", "head", "post")
    required_scope: Scope | None = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Without the transaction of the request: `dispatch` begins its own."""
        return transaction.non_atomic_requests(super().as_view(**initkwargs))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Work in the practice that the key leads to; without a key in none, and be refused."""
        practice_id = practice_behind(request)
        room = scope.scoped(practice_id) if practice_id else nullcontext()
        with room, transaction.atomic(), translation.override(LANGUAGE):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what is too large before it is read.

        Raises:
            Problem: it is.
        """
        super().initial(request, *args, **kwargs)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > MAX_BYTES:
            raise Problem(413, TOO_LARGE)

    def handle_exception(self, exc: Exception) -> Response:
        """As problem+json, whatever it is."""
        if getattr(exc, "status_code", None) == 401:
            exc.auth_header = self.get_authenticate_header(self.request)  # type: ignore[attr-defined]
        answer = problems.problem(exc, self.get_exception_handler_context())
        answer.exception = True
        return answer


class Nowhere(PracticeView):
    """Any other address."""

    permission_classes = []
    authentication_classes = []
    throttle_classes = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """There is nothing here, by any method.

        Raises:
            Problem: always.
        """
        super().initial(request, *args, **kwargs)
        raise Problem(404, problems.NO_SUCH_THING)
