"""Every role at every address: who may comes through, who may not reads why and changes nothing.

Addresses are taken from the resolver, so one without a row in the table fails. Who closes which
kind of task by which verb is walked below it, on the screens and through the API.
"""

import pytest
from django.utils.html import escape

from accounts.permissions import MAY, Operation, may
from accounts.roles import Role
from charts.patients import find_or_register
from charts.values import Severity
from dashboards.referral_acts import ACTS
from integrations import operations as integrations
from integrations.models import Scope
from referrals.operations import Opening, open_by_hand
from routing.friction import closing
from routing.management.commands import draw_permissions
from routing.models import Task
from tests.databases import ROOT
from tests.flows.test_two_practices import NOBODYS, patterns, state_of
from tests.people import SETUP, admit
from tests.reports import BIOPSY, bring, graded, patient

pytestmark = pytest.mark.django_db

May = Operation

ADDRESSES: dict[Operation | None, str] = {
    None: """landing search go more hide_names undo_last hours due_when policy versions draft
        checklists notices reach reach_test reach_wishes reach_contact reach_pin reach_pin_remove
        lock lock_left lock_here switch_practice preferences layout styleguide duty_calendar
        devices""",
    May.WORK_TASKS: """queue live take_next bulk bulk_run list_menu save_view drop_view
        escalations escalations_live coverage out_today
        ask_swap answer_swap make_calendar close_calendar plan_absence end_absence""",
    May.SEE_TEAM: "team staff closing change_cover",
    May.SEE_BACKLOG: "backlog_board backlog_tasks backlog_numbers",
    May.SEE_MESSAGES: """messages message save_search drop_search cause feeds feed
        first_message""",
    May.OPEN_MESSAGE: "open_message",
    May.REPLAY: "preview replay discard preview_cause replay_cause discard_cause",
    May.MANAGE_FEEDS: "connect_feed feed_key api_keys revoke_api_key",
    May.MAP_CODES: "mapping answer",
    May.MANAGE_CONNECTIONS: """connection connection_action carriers new_carrier carrier
        carrier_step""",
    May.MANAGE_PEOPLE: "people member_roles reactivate leaving",
    May.MANAGE_ACCESS: "security loss sign_on_setup sign_on_action",
    May.PLAN_DUTY: "new_rotation rotation override retire_rotation end_override",
    May.SEE_DAYS: "days days_numbers",
    May.SEE_REFERRAL_REPORTS: "referral_report",
    May.EXPORT_REFERRALS: "referral_file",
    May.SET_MEASURES: "referral_measures",
    May.IMPORT_BACKLOG: """backlog backlog_import backlog_read_as backlog_progress
        backlog_corrections backlog_step""",
    May.REROUTE: "backlog_reroute backlog_rerouted",
    May.DELEGATE: "delegation",
    May.SEE_STATUS: "status",
    May.NAME_OUTCOMES: "outcomes",
    May.SEE_REFERRALS: "referrals",
    May.WORK_REFERRALS: """referral_find referral_open referral_sheet referral_tell referral_undo
        faxed_back referral_to referral_send referral_invite""",
    May.MANAGE_SPECIALISTS: "specialists new_specialist specialist specialist_step",
    May.MANAGE_HOURS: """hours_at hours_of_practice holiday begin_draft publish_draft discard_draft
        new_target target new_ladder ladder new_rung rung cadences cadence cadence_for""",
    May.MANAGE_CHECKLISTS: "checklist",
    May.BREAK_GLASS: "emergency end_emergency",
    May.WRITE_TO_PATIENTS: "patient_message",
    May.SET_LETTERHEAD: "letterhead",
    May.REVIEW_ACCESS: "emergencies review_emergency",
}
"""What each screen and each form asks of a role; None: of nobody who works here."""

NEEDS = {name: operation for operation, names in ADDRESSES.items() for name in names.split()}

BY_PATIENT = {
    "move", "escalation_act", "task", "patient", "encounter", "visit_line", "visit_chart",
    "visit_type", "referral", "referral_act",
    "patient_messages", "patient_letter", "referral_packet",
}  # fmt: skip
"""Their answer depends on whose task or chart it is: walked below, with real ones."""

