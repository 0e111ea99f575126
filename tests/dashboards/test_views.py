"""Each address, each person, with and without htmx."""

import re
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import operations as accounts
from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from charts.values import ItemKind, ItemStatus
from integrations.models import InboundMessage
from routing import operations as routing
from routing.danger import SEVERE
from routing.models import Outcome, SavedView, Task
from routing.states import TaskStatus
from tests.dashboards.clinic import HL7, PEOPLE, Report, arrive, send
from tests.people import SETUP, admit

pytestmark = pytest.mark.django_db

NOBODYS = "019aa000-0000-7000-8000-000000000000"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def of(elm, pk) -> Task:
    with elm.scoped():
        return Task.objects.get(pk=pk)


def url(task, code="") -> str:
    return f"/tasks/{task.pk}/" + (f"{code}/" if code else "")


LANDS = {
    "diaz": "/queue/", "nora": "/queue/", "max": "/queue/", "cora": "/queue/",
    "sam": "/escalations/", "ira": "/feeds/",
}  # fmt: skip
OPENS = {
    "/queue/": {"diaz", "nora", "max", "cora", "sam", "ira"},
    "/team/": {"diaz", "nora", "max", "cora", "sam", "ira"},
    "/referrals/": {"diaz", "nora", "max", "cora", "sam"},
    "/referrals/open/": {"diaz", "nora", "max", "cora", "sam"},
    "/referrals/list/": {"diaz", "nora", "max", "cora", "sam"},
    "/escalations/": {"diaz", "nora", "max", "cora", "sam", "ira"},
    "/messages/": {"ira"},
    "/feeds/": {"ira"},
    "/backlog/": {"diaz", "nora", "max", "cora", "sam"},
    "/backlog/tasks/": {"diaz", "nora", "max", "cora", "sam"},
    "/backlog/numbers.csv": {"diaz", "nora", "max", "cora", "sam"},
    "/referrals/faxed-back/": {"diaz", "nora", "max", "cora", "sam"},
    "/days/": {"sam"},
    "/referrals/report/": {"diaz", "cora", "sam"},
    "/referrals/report/settings/": {"sam"},
    "/days/numbers.csv": {"sam"},
    "/backlog/import/": {"sam"},
    "/backlog/import/reroute/": {"sam"},
    "/mapping/": {"ira"},
    "/status/": {"sam", "ira"},
    "/coverage/": set(LANDS),
    "/coverage/out/": set(LANDS),
    "/absences/": set(LANDS),
    "/staff/": set(LANDS),
    "/staff/closing/": set(LANDS),
    "/staff/closing/refill/": {"diaz"},
    "/staff/people/": set(),
    "/emergency/": set(),
    "/staff/rotations/": {"sam"},
    "/outcomes/": set(),
    "/letterhead/": {"sam"},
    "/security/": set(),
    "/api-keys/": {"ira"},
    "/security/sign-on/": set(),
    "/devices/": set(LANDS),
    "/preferences/": set(LANDS),
    "/search/": set(LANDS),
    "/go/": set(LANDS),
    "/more/": set(LANDS),
    "/hours/": set(LANDS),
    "/checklists/": set(LANDS),
    "/checklists/office/": {"sam"},
    "/specialists/": {"cora", "sam"},
    "/specialists/new/": {"cora", "sam"},
    "/carriers/": {"ira"},
    "/carriers/new/hisp/": {"ira"},
    "/referral-cadence/": {"sam"},
    "/referral-cadence/any/any/": {"sam"},
    "/hours/policy/": set(LANDS),
    "/hours/when/": set(LANDS),
    "/hours/versions/": set(LANDS),
    "/reach/": set(LANDS),
    "/notices/": set(LANDS),
}


@pytest.mark.parametrize("name", LANDS)
def test_each_role_begins_where_its_work_is(elm_street, signed_in, name):
    assert signed_in(getattr(elm_street, name)).get("/").url == LANDS[name]


