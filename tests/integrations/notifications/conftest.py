"""An EHR behind Elm Street's feed that has promised to tell us."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import transaction

from integrations import operations, signing
from integrations.models import Connection, Fetch, Subscription
from routing.models import Task
from tests.flows.doors import sweep
from tests.integrations.notifications.bundles import BASE, TOPIC
from tests.people import SETUP


class Ehr:
    """What an EHR does: it posts, and we work on what it posted."""

    def __init__(self, client, elm, key, subscription) -> None:
        self.client, self.elm, self.key, self.subscription = client, elm, key, subscription

    @property
    def secret(self) -> str:
        return signing.secret_of(self.key.pk, master=settings.FEED_KEY_SECRET)

    def post(self, body: bytes, headers: dict[str, str] | None = None):
        if headers is None:
            at = datetime.now(UTC)
            signed = signing.sign(body, key_id=self.key.pk, secret=self.secret, at=at)
            headers = {signing.HEADER: signed}
        return self.client.post(
            "/integrations/fhir/elm-ehr", body, content_type="application/fhir+json",
            headers=headers,
        )  # fmt: skip

    def tell(self, *bodies: bytes) -> None:
        """Posted, let in, and worked on."""
        for body in bodies:
            answer = self.post(body)
            assert answer.status_code == 202, answer.content
        self.work()

    def work(self) -> None:
        sweep(self.elm.ehr, now=datetime.now(UTC))

    def row(self) -> Subscription:
        with self.elm.scoped(), transaction.atomic():
            return Subscription.objects.get(pk=self.subscription.pk)

    def change(self, **fields) -> None:
        with self.elm.scoped(), transaction.atomic():
            Subscription.objects.filter(pk=self.subscription.pk).update(**fields)

    def fetches(self, state: str = "waiting") -> list[str]:
        with self.elm.scoped(), transaction.atomic():
            rows = Fetch.objects.filter(state=state).order_by("reference")
            return list(rows.values_list("reference", flat=True))

    def finish_fetches(self, state: str = "done", **only) -> None:
        with self.elm.scoped(), transaction.atomic():
            now = datetime.now(UTC)
            Fetch.objects.filter(**only).update(state=state, finished_at=now)

    def tasks(self) -> list[tuple[str, str, str]]:
        with self.elm.scoped(), transaction.atomic():
            rows = Task.objects.order_by("authored_at", "pk")
            return [(row.category, row.status, row.status_reason) for row in rows]


@pytest.fixture
def ehr(client, elm_street, now) -> Ehr:
    with elm_street.scoped(), transaction.atomic():
        key = operations.issue_feed_key(feed=elm_street.ehr, actor=SETUP, now=now)
        Connection.objects.create(feed=elm_street.ehr, base_url=BASE)
        made = Subscription.objects.create(
            feed=elm_street.ehr, topic=TOPIC, remote_id="s1", heartbeat_s=3600, created_at=now
        )
    return Ehr(client, elm_street, key, made)


@pytest.fixture
def athena(ehr) -> Ehr:
    """The same EHR, counting as athenahealth does."""
    with ehr.elm.scoped(), transaction.atomic():
        ehr.elm.ehr.vendor = "athenahealth"
        ehr.elm.ehr.save(update_fields=["vendor"])
    ehr.change(remote_id="a1", restarts_counts=True)
    return ehr