BEFORE_ANYBODY = {
    "sign_on", "sign_on_at", "sign_on_go", "sign_on_done",
    "reply", "reply_link", "reply_form", "reply_thanks",
}  # fmt: skip
"""Asked by whoever is not signed in yet: tests/dashboards/test_sign_on.py; and by specialists, who
never are: tests/dashboards/test_answer.py."""

NOTHING_YET = {"new_target", "cause"}
"""Not there before a draft is begun, or a cause is named."""


def names() -> dict[str, str]:
    """Each address of people by its name; machines show keys, and nobody signs in by a role."""
    return {
        one.name: path
        for path, one in patterns()
        if one.name and one.callback.__module__.startswith("dashboards.views")
    }


def address(path: str) -> str:
    words = {
        "<slug:work>": "refill", "<slug:specialty>": "any", "<slug:urgency>": "any",
        "<slug:code>": "preview", "<str:token>": "x", "<str:name>": "evidence.csv",
    }  # fmt: skip
    for name, value in words.items():
        path = path.replace(name, value)
    while "<uuid:" in path:
        begin = path.index("<uuid:")
        path = path[:begin] + str(NOBODYS) + path[path.index(">", begin) + 1 :]
    return "/" + path


def test_each_address_has_its_row_and_each_row_an_address():
    assert NEEDS.keys() | BY_PATIENT | BEFORE_ANYBODY == names().keys()


@pytest.fixture
def somebody(elm_street, now):
    """A client of somebody who has one role and no other, and who they are."""

    def sign_in(client, role):
        with elm_street.scoped():
            member = admit(f"Some {role.value}", role, now=now, place="roles.example")
        client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        client.raise_request_exception = False
        return member

    return sign_in


@pytest.mark.parametrize("role", Role)
def test_each_role_comes_through_where_it_may_and_nowhere_else(elm_street, client, somebody, role):
    somebody(client, role)
    paths, wrong = names(), []
    shut = {name: need for name, need in NEEDS.items() if need and role not in MAY[need]}
    before = state_of(elm_street)
    for name, need in shut.items():
        answers = [call(address(paths[name])) for call in (client.get, client.post)]
        reason = escape(may([role], need).reason)
        refused = [one for one in answers if one.status_code == 403]
        if not refused or any(one.status_code not in (403, 405) for one in answers):
            wrong.append((name, [one.status_code for one in answers]))
        elif not all(reason in one.text for one in refused):
            wrong.append((name, reason))
    assert wrong == []
    assert state_of(elm_street) == before
    for name in NEEDS.keys() - shut.keys():
        answer = client.get(address(paths[name]))
        missing = (404,) if "<" in paths[name] or name in NOTHING_YET else ()
        through = (200, 204, 302, 405, *missing)
        if answer.status_code not in through:
            wrong.append((name, answer.status_code))
    assert wrong == []


KINDS = {
    "a critical result": {"severity": Severity.CRITICAL},
    "an abnormal result": {"severity": Severity.ABNORMAL},
    "a normal result, kept": {"severity": Severity.NORMAL, "code": BIOPSY},
    "a normal result, delegated": {"severity": Severity.NORMAL},
}
VERBS = ("acknowledge", "hold", "complete", "cancel", "assign", "claim", "release")
"""In an order in which each may still be asked after those before it were refused."""

FORM = {
    "reason": "waits for a call", "recheck_date": "2999-01-01", "outcome": "discussed",
    "told": "Patient", "told_at": "2026-11-16T09:00",
}  # fmt: skip


def asks(verb: str, task: Task) -> Operation:
    """What a verb asks for on a task."""
    if verb in ("claim", "release"):
        return Operation.WORK_TASKS
    if verb == "assign":
        return Operation.ASSIGN
    return closing(task.category, task.severity, task.queue.role)


def tasks_of(elm, now) -> dict[str, Task]:
    with elm.scoped():
        return {
            kind: bring(graded(said.pop("severity"), key=str(n), **said), now=now)
            for n, (kind, said) in enumerate((k, dict(v)) for k, v in KINDS.items())
        }


