"""Every refusal as problem+json (RFC 9457): what happened, and what the caller can do."""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.permissions import PermissionRefused
from referrals.operations import (
    ClosingRefused,
    NoFact,
    NoInvitation,
    NoReferral,
    NotInvited,
    NotMatched,
    NotOpened,
)
from routing.operations import LostRace, OutcomeNeeded, TaskNotFound
from routing.states import MoveNotAllowed

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

OUR_FAULT = "The server failed. Nothing was changed; send the request again later."
UNUSABLE = "Some values cannot be used; see `errors`."
NO_SUCH_THING = "There is nothing at this address, or nothing that this key may see."


OURS: tuple[tuple[tuple[type[Exception], ...], int, str], ...] = (
    ((Http404, TaskNotFound, NoReferral, NoInvitation), 404, ""),
    ((PermissionDenied, PermissionRefused), 403, "not-allowed"),
    ((OutcomeNeeded,), 422, "outcome-needed"),
    ((MoveNotAllowed,), 409, "move-not-allowed"),
    ((NotOpened,), 422, "not-opened"),
    ((ClosingRefused,), 409, "closing-refused"),
    ((NotMatched,), 409, "not-matched"),
    ((NoFact,), 409, "no-fact"),
    ((NotInvited,), 409, "not-invited"),
)


class Problem(Exception):
    """A refusal with its status; `kind` makes the type of RFC 9457, `more` its further members."""

    def __init__(self, status: int, detail: str, *, kind: str = "", **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.kind, self.more = status, detail, kind, more


def problem(error: Exception, context: dict[str, Any]) -> Response:  # noqa: ARG001 - REST framework's signature
    """The answer to whatever a view raised; the transaction is undone."""
    known = _known(error)
    if known is None:
        logger.error("api request failed", exc_info=error)
        known = Problem(500, OUR_FAULT)
    set_rollback()
    return response(known, headers=_headers(error))


def response(known: Problem, *, headers: dict[str, str] | None = None) -> Response:
    """One problem as an answer."""
    body = {
        "type": f"urn:clearchart:problem:{known.kind}" if known.kind else "about:blank",
        "title": HTTPStatus(known.status).phrase,
        "status": known.status,
        "detail": known.detail,
    }
    return Response(body | known.more, known.status, headers=headers, content_type=MEDIA_TYPE)


def _known(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    if isinstance(error, LostRace):
        when = error.when.isoformat()
        return Problem(409, str(error), kind="lost-race", who=error.who, when=when)
    if isinstance(error, exceptions.ValidationError):
        return invalid(error, status=422)
    if isinstance(error, exceptions.APIException):
        return Problem(error.status_code, str(error.detail))
    for kinds, status, kind in OURS:
        if isinstance(error, kinds):
            return Problem(status, NO_SUCH_THING if status == 404 else str(error), kind=kind)
    return None


def invalid(error: exceptions.ValidationError, *, status: int) -> Problem:
    """What was wrong with the input, each with a JSON pointer to where."""
    errors = [{"pointer": where, "detail": said} for where, said in _flat(error.detail, "")]
    return Problem(
        status, "Some values cannot be used; see `errors`.", kind="invalid", errors=errors
    )


def _flat(detail: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, at if name == "non_field_errors" else f"{at}/{name}")
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flat(inner, at)
    else:
        yield at, str(detail)


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return headers
