"""/healthz: the process answers. /readyz: the database answers and the sweeps run."""

from django.db import DatabaseError, transaction
from django.http import HttpRequest, JsonResponse

from config import clock
from config.schedule import SWEEPS
from watchdog import heartbeats


@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """The process is alive; asks nothing of anybody else."""
    return JsonResponse({"status": "ok"})


@transaction.non_atomic_requests
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Ready, or 503 with the part that is not."""
    try:
        now = clock.now()
        ages, late = heartbeats.ages(SWEEPS, now=now), heartbeats.late(SWEEPS, now=now)
    except DatabaseError:
        return JsonResponse({"status": "unready", "database": "no answer"}, status=503)
    body = {"status": "unready" if late else "ok", "database": "ok", "sweeps": ages, "late": late}
    return JsonResponse(body, status=503 if late else 200)