@pytest.mark.parametrize("role", Role)
def test_a_verb_that_is_not_theirs_is_refused_on_the_screen_and_changes_nothing(
    elm_street, client, somebody, now, role
):
    somebody(client, role)
    tasks = tasks_of(elm_street, now)
    before, wrong = digests(elm_street), []
    for kind, task in tasks.items():
        with elm_street.scoped():
            task = Task.objects.select_related("queue").get(pk=task.pk)
            shut = [verb for verb in VERBS if not may([role], asks(verb, task))]
        shut = VERBS if not may([role], Operation.SEE_PATIENT) else shut
        for verb in shut:
            said = FORM | {"version": task.version, "to": f"member:{elm_street.nora.pk}"}
            answer = client.post(f"/tasks/{task.pk}/{verb}/", said)
            if answer.status_code != 403 or "Only " not in answer.text:
                wrong.append((kind, verb, answer.status_code))
    assert wrong == []
    assert digests(elm_street) == before


def digests(elm) -> dict[str, str]:
    """Of every table but the audit trail: that somebody looked is recorded, and nothing else."""
    tables = dict(part.split("=") for part in state_of(elm).split(";"))
    return {name: value for name, value in tables.items() if not name.startswith("audit.")}


@pytest.mark.parametrize("role", Role)
def test_a_chart_and_its_tasks_open_for_whoever_sees_patients(
    elm_street, client, somebody, now, role
):
    somebody(client, role)
    task = tasks_of(elm_street, now)["an abnormal result"]
    chart = f"/patients/{task.patient_id}/"
    for page in (f"/tasks/{task.pk}/", chart, f"{chart}messages/"):
        answer = client.get(page)
        if may([role], Operation.SEE_PATIENT):
            assert answer.status_code == 200, page
        else:
            assert answer.status_code == 403, page
            assert "Only a " in answer.text


@pytest.mark.parametrize("role", Role)
def test_what_is_said_of_a_referral_is_refused_to_whoever_may_not_and_changes_nothing(
    elm_street, client, somebody, now, role
):
    somebody(client, role)
    with elm_street.scoped():
        found = find_or_register([patient()], overwrite=True, actor=SETUP, now=now)
        opening = Opening(patient_id=found[0].pk, number="N-1", ordered_at=now)
        referral, _ = open_by_hand(opening=opening, actor=SETUP, now=now)
    before, wrong = digests(elm_street), []
    shut = [act for act in ACTS.values() if not may([role], act.needs)]
    for act in shut:
        said = {"version": referral.version, "because": "duplicate", "answered": "yes"}
        answer = client.post(f"/referrals/{referral.pk}/{act.code}/", said)
        if answer.status_code != 403 or "Only " not in answer.text:
            wrong.append((act.code, answer.status_code))
    assert wrong == []
    assert digests(elm_street) == before
    opens = bool(may([role], Operation.SEE_PATIENT))
    assert (client.get(f"/referrals/{referral.pk}/").status_code == 200) is opens


@pytest.mark.parametrize("role", Role)
def test_the_api_answers_each_verb_as_the_screens_do(elm_street, client, somebody, now, role):
    member = somebody(client, role)
    tasks = tasks_of(elm_street, now)
    with elm_street.scoped():
        key = integrations.issue_api_key(name="x", scopes=list(Scope), actor=SETUP, now=now)
    headers = {"Authorization": f"Bearer {key.secret}"}
    for kind, task in tasks.items():
        with elm_street.scoped():
            task = Task.objects.select_related("queue").get(pk=task.pk)
        for verb, body in (("hold", {"reason": "x", "recheck_date": "2999-01-01"}),
                           ("acknowledge", {}), ("claim", {})):  # fmt: skip
            asked = may([role], asks(verb, task)) and may([role], Operation.WORK_TASKS)
            answer = client.post(
                f"/api/v1/tasks/{task.pk}/{verb}", {"member": str(member.pk)} | body,
                content_type="application/json", headers=headers,
            )  # fmt: skip
            assert (answer.status_code == 403) is not bool(asked), (kind, verb, answer.text)
            if not asked:
                assert answer.json()["detail"].startswith("Only ")


def test_the_page_of_permissions_is_what_the_tables_say():
    said = (ROOT / "docs/permissions.md").read_text(encoding="utf-8")
    assert said == draw_permissions.page()
