"""Every operation leaves its row, with who and when; so does a list of patients."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import operations as accounts
from accounts.models import User
from accounts.policy import AccessPolicy, Loss
from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from charts import encounters, patients
from charts import operations as charts
from charts.values import Identifier, ItemKind, ItemStatus, Severity
from integrations import operations as integrations
from routing import operations as routing
from routing import starter
from tenants import scope
from tests.people import PASSWORD, admit
from tests.reports import bring, file, graded, patient, potassium, report, result

pytestmark = pytest.mark.django_db

AUDITOR = Actor.machine("tests.audit", request_id="r-1", address="192.0.2.7")

CRITICAL, ABNORMAL, _, NORMAL = Severity
ME = {"actor": AUDITOR}


def manager(now):
    return admit("Paula Reyes", Role.PRACTICE_MANAGER, now=now)


def _user() -> User:
    return User.objects.create_user(email=f"{uuid4()}@elm.example", password=PASSWORD)


def _task(now, severity=ABNORMAL):
    return bring(graded(severity), now=now)


def _ended(elm, now):
    task = _task(now)
    routing.complete(task_id=task.pk, member=elm.nora, outcome="discussed", actor=AUDITOR, now=now)
    return task


def _held(elm, now):
    task = _task(now)
    routing.hold(
        task_id=task.pk,
        member=elm.nora,
        reason="x",
        recheck_date=now.date(),
        actor=AUDITOR,
        now=now,
    )
    return task


def _move(name, **more):
    """A move of Nora's on a fresh abnormal result."""
    return lambda elm, now, task: getattr(routing, name)(
        task_id=task.pk, member=elm.nora, now=now, **ME,
        **{key: value(elm, now) if callable(value) else value for key, value in more.items()},
    )  # fmt: skip


def _feed(elm, now, _):
    return integrations.open_feed(name="X", slug="x-lab", time_zone="UTC", now=now, **ME)


