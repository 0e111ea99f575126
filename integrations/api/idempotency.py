"""A POST sent again under the same Idempotency-Key gets the first answer and changes nothing."""

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.api.problems import Problem
from integrations.models import ApiKey, IdempotentRequest
from tenants import scope
from tenants.models import Practice

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
KEY = re.compile(r"[\x21-\x7e]{1,120}")

UNUSABLE = (
    "An Idempotency-Key is 1 to 120 printable ASCII characters without spaces, such as a UUID."
)
USED = "Another request was sent under this Idempotency-Key. Choose a new key for a new request."


def once(
    request: Request, work: Callable[[], Response], *, secret: Collection[str] = (), now: datetime
) -> Response:
    """Do the work, or answer as it was answered within the last day. Refusals are not kept.

    The answer has a version, which is its ETag. What is `secret` in it is not kept: null in a
    repeat.

    Raises:
        Problem: the key is unusable (400), or was used for another request (422).
    """
    sent = request.headers.get(HEADER)
    if sent is None:
        return work()
    if not KEY.fullmatch(sent):
        raise Problem(400, UNUSABLE, kind="idempotency-key")
    key = request.auth
    assert isinstance(key, ApiKey)
    _wait_for_others(key, sent)
    digest = _digest(request)
    held = IdempotentRequest.objects.filter(api_key=key, key=sent).first()
    if held is not None and now - held.at < KEPT:
        if held.digest != digest:
            raise Problem(422, USED, kind="idempotency-key")
        headers = {"Idempotency-Replayed": "true", "ETag": f'"{held.body["version"]}"'}
        return Response(held.body, held.status, headers=headers)
    answer = work()
    body = {**answer.data, **dict.fromkeys(secret)}
    _keep(key, sent, digest, answer.status_code, body, now=now)
    return answer


def _keep(
    key: ApiKey, sent: str, digest: str, status: int, body: Mapping[str, Any], *, now: datetime
) -> None:
    IdempotentRequest.objects.update_or_create(
        api_key=key, key=sent,
        defaults={"digest": digest, "status": status, "body": body, "at": now},
    )  # fmt: skip


def sweep(*, now: datetime) -> int:
    """Forget in every practice; returns how many answers were dropped."""
    dropped = 0
    for practice_id in list(Practice.objects.values_list("pk", flat=True)):
        with scope.scoped(practice_id), transaction.atomic():
            dropped += forget(now=now)
    return dropped


def forget(*, now: datetime) -> int:
    """Drop the practice's answers that nobody may ask for any more; returns how many."""
    count, _ = IdempotentRequest.objects.filter(at__lt=now - KEPT).delete()
    return count


def _wait_for_others(key: ApiKey, sent: str) -> None:
    """Two requests under one key take turns, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{key.pk} {sent}"]
        )


def _digest(request: Request) -> str:
    said = f"{request.method} {request.path}\n".encode() + request.body
    return hashlib.sha256(said).hexdigest()
