"""A program with an API key, and the work that it finds."""

import json
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.test import Client

from audit.actors import Actor
from integrations import operations
from routing.models import Task
from tests.flows.doors import bring, sweep
from tests.messages import oru

SETUP = Actor.machine("tests.setup")
JUST_NOW = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
"""The views read the clock themselves."""
ALL = ("tasks:read", "tasks:write", "events:write", "referrals:read", "referrals:write")


class Caller:
    """Speaks JSON with one key; answers are Django's, with `.json()`."""

    def __init__(self, secret=""):
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def get(self, path, query=None, **headers):
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers | _named(headers))

    def post(self, path, body=None, **headers):
        sent = body if isinstance(body, (bytes, str)) else json.dumps(body or {})
        return self.client.post(
            f"/api/v1/{path}",
            sent,
            content_type=headers.pop("content_type", "application/json"),
            headers=self.headers | _named(headers),
        )


def key_of(place, *, now, scopes=ALL):
    """A new key of a practice."""
    with place.scoped(), transaction.atomic():
        return operations.issue_api_key(name="Test", scopes=scopes, actor=SETUP, now=now)


def caller_of(place, *, now, scopes=ALL):
    return Caller(key_of(place, now=now, scopes=scopes).secret)


def tasks_of(place, feed, *, now, results):
    """One task for each result, by the lab's own messages; in the order of the queue."""
    bodies = [
        oru(**{"control": str(n), "order": f"L-{n}"} | more) for n, more in enumerate(results)
    ]
    bring(feed, *bodies, now=now)
    sweep(feed, now=now)
    with place.scoped(), transaction.atomic():
        return list(Task.objects.select_related("patient").most_dangerous_first())


def _named(headers):
    return {name.replace("_", "-"): value for name, value in headers.items()}