@pytest.mark.parametrize("name", LANDS)
def test_each_screen_opens_for_its_roles_and_says_why_not_to_others(
    elm_street, morning, signed_in, name
):
    client = signed_in(getattr(elm_street, name))
    answers = {address: client.get(address) for address in OPENS}
    opened = {address for address, answer in answers.items() if answer.status_code == 200}
    assert opened == {address for address, names in OPENS.items() if name in names}
    assert {answers[one]["Cache-Control"] for one in opened} == {"no-store"}
    for refused in answers.keys() - opened:
        assert answers[refused].status_code == 403, refused
        assert re.search(r"Only (an?|IT)\b", answers[refused].text), refused


@pytest.mark.parametrize("address", ["/", *OPENS, f"/tasks/{NOBODYS}/", f"/messages/{NOBODYS}/"])
def test_a_stranger_is_sent_to_sign_in(elm_street, address):
    answer = Client().get(address)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_signing_in_by_the_form_lands_on_the_queue(elm_street):
    client = Client()
    assert "Sign in" in client.get("/accounts/login/").text
    answer = client.post(
        "/accounts/login/", {"login": "diaz@elm.example", "password": "correct horse battery"},
        follow=True,
    )  # fmt: skip
    assert answer.redirect_chain[-1][0] == "/queue/"
    refused = Client().post("/accounts/login/", {"login": "diaz@elm.example", "password": "no"})
    assert "There is a problem" in refused.text


