"""From an order in the EHR to a task about its missing result, and back, message by message."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.test import Client

from charts.models import ChartItem, Encounter
from config.schedule import named
from routing.models import Task
from tests.flows.doors import bring, sweep
from tests.messages import oru

DAY = timedelta(days=1)
PID = "PID|1||508773^^^ELM^MR||DIAZ^MARIA||19910302|F\r"


def order(control: str, status: str = "NW", placer: str = "P-77") -> bytes:
    return (
        f"MSH|^~\\&|EHR|ELM|CC|ELM|2026111609{control.zfill(2)}00||ORM^O01|{control}|P|2.5.1\r{PID}"
        f"PV1|1|O|ELM\rORC|{status}|{placer}||||||||||1001^DIAZ^ANA\r"
        f"OBR|1|{placer}||24323-8^Comprehensive metabolic panel^LN|||||||||||1001^DIAZ^ANA\r"
    ).encode()


def discharge(control: str, event: str = "A03") -> bytes:
    return (
        f"MSH|^~\\&|EHR|ELM|CC|ELM|20261116100000||ADT^{event}|{control}|P|2.5.1\r"
        f"EVN|{event}|20261116100000\r{PID}"
        "PV1|1|O|ELM||||1001^DIAZ^ANA||||||||||||V-500||||||||||||||||||||||||"
        "|20261116090000|20261116095500\r"
    ).encode()


def missing(elm) -> list[tuple[str, str, str]]:
    with elm.scoped(), transaction.atomic():
        made = Task.objects.filter(about_id__isnull=False).order_by("authored_at")
        return [(one.category, one.status, one.title) for one in made]


def ask(now) -> None:
    while named("ask-after-missing").run(now=now):
        continue


def test_an_order_of_the_ehr_is_answered_by_the_laboratorys_feed(elm_street, now):
    bring(elm_street.ehr, order("1"), now=now)
    sweep(elm_street.ehr, now=now)
    ask(now + 14 * DAY)
    assert missing(elm_street) == [
        ("overdue-result", "ready", "No result: Comprehensive metabolic panel")
    ]
    late = now + 15 * DAY
    bring(elm_street.lab, oru(control="9", placer="P-77", order="F-1", status="P"), now=late)
    sweep(elm_street.lab, now=late)
    ask(late)
    assert missing(elm_street)[0][1] == "ready"
    bring(elm_street.lab, oru(control="10", placer="P-77", order="F-1"), now=late)
    sweep(elm_street.lab, now=late)
    ask(late)
    assert missing(elm_street)[0][1] == "completed"


def test_an_order_that_the_ehr_takes_back_ends_the_task(elm_street, now):
    bring(elm_street.ehr, order("1"), now=now)
    sweep(elm_street.ehr, now=now)
    ask(now + 14 * DAY)
    bring(elm_street.ehr, order("2", "CA"), now=now + 15 * DAY)
    sweep(elm_street.ehr, now=now + 15 * DAY)
    ask(now + 15 * DAY)
    assert [status for _, status, _ in missing(elm_street)] == ["cancelled"]


def test_a_visit_that_ended_asks_for_its_note_after_two_days(elm_street, now):
    bring(elm_street.ehr, discharge("1"), now=now)
    sweep(elm_street.ehr, now=now)
    with elm_street.scoped(), transaction.atomic():
        ended = Encounter.objects.get().ended_at
    ask(ended + 2 * DAY - timedelta(seconds=1))
    assert missing(elm_street) == []
    ask(ended + 2 * DAY)
    assert missing(elm_street) == [("missing-note", "ready", "No signed note: visit of Nov 16")]


def test_its_page_says_what_is_missing_since_when(elm_street, now):
    bring(elm_street.ehr, order("1"), now=now)
    sweep(elm_street.ehr, now=now)
    ask(now + 14 * DAY)
    with elm_street.scoped(), transaction.atomic():
        task = Task.objects.get(about_id__isnull=False)
    client = Client()
    client.force_login(elm_street.nora.user, backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(f"/tasks/{task.pk}/").text
    assert "no final result has come. If it comes, this task ends." in text
    assert "DIAZ" in text


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_make_one_task_an_order(elm_street, now):
    bring(elm_street.ehr, *(order(str(n), placer=f"P-{n}") for n in range(1, 31)), now=now)
    sweep(elm_street.ehr, now=now)

    def one(_):
        try:
            ask(now + 14 * DAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))
    assert len(missing(elm_street)) == 30
    with elm_street.scoped(), transaction.atomic():
        assert not ChartItem.objects.filter(look_at__isnull=False).exists()
