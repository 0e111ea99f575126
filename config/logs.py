"""JSON logs that cannot hold PHI: a constant message, and named fields that hold ids, counts and
codes.

Arguments of a message are never filled in, an exception is its type and its lines, never its text.
A library's message that came without arguments may have its values in it already (asyncio puts the
whole exception there): it is replaced by the place that wrote it.
"""

import json
import logging
import logging.config
import re
import time
import traceback
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

FIELDS = frozenset(
    {
        "practice",
        "feed",
        "message_id",
        "task",
        "item",
        "entity",
        "sweep",
        "done",
        "count",
        "status",
        "method",
        "route",
        "took_ms",
        "request",
        "attempt",
        "port",
        "connections",
        "cause",
        "version",
        "signal",
        "reason_code",
        "obligation",
        "spread_seconds",
    }
)

OURS = frozenset(
    {"clearchart", "accounts", "audit", "charts", "config", "dashboards", "escalation",
     "integrations", "metrics", "outbox", "referrals", "routing", "tenants", "watchdog"}
)  # fmt: skip
"""Loggers whose messages are constants; a test reads every call."""

_SAFE = re.compile(r"[A-Za-z0-9_.:/<>^-]{0,64}")


class SafeFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Keep what cannot be about a person."""
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        for name in FIELDS & record.__dict__.keys():
            line[name] = _safe(record.__dict__[name])
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__qualname__
            line["lines"] = [
                f"{f.filename.rsplit('/', 2)[-2]}/{f.filename.rsplit('/', 1)[-1]}:{f.lineno}"
                for f in traceback.extract_tb(record.exc_info[2])[-12:]
            ]
        return json.dumps(line)


def _event(record: logging.LogRecord) -> str:
    """The constant that was written, or where it was written."""
    constant = record.name.split(".")[0] in OURS or bool(record.args)
    if constant and isinstance(record.msg, str):
        return record.msg
    return f"{record.module}:{record.lineno}"


def _safe(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if _SAFE.fullmatch(text) else "withheld"


def configure(_: dict[str, Any]) -> None:
    """Everything to stderr, through the one formatter."""
    logging.config.dictConfig({
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"safe": {"()": SafeFormatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "safe"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django.server": {"handlers": [], "propagate": False},
            "celery": {"level": "WARNING"},
        },
    })  # fmt: skip


logger = logging.getLogger("clearchart.request")


class RequestLogMiddleware:
    """One line a request: the route's pattern, never the address with its ids and query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, log, forbid caching of anything that a practice owns."""
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Request-ID"] = getattr(request, "request_id", "")
        logger.info(
            "request",
            extra={
                "method": request.method,
                "route": match.view_name if match else "none",
                "status": response.status_code,
                "took_ms": round((time.perf_counter() - started) * 1000, 1),
                "request": getattr(request, "request_id", ""),
            },
        )
        return response