def test_words_of_a_message_are_words_in_a_row_and_nothing_else(elm_street, morning, signed_in):
    with elm_street.scoped(), transaction.atomic():
        task = Task.objects.open().filter(owner=None, patient__isnull=False).first()
        task.title = '<script>alert(1)</script> & "quoted"'
        task.save(update_fields=["title"])
        task.patient.family = "<img src=x onerror=alert(2)>"
        task.patient.save(update_fields=["family"])
    page = signed_in(elm_street.nora).get("/team/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;quoted&#34;" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page.lower()


@pytest.mark.parametrize(
    "path", ["", "claim/", "complete/", "assign/", "hold/", "acknowledge/", "undo/", "cancel/"]
)
def test_another_practices_task_answers_like_one_that_never_was(
    elm_street, oak_street, morning, signed_in, path
):
    stranger = signed_in(oak_street.olu)
    before = of(elm_street, morning["Potassium"].pk)
    for send_to in (stranger.get, stranger.post):
        theirs = send_to(f"/tasks/{morning['Potassium'].pk}/{path}")
        nobodys = send_to(f"/tasks/{uuid4()}/{path}")
        assert theirs.status_code == nobodys.status_code
        assert re.sub(r'value="[^"]{60,}"', "", theirs.text) == re.sub(
            r'value="[^"]{60,}"', "", nobodys.text
        )
    assert of(elm_street, before.pk).version == before.version


def test_the_queue_is_few_statements(elm_street, morning, signed_in):
    client = signed_in(elm_street.max)
    client.get("/queue/")
    with CaptureQueriesContext(connection) as taken:
        client.get("/queue/")
    before_the_view = re.compile(
        r"set_config|SAVEPOINT|^BEGIN|^COMMIT|django_session|accounts_user\"|tenants_door"
    )
    ours = [query["sql"] for query in taken if not before_the_view.search(query["sql"])]
    assert len(ours) <= 11, "\n".join(ours)


def test_the_names_on_a_list_are_audited(elm_street, morning, signed_in):
    signed_in(elm_street.diaz).get("/queue/")
    with elm_street.scoped():
        event = AuditEvent.objects.filter(action="queue.viewed").latest("at")
    assert str(morning["Potassium"].patient_id) in event.detail["patients"]
    assert event.actor_name == "Dr Ana Diaz"


def test_opening_a_task_is_audited_with_its_patient(elm_street, morning, signed_in):
    signed_in(elm_street.diaz).get(url(morning["Potassium"]))
    with elm_street.scoped():
        event = AuditEvent.objects.filter(action="task.viewed").latest("at")
    assert event.patient_id == morning["Potassium"].patient_id


def test_no_patient_is_named_in_a_title_or_an_address(elm_street, morning, signed_in):
    client = signed_in(elm_street.diaz)
    for address in ("/queue/", "/team/", url(morning["Potassium"])):
        text = client.get(address).text
        title = re.search(r"<title>(.*?)</title>", text, re.DOTALL).group(1)
        links = " ".join(re.findall(r'(?:href|action|hx-[a-z]+)="([^"]*)"', text))
        for family, given, *_ in PEOPLE:
            assert not re.search(rf"\b({family}|{given})\b", title + links, re.IGNORECASE)


def test_a_task_says_why_it_is_here_and_what_was_done(elm_street, morning, signed_in):
    text = signed_in(elm_street.diaz).get(url(morning["Potassium"])).text
    for said in (
        "A critical result goes to the clinician who ordered it, at once.", "Rule 2, version 1",
        "OKAFOR, Grace", "Mar 2, 1961", "508700", "Critically high", "3.5-5.1", "4.9",
        "Sent to Dr Ana Diaz",
    ):  # fmt: skip
        assert said in text


def test_it_may_not_see_a_patients_task_and_reads_why(elm_street, morning, signed_in):
    answer = signed_in(elm_street.ira).get(url(morning["Potassium"]))
    assert answer.status_code == 403
    assert "OKAFOR" not in answer.text


# ---- moves, as plain forms


def test_a_normal_result_is_closed_by_one_press_and_the_next_one_opens(
    elm_street, morning, signed_in
):
    task = morning["Lipid panel"]
    answer = signed_in(elm_street.max).post(url(task, "complete"), {"back": "/queue/"})
    assert answer.status_code == 302
    assert re.fullmatch(rf"/tasks/[0-9a-f-]+/\?back=/queue/&done={task.pk}", answer.url)
    closed = of(elm_street, task.pk)
    assert (closed.status, closed.outcome) == (TaskStatus.COMPLETED, Outcome.NORMAL_QUIET)
    page = signed_in(elm_street.max).get(answer.url).text
    assert "Done: Lipid panel, TRAN, Mai" in page
    assert f'action="{url(task, "undo")}"' in page


def test_an_abnormal_result_asks_what_was_done(elm_street, morning, signed_in):
    task, client = morning["Hemoglobin A1c"], signed_in(elm_street.diaz)
    asked = client.get(url(task, "complete"))
    assert "Discussed with patient" in asked.text
    assert "no message needed" not in asked.text
    refused = client.post(url(task, "complete"), {"outcome": ""})
    assert refused.status_code == 422
    assert "There is a problem" in refused.text
    assert "<title>Error: " in refused.text
    assert of(elm_street, task.pk).is_open
    assert client.post(url(task, "complete"), {"outcome": "normal-quiet"}).status_code == 422
    client.post(url(task, "complete"), {"outcome": "follow-up"})
    assert of(elm_street, task.pk).outcome == Outcome.FOLLOW_UP


def test_a_critical_result_asks_who_was_told_and_when(elm_street, morning, signed_in, right_now):
    task, client = morning["Potassium"], signed_in(elm_street.diaz)
    bare = client.post(url(task, "complete"), {"outcome": "discussed"})
    assert bare.status_code == 422
    assert "Say who was told." in bare.text
    assert "Say when they were told." in bare.text
    ahead = (right_now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    told = (right_now - timedelta(hours=5)).astimezone(ZoneInfo("America/New_York"))
    late = client.post(
        url(task, "complete"), {"outcome": "discussed", "told": "Patient", "told_at": ahead}
    )
    assert late.status_code == 422
    assert "cannot lie ahead" in late.text
    client.post(
        url(task, "complete"),
        {"outcome": "discussed", "told": "Patient, by phone", "told_at": f"{told:%Y-%m-%dT%H:%M}"},
    )
    closed = of(elm_street, task.pk)
    assert closed.told == "Patient, by phone"
    assert closed.told_at == told.replace(second=0, microsecond=0)


def test_a_partial_result_is_not_closed(elm_street, morning, signed_in):
    task, client = morning["Complete blood count"], signed_in(elm_street.diaz)
    answer = client.post(url(task, "complete"), {"outcome": "discussed"})
    assert answer.status_code == 422
    assert "when the final one arrives" in answer.text
    assert of(elm_street, task.pk).is_open
    assert client.post(url(task, "acknowledge")).status_code == 302
    assert of(elm_street, task.pk).status == TaskStatus.IN_PROGRESS


def test_an_assistant_may_not_close_an_abnormal_result_and_reads_why(
    elm_street, morning, signed_in
):
    task, client = morning["Hemoglobin A1c"], signed_in(elm_street.max)
    page = client.get(url(task)).text
    assert "Only a nurse or physician can close" in page
    answer = client.post(url(task, "complete"), {"outcome": "discussed"})
    assert answer.status_code == 403
    assert of(elm_street, task.pk).is_open


def test_hold_claim_assign_copy_and_back_again(elm_street, morning, signed_in, right_now):
    task, client = morning["Referral to cardiology"], signed_in(elm_street.cora)
    day = (right_now + timedelta(days=3)).date().isoformat()
    assert client.post(url(task, "claim")).status_code == 302
    assert of(elm_street, task.pk).claimed_by_id == elm_street.cora.pk
    assert client.post(url(task, "release")).status_code == 302
    assert client.post(url(task, "hold"), {"reason": "", "recheck_date": day}).status_code == 422
    assert (
        client.post(url(task, "hold"), {"reason": "Fax", "recheck_date": "2001-01-01"}).status_code
        == 422
    )
    client.post(url(task, "hold"), {"reason": "Waiting for the fax", "recheck_date": day})
    assert of(elm_street, task.pk).status == TaskStatus.ON_HOLD
    assert "Waiting for the fax" in client.get("/queue/?view=hold").text or (
        "Referral to cardiology" in client.get("/queue/?view=hold").text
    )
    client.post(url(task, "resume"))
    client.post(url(task, "copy"), {"to": str(elm_street.diaz.pk)})
    client.post(url(task, "assign"), {"to": f"member:{elm_street.nora.pk}"})
    assert of(elm_street, task.pk).owner_id == elm_street.nora.pk
    assert client.post(url(task, "assign"), {"to": f"member:{uuid4()}"}).status_code == 422


def test_undo_takes_back_the_last_done_and_keeps_both_events(elm_street, morning, signed_in):
    task, client = morning["Lipid panel"], signed_in(elm_street.max)
    client.post(url(task, "complete"), {"back": "/queue/"})
    answer = client.post("/tasks/undo/", {"back": "/queue/"})
    assert answer.url == f"/queue/?done={task.pk}"
    assert of(elm_street, task.pk).is_open
    with elm_street.scoped():
        events = AuditEvent.objects.filter(entity_id=task.pk).order_by("at")
        events = events.filter(action__in=["task.complete", "task.reopen"])
        actions = list(events.values_list("action", flat=True))
    assert actions == ["task.complete", "task.reopen"]
    assert client.post("/tasks/undo/").url.endswith("said=nothing-to-undo")


def test_a_lost_race_says_who_won_and_when(elm_street, morning, signed_in, right_now):
    task, nora = morning["Lipid panel"], elm_street.nora
    with elm_street.scoped():
        routing.complete(
            task_id=task.pk, member=nora, outcome="normal-told", actor=Actor.person(nora),
            now=right_now,
        )  # fmt: skip
    answer = signed_in(elm_street.max).post(url(task, "complete"), {"back": "/queue/"})
    assert answer.status_code == 409
    for said in ("Nora Quinn", "Normal, patient told by portal", "not saved", "closed this at"):
        assert said in answer.text
    with elm_street.scoped():
        assert AuditEvent.objects.filter(entity_id=task.pk, action="task.complete").count() == 1


def test_what_was_seen_an_older_way_is_refused(elm_street, morning, signed_in):
    task, client = morning["Lisinopril 10 mg"], signed_in(elm_street.max)
    client.post(url(task, "claim"), {"version": str(task.version)})
    stale = client.post(url(task, "complete"), {"version": str(task.version)})
    assert stale.status_code == 409
    assert of(elm_street, task.pk).is_open


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/queue/\\evil", "/accounts/"]
)
def test_nobody_is_sent_off_our_own_lists(elm_street, morning, signed_in, back):
    task = morning["Lisinopril 10 mg"]
    answer = signed_in(elm_street.max).post(url(task, "cancel"), {"reason": "Twice", "back": back})
    assert answer.url == f"/queue/?done={task.pk}"


def test_unknown_moves_are_not_there(elm_street, morning, signed_in):
    client = signed_in(elm_street.diaz)
    assert client.get(url(morning["Potassium"], "explode")).status_code == 404
    assert client.post(url(morning["Potassium"], "explode")).status_code == 404


def test_bulk_claims_what_it_can(elm_street, morning, signed_in, right_now):
    one, other, nora = morning["Lisinopril 10 mg"], morning["Metformin 500 mg"], elm_street.nora
    with elm_street.scoped():
        routing.claim(task_id=other.pk, member=nora, actor=Actor.person(nora), now=right_now)
    answer = signed_in(elm_street.max).post(
        "/tasks/bulk/",
        {"verb": "claim", "back": "/queue/", "task": [one.pk, other.pk, uuid4(), "x"]},
    )
    assert answer.url == "/queue/?moved=1&kept=2"
    assert "1 task claimed or released" in signed_in(elm_street.max).get(answer.url).text
    assert of(elm_street, one.pk).claimed_by_id == elm_street.max.pk
    assert of(elm_street, other.pk).claimed_by_id == nora.pk


def normal_lipids(elm, how_many, now):
    values = [("13457-7", 101, "N"), ("2085-9", 52, "N"), ("2571-8", 110, "N")]
    with elm.scoped():
        return [
            arrive(Report(n % 16, "Lipid panel", "24331-1", 300, values), n, now=now)
            for n in range(how_many)
        ]


def test_sixty_normal_lipids_are_closed_in_four_actions(elm_street, signed_in, right_now):
    """Select one, Close, add the others like it, confirm."""
    lipids, client = normal_lipids(elm_street, 60, right_now), signed_in(elm_street.nora)
    asked = {"verb": "close", "back": "/team/", "task": [lipids[0].pk]}
    assert "Add the 59 more like it" in client.post("/tasks/bulk/", asked).text
    preview = client.post("/tasks/bulk/", asked | {"like": "1"}).text
    chosen = re.findall(r'name="task" value="([^"]+)"', preview)
    assert len(chosen) == 60
    done = client.post("/tasks/bulk/run/", asked | {"task": chosen, "outcome": "normal-told"}).text
    assert "Closed: 60 tasks" in done
    with elm_street.scoped():
        assert Task.objects.filter(outcome=Outcome.NORMAL_TOLD).count() == 60
    undone = client.post("/tasks/bulk/run/", asked | {"verb": "undo", "task": chosen}).text
    assert "Open again: 60 tasks" in undone
    assert of(elm_street, lipids[0].pk).is_open


def test_only_like_is_closed_with_like_and_each_refusal_says_why(
    elm_street, morning, signed_in, right_now
):
    lipids = normal_lipids(elm_street, 3, right_now)
    titles = ("Potassium", "Hemoglobin A1c", "Complete blood count", "TSH",
              "Referral to cardiology", "Lisinopril 10 mg")  # fmt: skip
    chosen = [task.pk for task in (*lipids, *(morning[title] for title in titles))]
    with elm_street.scoped():
        routing.claim(
            task_id=lipids[2].pk, member=elm_street.max, actor=Actor.person(elm_street.max),
            now=right_now,
        )  # fmt: skip
    asked = {"verb": "close", "back": "/queue/", "task": chosen}
    client = signed_in(elm_street.nora)
    page = client.post("/tasks/bulk/", asked).text
    assert "2 tasks are ready. 7 stay as they are" in page
    for why in (
        "Critical work is done one by one.", "Not plainly normal", "It asks a question",
        "Max Bell is doing this now.", "Another kind of work",
    ):  # fmt: skip
        assert why in page
    done = client.post("/tasks/bulk/run/", asked).text
    assert "Closed: 2 tasks" in done
    assert of(elm_street, morning["Potassium"].pk).is_open
    assert of(elm_street, morning["Lisinopril 10 mg"].pk).is_open


def test_many_are_assigned_held_acknowledged_and_copied(elm_street, signed_in, right_now):
    lipids, client = normal_lipids(elm_street, 3, right_now), signed_in(elm_street.nora)
    asked = {"back": "/queue/", "task": [task.pk for task in lipids]}
    day = (right_now + timedelta(days=3)).date().isoformat()
    for verb, said, done in (
        ("acknowledge", {}, "Acknowledged: yours to close: 3 tasks"),
        ("hold", {"reason": "Fax", "recheck_date": day}, "On hold: 3 tasks"),
        ("copy", {"to": elm_street.diaz.pk}, "Copied: 3 tasks"),
        ("assign", {"to": f"member:{elm_street.max.pk}"}, "Assigned: 3 tasks"),
    ):
        assert client.post("/tasks/bulk/", asked | {"verb": verb}).status_code == 200
        assert done in client.post("/tasks/bulk/run/", asked | {"verb": verb} | said).text
    assert of(elm_street, lipids[0].pk).owner_id == elm_street.max.pk
    missing = client.post("/tasks/bulk/run/", asked | {"verb": "hold", "reason": ""})
    assert missing.status_code == 422
    assert "Say what the task waits for." in missing.text
    assert client.post("/tasks/bulk/", {"verb": "explode"}).url == "/team/"


def test_what_changed_since_the_preview_is_left_alone(elm_street, signed_in, right_now):
    (task,), nora = normal_lipids(elm_street, 1, right_now), elm_street.nora
    with elm_street.scoped():
        routing.acknowledge(task_id=task.pk, member=nora, actor=Actor.person(nora), now=right_now)
    asked = {"verb": "close", "back": "/queue/", "task": f"{task.pk}:{task.version}"}
    answer = signed_in(elm_street.diaz).post("/tasks/bulk/run/", asked)
    assert "Nora Quinn was first: acknowledge." in answer.text
    assert of(elm_street, task.pk).is_open


def test_take_the_next_claims_the_riskiest_of_my_pools(elm_street, morning, signed_in):
    client = signed_in(elm_street.cora)
    answer = client.post("/team/next/")
    taken = of(elm_street, answer.url.split("/")[2])
    assert taken.claimed_by_id == elm_street.cora.pk
    assert taken.title == "Referral to dermatology"
    for _ in range(3):
        answer = client.post("/team/next/")
    assert answer.url.endswith("said=none-left")


def test_take_the_next_lets_nothing_starve(elm_street, signed_in, right_now):
    asked = {"Old": 20, "Urgent": 2, "New": 1}
    with elm_street.scoped(), transaction.atomic():
        for number, (title, days) in enumerate(asked.items()):
            ago, kind = days * 24 * 60, ItemKind.REFERRAL
            referral = Report(number, title, title, ago, kind=kind, status=ItemStatus.ACTIVE)
            arrive(referral, number, now=right_now)
        Task.objects.filter(title="Urgent").update(danger=SEVERE)
    client, taken, said = signed_in(elm_street.cora), [], []
    for _ in asked:
        answer = client.post("/team/next/")
        taken.append(of(elm_street, answer.url.split("/")[2]).title)
        said.append(answer.url.rpartition("said=")[2])
    assert taken == list(asked)
    assert said == ["claimed-in-turn", "claimed", "claimed"]


# ---- parts, as htmx asks for them


def test_the_pane_is_a_part_and_the_page_is_whole(elm_street, morning, signed_in):
    address = url(morning["Potassium"])
    part = signed_in(elm_street.diaz, **HTMX).get(address).text
    assert part.lstrip().startswith("<article")
    assert "<html" not in part
    assert "<html" in signed_in(elm_street.diaz).get(address).text


def test_a_part_asked_for_after_signing_out_reloads_the_page(elm_street, morning):
    answer = Client(headers=HTMX).get(url(morning["Potassium"]))
    assert answer.status_code == 401
    assert answer["HX-Refresh"] == "true"
    assert answer.content == b""


def test_done_answers_the_row_and_a_toast_with_undo(elm_street, morning, signed_in):
    task = morning["Lipid panel"]
    text = signed_in(elm_street.max, **HTMX).post(url(task, "complete"), {"back": "/queue/"}).text
    assert f'hx-target="#t-{task.pk}"' in text
    assert "st-done" in text
    assert "by you" in text
    assert 'form="undo-last"' in text


def test_live_says_what_is_new_and_is_silent_otherwise(elm_street, morning, signed_in, right_now):
    client = signed_in(elm_street.max, **HTMX)
    since = (right_now + timedelta(milliseconds=1)).isoformat()
    assert client.get("/live/", {"list": "mine", "since": since}).status_code == 204
    later = right_now + timedelta(seconds=5)
    with elm_street.scoped():
        send(elm_street, HL7.format(control="77"), now=later)
        routing.complete(
            task_id=morning["Lipid panel"].pk, member=elm_street.nora, outcome="normal-told",
            actor=Actor.person(elm_street.nora), now=later,
        )  # fmt: skip
    answer = client.get("/live/", {"list": "mine", "since": since})
    assert "1 new, 1 closed by others" in answer.text
    assert client.get("/live/", {"since": "yesterday"}).status_code == 204


def test_live_is_silent_until_something_changes_again(elm_street, morning, signed_in, right_now):
    task, other, nora = morning["Lisinopril 10 mg"], morning["Metformin 500 mg"], elm_street.nora
    client, since = signed_in(elm_street.max, **HTMX), right_now + timedelta(milliseconds=1)
    asked = {"list": "queue", "since": since.isoformat(), "rows": f"{task.pk},{other.pk},x"}
    assert client.get("/live/", asked).status_code == 204
    later = right_now + timedelta(seconds=5)
    with elm_street.scoped():
        routing.claim(task_id=task.pk, member=nora, actor=Actor.person(nora), now=later)
    first = client.get("/live/", asked)
    assert f'id="t-{task.pk}"' in first.text
    assert "Nora Quinn, " in first.text
    assert f'id="t-{other.pk}"' not in first.text
    again = client.get("/live/", asked, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with elm_street.scoped():
        routing.complete(task_id=task.pk, member=nora, actor=Actor.person(nora), now=later)
    ended = client.get("/live/", asked, headers={"If-None-Match": first["ETag"]})
    assert "1 closed by others" in ended.text
    assert "by Nora Quinn" in ended.text
    assert ended["ETag"] != first["ETag"]


def test_live_warns_of_a_critical_task_that_is_mine_and_of_no_other(
    elm_street, morning, signed_in, right_now
):
    later = right_now + timedelta(seconds=5)
    asked = {"list": "queue", "since": (right_now + timedelta(milliseconds=1)).isoformat()}
    with elm_street.scoped():
        arrive(Report(3, "Potassium", "2823-3", 0, [("2823-3", 7.1, "HH")]), 900, now=later)
    assert "A new critical task is yours." in signed_in(elm_street.diaz).get("/live/", asked).text
    assert "critical" not in signed_in(elm_street.max).get("/live/", asked).text


# ---- saved views and filters


def test_a_filter_is_an_address_a_sentence_and_a_way_back(elm_street, morning, signed_in):
    client = signed_in(elm_street.diaz)
    page = client.get("/queue/?sev=abnormal&type=result-review").text
    assert "Filter: abnormal, result review." in page
    menu = client.get("/views/menu/?screen=queue&sev=abnormal").text
    assert '<option value="abnormal" selected>Abnormal</option>' in menu
    assert client.get("/views/menu/?screen=elsewhere").status_code == 404
    assert "Hemoglobin A1c" in page
    assert f'id="t-{morning["Potassium"].pk}"' not in page
    assert 'href="/queue/">Clear' in page
    hidden = client.get("/queue/?type=silent-feed").text
    assert "The filter hides everything" in hidden
    assert client.get("/queue/?sev=<script>&queue=1&due=never").status_code == 200


def test_a_view_is_kept_under_a_name_shared_and_deleted(elm_street, morning, signed_in):
    nora, max_ = signed_in(elm_street.nora), signed_in(elm_street.max)
    asked = {
        "screen": "queue",
        "view": "due",
        "sev": "abnormal",
        "q": "OKAFOR",
        "name": "Late labs",
    }
    answer = nora.post("/views/", asked | {"shared": "on"})
    assert answer.url == "/queue/?view=due&sev=abnormal&said=view-saved"
    with elm_street.scoped():
        kept = SavedView.objects.get()
    assert kept.filters == {"sev": "abnormal"}
    menu = "/views/menu/?screen=team"
    assert "Late labs" in max_.get(menu).text
    assert "by Nora Quinn" in max_.get(menu).text
    assert max_.post(f"/views/{kept.pk}/drop/").status_code == 404
    assert nora.post(f"/views/{kept.pk}/drop/").url == "/queue/?said=view-dropped"
    assert "Late labs" not in max_.get(menu).text
    assert nora.post("/views/", asked | {"name": " "}).url.endswith("said=view-unnamed")
    assert nora.post("/views/", {"screen": "elsewhere", "name": "x"}).status_code == 404


# ---- messages


@pytest.fixture
def messages(elm_street, right_now):
    """One processed, one quarantined."""
    with elm_street.scoped():
        send(elm_street, HL7.format(control="88121"), now=right_now)
        send(elm_street, HL7.format(control="88122").replace("PID|", "ZID|"), now=right_now)
        return {row.control_id: row for row in InboundMessage.objects.all()}


def test_a_body_stays_closed_until_it_is_opened_and_that_is_audited(
    elm_street, messages, signed_in
):
    client, address = signed_in(elm_street.ira), f"/messages/{messages['88121'].pk}/"
    assert "MARTIN" not in client.get("/messages/").text + client.get(address).text
    opened = client.post(f"{address}open/").text
    assert "MARTIN" in opened
    assert "Patient Name" in opened
    assert "PID-5" in opened
    with elm_street.scoped():
        event = AuditEvent.objects.get(action="message.opened")
    assert event.entity_id == messages["88121"].pk
    assert event.actor_name == "Ira Voss"


@pytest.mark.parametrize("query", ["88121", "F88121", "nothing-like-it"])
def test_one_box_finds_a_message_by_its_numbers(elm_street, messages, signed_in, query):
    text = signed_in(elm_street.ira).post("/messages/", {"q": query}).text
    assert text.count("cell-link") == (0 if query == "nothing-like-it" else 1)


def test_another_practices_message_is_not_there(elm_street, oak_street, messages, signed_in):
    with oak_street.scoped():
        it = admit("Pat Byrd", Role.IT, now=messages["88121"].received_at, place="oak.example")
    client = signed_in(it)
    for verb, path in ((client.get, ""), (client.post, "open/"), (client.post, "replay/")):
        assert verb(f"/messages/{messages['88121'].pk}/{path}").status_code == 404


def test_feeds_say_when_the_last_message_came_and_how_to_send_the_first(
    elm_street, messages, signed_in
):
    text = signed_in(elm_street.ira).get("/feeds/").text
    assert "Arriving" in text
    assert "Waiting for the first message" in text
    assert "1 of 2 feeds arriving" in text


# ---- settings of one's own


def test_display_is_kept_in_a_cookie_and_rubbish_in_it_is_ignored(elm_street, signed_in):
    client = signed_in(elm_street.diaz)
    client.post("/preferences/", {"theme": "dark", "density": "compact"})
    page = client.get("/queue/").text
    assert 'data-theme="dark" data-density="compact" data-keys="off"' in page
    client.cookies["display"] = '"><script>'
    assert 'data-theme="auto" data-density="standard"' in client.get("/queue/").text


def test_a_member_of_two_practices_changes_between_them_and_nobody_else_does(
    elm_street, oak_street, morning, signed_in, right_now
):
    with oak_street.scoped():
        accounts.admit(
            user=elm_street.diaz.user, roles=[Role.PHYSICIAN], name="Dr Ana Diaz", actor=SETUP,
            now=right_now,
        )  # fmt: skip
    client = signed_in(elm_street.diaz)
    assert "Potassium" in client.get("/queue/").text
    client.post("/practice/", {"practice": str(oak_street.practice.pk)})
    assert "Oak Street Clinic" in client.get("/queue/").text
    assert "Potassium" not in client.get("/queue/").text
    other = signed_in(elm_street.nora)
    other.post("/practice/", {"practice": str(oak_street.practice.pk)})
    assert "Elm Street" in other.get("/queue/").text


def test_the_style_guide_shows_in_a_demo_and_hides_in_production(elm_street, signed_in, settings):
    client = signed_in(elm_street.diaz)
    assert client.get("/styleguide/").status_code == 200
    settings.DEMO = settings.DEBUG = False
    assert client.get("/styleguide/").status_code == 404


def test_error_pages_stand_by_themselves(elm_street, signed_in):
    answer = signed_in(elm_street.diaz).get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(elm_street.diaz.user, backend="django.contrib.auth.backends.ModelBackend")
    refused = strict.post("/tasks/undo/")
    assert refused.status_code == 403
    assert "The form was too old" in refused.text