# name: (what stands before, the operation, the actions that it leaves)
OPERATIONS = {
    "add_location": (
        None,
        lambda e, n, _: accounts.add_location(name="B", time_zone="UTC", now=n, **ME),
        {"location.added"},
    ),
    "admit": (
        lambda e, n: _user(),
        lambda e, n, u: accounts.admit(user=u, roles=[Role.NURSE], now=n, **ME),
        {"member.admitted"},
    ),
    "deactivate": (
        None,
        lambda e, n, _: accounts.deactivate(membership=e.nora, now=n, **ME),
        {"member.deactivated"},
    ),
    "change_roles": (
        lambda e, n: manager(n),
        lambda e, n, by: accounts.change_roles(
            member_id=e.nora.pk, roles=[Role.CARE_COORDINATOR], by=by, now=n, **ME
        ),
        {"member.roles-changed"},
    ),
    "reactivate": (
        lambda e, n: (
            accounts.deactivate(membership=e.nora, now=n, **ME),
            manager(n),
        )[1],
        lambda e, n, by: accounts.reactivate(member_id=e.nora.pk, by=by, now=n, **ME),
        {"member.reactivated"},
    ),
    "set_access_policy": (
        None,
        lambda e, n, _: accounts.set_access_policy(policy=AccessPolicy(), now=n, **ME),
        {"access-policy.set"},
    ),
    "end_sessions": (
        None,
        lambda e, n, _: accounts.end_sessions(
            membership=e.nora, reason=Loss.DEVICE_LOST, now=n, **ME
        ),
        {"sessions.ended"},
    ),
    "end_devices": (
        None,
        lambda e, n, _: accounts.end_devices(membership=e.nora, devices=[], now=n, **ME),
        {"devices.ended"},
    ),
    "reseal_second_steps": (
        None,
        lambda e, n, _: accounts.reseal_second_steps(now=n, **ME),
        {"second-step.resealed"},
    ),
    "reset_second_step": (
        None,
        lambda e, n, _: accounts.reset_second_step(
            membership=e.nora, reason=Loss.PHONE_LOST, now=n, **ME
        ),
        {"second-step.reset"},
    ),
    "register": (
        None,
        lambda e, n, _: patients.find_or_register([patient()], overwrite=True, now=n, **ME),
        {"patient.registered"},
    ),
    "change": (
        lambda e, n: file(graded(NORMAL), now=n),
        lambda e, n, _: patients.find_or_register(
            [patient(family="New")], overwrite=True, now=n, **ME
        ),
        {"patient.changed"},
    ),
    "merge": (
        lambda e, n: file(graded(NORMAL), now=n, of=patient("A")),
        lambda e, n, _: patients.merge(patient("B"), [Identifier("A", "ELM", "MR")], now=n, **ME),
        {"patient.registered", "patient.merged"},
    ),
    "record_visit": (
        lambda e, n: file(graded(NORMAL), now=n),
        lambda e, n, _: encounters.record_visit(
            patient(), source="x", number="1", status="planned", now=n, **ME
        ),
        {"encounter.changed"},
    ),
    "open an item": (
        lambda e, n: patients.find_or_register([patient()], overwrite=True, now=n, **ME),
        lambda e, n, _: charts.file_reports(
            [charts.Filing(patient(), graded(NORMAL), "lab")], now=n, **ME
        ),
        {"item.opened"},
    ),
    "revise an item": (
        lambda e, n: file(graded(NORMAL), now=n),
        lambda e, n, _: charts.file_reports(
            [charts.Filing(patient(), graded(CRITICAL, at=10), "lab")], now=n, **ME
        ),
        {"item.revised"},
    ),
    "replace an item": (
        lambda e, n: file(report(ItemKind.DOCUMENT, ItemStatus.FINAL, key="1"), now=n),
        lambda e, n, _: charts.file_reports(
            [
                charts.Filing(
                    patient(),
                    report(ItemKind.DOCUMENT, ItemStatus.FINAL, key="2", replaces="1"),
                    "lab",
                )
            ],
            now=n,
            **ME,
        ),
        {"item.opened", "item.replaced"},
    ),
    "route": (
        lambda e, n: file(graded(NORMAL), now=n),
        lambda e, n, filed: routing.route(filed, now=n, **ME),
        {"task.create"},
    ),
    "open_message_task": (
        None,
        lambda e, n, _: routing.open_message_task(
            message_id=uuid4(), title="x", reason="y", now=n, **ME
        ),
        {"task.create"},
    ),
    "claim": (lambda e, n: _task(n), _move("claim"), {"task.claim"}),
    "release": (lambda e, n: _task(n), _move("release"), {"task.release"}),
    "acknowledge": (lambda e, n: _task(n), _move("acknowledge"), {"task.acknowledge"}),
    "hold": (
        lambda e, n: _task(n),
        _move("hold", reason="x", recheck_date=lambda e, n: n.date()),
        {"task.hold"},
    ),
    "resume": (_held, _move("resume"), {"task.resume"}),
    "assign": (lambda e, n: _task(n), _move("assign", to=lambda e, n: e.diaz), {"task.assign"}),
    "copy": (lambda e, n: _task(n), _move("copy", to=lambda e, n: e.cora), {"task.copy"}),
    "complete": (
        lambda e, n: _task(n),
        _move("complete", outcome="discussed"),
        {"task.complete", "patient.informed"},
    ),
    "cancel": (lambda e, n: _task(n), _move("cancel", reason="x"), {"task.cancel"}),
    "reopen": (_ended, _move("reopen", reason="x"), {"task.reopen"}),
    "undo": (_ended, _move("undo"), {"task.reopen", "patient.informed-withdrawn"}),
    "install": (
        None,
        lambda e, n, _: starter.install(clinical_approver="Dr Ana Diaz", now=n, **ME),
        {"rules.published"},
    ),
    "open_feed": (None, _feed, {"feed.opened"}),
    "issue_feed_key": (
        None,
        lambda e, n, _: integrations.issue_feed_key(feed=e.lab, now=n, **ME),
        {"feed.key-issued"},
    ),
    "issue_api_key": (
        None,
        lambda e, n, _: integrations.issue_api_key(name="x", scopes=["tasks:read"], now=n, **ME),
        {"api-key.issued"},
    ),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_leaves_its_row_with_who_and_when(elm_street, now, name):
    before, operation, actions = OPERATIONS[name]
    with elm_street.scoped():
        held = before(elm_street, now) if before else None
        known = set(AuditEvent.objects.values_list("pk", flat=True))
        operation(elm_street, now, held)
        rows = AuditEvent.objects.exclude(pk__in=known)
        assert {row.action for row in rows} == actions
        assert len(rows) == len(actions), "one row for each change"
        for row in rows:
            assert (row.actor_kind, row.actor_name, row.at) == ("machine", "tests.audit", now)
            assert (row.request_id, row.address) == ("r-1", "192.0.2.7")
            assert row.practice_id == elm_street.practice.pk
            assert row.entity
            assert row.entity_id
            if row.action.split(".")[0] in ("patient", "item", "encounter"):
                assert row.patient_id


def test_opening_a_practice_is_its_first_row(db, now):
    practice = accounts.open_practice(
        name="New", slug="new", time_zone="UTC", actor=AUDITOR, now=now
    )
    with scope.scoped(practice.pk):
        assert AuditEvent.objects.get().action == "practice.opened"


def test_what_a_row_holds_names_no_patient_and_no_value(elm_street, now):
    with elm_street.scoped():
        secret = patient("MRN-77", family="Quillfeather", given="Zebulon", phone="555-0177")
        bring(result(ItemStatus.FINAL, potassium(6.87, CRITICAL)), now=now, of=secret)
        task = bring(
            result(ItemStatus.CORRECTED, potassium(6.97, CRITICAL), at=10), now=now, of=secret
        )
        routing.complete(
            task_id=task.pk,
            member=elm_street.diaz,
            outcome="discussed",
            told="Zebulon at 555-0177",
            told_at=now,
            actor=Actor.person(elm_street.diaz),
            now=now,
        )
        rows = [str(list(row.values())) for row in AuditEvent.objects.values()]
    text = " ".join(rows)
    for word in (
        "Quillfeather",
        "Zebulon",
        "555-0177",
        "MRN-77",
        "6.87",
        "6.97",
        "Potassium",
        "1991",
    ):
        assert word not in text


# Lists (test_looks.py has the pages of one task and one message)


@pytest.fixture
def client(elm_street):
    client = Client()
    client.force_login(elm_street.nora.user)
    return client


def looks(elm, action) -> list[AuditEvent]:
    with elm.scoped():
        return list(AuditEvent.objects.filter(action=action))


def test_a_list_records_the_patients_it_showed(elm_street, client):
    with elm_street.scoped():
        near = {n: result(ItemStatus.FINAL, potassium(5.05), key=n) for n in ("1", "2")}
        tasks = [bring(one, now=timezone.now(), of=patient(n)) for n, one in near.items()]
    assert client.get(reverse("dashboards:team")).status_code == 200
    [row] = looks(elm_street, "queue.viewed")
    assert row.actor_name == "Nora Quinn"
    assert set(row.detail["patients"]) == {str(task.patient_id) for task in tasks}


def test_a_task_that_is_not_there_records_no_look(elm_street, client):
    assert client.get(reverse("dashboards:task", args=[uuid4()])).status_code == 404
    assert looks(elm_street, "task.viewed") == []
