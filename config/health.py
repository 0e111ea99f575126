"""/healthz: the process answers. /readyz: the database answers, sweeps run, obligations hold."""

from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpRequest, JsonResponse

from config import clock
from config.schedule import SWEEPS
from watchdog import breaches, heartbeats
from watchdog.auditor import Auditing
from watchdog.obligations import AUDITOR_LATE


@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """The process is alive; asks nothing of anybody else."""
    return JsonResponse({"status": "ok"})


@transaction.non_atomic_requests
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Ready, or 503 with the part that is not."""
    try:
        body = _found()
    except DatabaseError:
        return JsonResponse({"status": "unready", "database": "no answer"}, status=503)
    return JsonResponse(body, status=200 if body["status"] == "ok" else 503)


def _found() -> dict[str, Any]:
    """What is late is asked here and now, so that a stopped auditor hides nothing."""
    now = clock.now()
    auditing = Auditing(every=settings.AUDIT_SECONDS)
    late = heartbeats.late((*SWEEPS, auditing), now=now)
    broken = set(breaches.grave().values_list("obligation", flat=True))
    if auditing.name in late:
        broken.add(AUDITOR_LATE)
    return {
        "status": "unready" if late or broken else "ok",
        "database": "ok",
        "sweeps": heartbeats.ages((*SWEEPS, auditing), now=now),
        "late": late,
        "breaches": sorted(broken),
    }
