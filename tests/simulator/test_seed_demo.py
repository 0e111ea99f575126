"""The demonstration: whole after one run, unchanged by a second, and nothing in it is an orphan."""

import io
import json
import os
import shutil
import subprocess
import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import Membership
from audit.models import AuditEvent
from charts.models import Patient
from config.demo.cast import ELM, FEEDS, PASSWORD, PRACTICES
from config.demo.setting import ACTOR
from config.demo.stories import MORE, STORIES, found
from escalation import policies
from escalation.models import Absence
from escalation.operations import adjust
from integrations import intake
from integrations import operations as integrations
from integrations.carriers import mailbox
from integrations.models import Feed, FeedKey, InboundMessage, MessageState
from metrics import freezing
from metrics import history as day_history
from metrics.models import DayFact
from metrics.moments import Moment
from outbox.models import Consent, Letterhead, PatientMessage
from outbox.states import OPEN
from referrals import carrying
from referrals import operations as referrals
from referrals.fake import fax, mail
from referrals.fake.house import FaxHouse
from referrals.models import Carrier, FollowUp, Referral, Transmission
from routing import backlog
from routing.categories import BY_ABSENCE, Category
from routing.models import RoutingDecision, Task, TaskCopy, TaskTransition
from routing.states import Move, TaskStatus
from tenants import scope
from tenants.models import Practice
from tests.conftest import empty_tables
from tests.people import SETUP

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("seed_demo")]


def seed(*options):
    out = io.StringIO()
    call_command("seed_demo", "--json", *options, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture(scope="module")
def story(django_db_setup, django_db_blocker):
    """One whole run, kept for the module."""
    with django_db_blocker.unblock():
        yield seed("--mllp-port", "7575", "--port", "8123", "--carrier-port", "7650")
        connection.close()
        empty_tables()


@contextmanager
def inside(slug):
    practice = Practice.objects.get(slug=slug)
    with transaction.atomic(), scope.scoped(practice.pk):
        yield practice


@pytest.fixture
def unblocked(story, django_db_blocker):
    with django_db_blocker.unblock():
        yield
        connection.close()


@pytest.fixture
def elm(unblocked):
    with inside("elm-street") as practice:
        yield practice


def contents():
    """Of every table: how many rows, and a digest of all of them."""
    name = connection.settings_dict["NAME"]
    url = psycopg.conninfo.make_conninfo(os.environ["SUPERUSER_DATABASE_URL"], dbname=name)
    with psycopg.connect(url) as server:
        tables = server.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        digest = "SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY t::text)) FROM {} t"
        return {table: server.execute(digest.format(table)).fetchone() for (table,) in tables}


def test_it_refuses_where_nobody_asked_for_a_demo(db):
    with override_settings(DEMO=False), pytest.raises(CommandError, match="DEMO=1"):
        call_command("seed_demo")


def test_a_second_run_changes_nothing_and_tells_the_same_but_the_secret(story, unblocked):
    before = contents()
    again = seed("--mllp-port", "7575", "--port", "8123", "--carrier-port", "7650")
    assert contents() == before
    assert all(key["secret"].startswith("cc_") for key in story["api_keys"])
    assert [key["secret"] for key in again["api_keys"]] == [None] * 3
    for key in (*again["api_keys"], *story["api_keys"]):
        del key["secret"]
    assert again == story


def test_it_tells_of_everybody_and_they_can_sign_in(story, unblocked):
    assert len(story["people"]) == sum(len(plan.people) for plan in PRACTICES)
    assert len({one["email"] for one in story["people"]}) == 14
    nora = next(one for one in story["people"] if one["email"] == "nora@elm.example")
    assert (nora["role"], nora["practice"]) == ("Nurse", "Elm Street Family Medicine")
    assert all(
        Client().login(email=one["email"], password=PASSWORD) for one in story["people"][::6]
    )


def test_each_feed_is_told_with_port_path_and_command(story):
    assert len(story["feeds"]) == 3 * len(FEEDS) + 1, "and a second laboratory"
    told = {feed["http_url_path"]: feed["mllp_port"] for feed in story["feeds"]}
    assert told == {
        "/integrations/hl7v2/elm-lab": 7575, "/integrations/hl7v2/elm-ehr": 7576,
        "/integrations/fhir/elm-fhir": None, "/integrations/hl7v2/elm-south": None,
        "/integrations/hl7v2/oak-lab": 7577, "/integrations/hl7v2/oak-ehr": 7578,
        "/integrations/fhir/oak-fhir": None,
        "/integrations/hl7v2/pine-lab": 7579, "/integrations/hl7v2/pine-ehr": 7580,
        "/integrations/fhir/pine-fhir": None,
    }  # fmt: skip
    assert all(
        f"http://localhost:8123{one['http_url_path']}" in one["curl"] for one in story["feeds"]
    )


@pytest.mark.parametrize("slug", [plan.slug for plan in PRACTICES])
def test_every_category_and_every_status_of_work_appears(unblocked, slug):
    with inside(slug):
        made = set(Task.objects.values_list("category", flat=True))
        assert made - BY_ABSENCE == {c.value for c in Category} - BY_ABSENCE
        found = set(Task.objects.values_list("status", flat=True))
        assert found >= set(TaskStatus.values) - {TaskStatus.CANCELLED}


def test_three_practices_care_for_nine_hundred_people(unblocked):
    many = []
    for plan in PRACTICES:
        with inside(plan.slug):
            many.append(Patient.objects.filter(merged_into__isnull=True).count())
    assert min(many) >= 300
    assert 900 <= sum(many) <= 910, "and a few whom nobody knew before today"


def test_sixty_days_have_the_shape_of_a_working_week(elm):
    zone = ZoneInfo(elm.time_zone)
    today = timezone.now().astimezone(zone).date()
    # The stories of today begin some hours ago, which may be the evening of a Saturday.
    before = Task.objects.filter(authored_at__lt=timezone.now() - timedelta(days=1))
    before = before.exclude(about_id__in=FollowUp.objects.values("pk"))  # days of a cadence
    came = Counter(
        at.astimezone(zone).date() for at in before.values_list("authored_at", flat=True)
    )
    del came[today]
    weekdays = defaultdict(list)
    for day, many in came.items():
        weekdays[day.weekday()].append(many)
    assert today - timedelta(days=63) <= min(came) <= today - timedelta(days=57)
    assert set(weekdays) == set(range(5)), "nothing comes at the weekend"
    usual = {day: sum(many) / len(many) for day, many in weekdays.items()}
    assert usual[0] > usual[2] > usual[4]


def test_clocks_are_what_their_history_says(elm):
    tasks = list(Task.objects.values_list("pk", flat=True))
    now = timezone.now()
    with transaction.atomic():
        changed = adjust(tasks, book=policies.load(now=now), actor=SETUP, now=now)
        transaction.set_rollback(True)
    assert changed == 0


def test_every_move_stands_in_the_audit_trail(elm):
    moved = Counter(TaskTransition.objects.values_list("task_id", "at"))
    audited = Counter(AuditEvent.objects.filter(entity="task").values_list("entity_id", "at"))
    assert not moved - audited


def test_days_are_frozen_as_the_engine_would_have_frozen_them(elm):
    now = timezone.now()
    places = dict(freezing.of_locations(elm.pk).values())
    held = list(DayFact.objects.order_by("day", "moment", "location"))
    assert len({one.day for one in held}) > 35
    for one in held[::97]:
        due = (one.at, one.day, Moment(one.moment))
        fresh = freezing.fact(
            one.location_id, places[one.location_id], due, source=day_history, now=now
        )
        assert (one.open, one.came, one.closed) == (fresh.open, fresh.came, fresh.closed)
        assert [tuple(group) for group in one.open_by] == fresh.open_by
        assert one.actions == fresh.actions


def test_nobody_is_asked_after_the_result_of_a_referral(elm):
    asked = Task.objects.filter(category=Category.OVERDUE_RESULT)
    assert not asked.filter(title__contains="Referral").exists()
    unanswered = Task.objects.open().filter(category=Category.MISSING_REPORT)
    assert 1 <= unanswered.count() <= 9


def test_a_laboratory_is_slow_and_its_silence_is_work(elm):
    assert Task.objects.open().filter(category=Category.SILENT_FEED).count() == 1
    late = Task.objects.filter(item__source="elm-south")
    assert late.exists()
    assert all(one.authored_at - one.issued_at > timedelta(hours=20) for one in late)


def test_the_numbers_of_the_backlog_are_those_of_the_tasks(unblocked):
    assert backlog.check(now=timezone.now()) == 0


def test_one_is_away_and_covered_one_is_behind_and_refills_go_astray(elm):
    now = timezone.now()
    assert Absence.objects.filter(begins_at__lt=now, ends_at__gt=now, cover__isnull=False).exists()
    mine = Task.objects.open().filter(queue__role="physician")
    old = mine.filter(authored_at__lt=now - timedelta(days=1))
    assert old.filter(owner__name=ELM.behind).count() > old.exclude(owner__name=ELM.behind).count()
    assert not mine.filter(owner__name=ELM.away[0]).exists(), "it went to whoever covers"
    refills = Task.objects.filter(category=Category.REFILL, authored_at__gt=now - timedelta(days=9))
    astray = TaskTransition.objects.filter(move=Move.ASSIGN, task__in=refills)
    assert astray.filter(task__location__name=ELM.misrouted).count() > 3


@pytest.mark.parametrize("story_told", [*STORIES, *MORE], ids=lambda one: str(one.title))
def test_each_story_begins_where_its_button_leads(unblocked, story_told):
    client = Client()
    page = client.get("/demo/").content.decode()
    assert str(story_told.title) in page
    (told,) = found((story_told,))
    fields = {"login": told.story.person.email, "password": PASSWORD, "next": told.address}
    opened = client.post("/accounts/login/", fields, follow=True)
    assert opened.redirect_chain[-1][0] == told.address
    assert opened.status_code == 200


def test_the_page_that_tells_passwords_is_in_a_demo_alone(db):
    assert Client().get("/demo/").status_code == 200
    with override_settings(DEMO=False):
        assert Client().get("/demo/").status_code == 404


def test_every_kind_of_move_was_made(elm):
    made = set(TaskTransition.objects.values_list("move", flat=True))
    assert made >= {
        Move.CREATE, Move.CLAIM, Move.ACKNOWLEDGE, Move.HOLD, Move.COMPLETE, Move.REOPEN,
        Move.UPDATE, Move.CANCEL, Move.ASSIGN,
    }  # fmt: skip
    assert TaskCopy.objects.exists()


@pytest.mark.parametrize("slug", [plan.slug for plan in PRACTICES])
def test_no_task_is_an_orphan(unblocked, slug):
    with inside(slug):
        roles = Counter(
            role for member in Membership.objects.filter(is_active=True) for role in member.roles
        )
        explained = set(RoutingDecision.objects.values_list("task_id", flat=True))
        for task in Task.objects.select_related("queue", "owner"):
            assert task.pk in explained
            assert task.item_id or task.message_id or task.about_id
            assert roles[task.queue.role], task.queue.name
            assert task.owner is None or task.owner.is_active


def test_every_person_who_works_on_tasks_has_some(elm):
    open_tasks = Task.objects.open().select_related("queue", "owner")
    working = [
        m for m in Membership.objects.all() if m.role.value in {t.queue.role for t in open_tasks}
    ]
    assert {m.role.value for m in working} >= {
        "physician", "nurse", "medical-assistant", "care-coordinator", "it",
    }  # fmt: skip
    for member in working:
        if member.name == ELM.away[0]:
            continue
        mine = [t for t in open_tasks if t.owner == member]
        pooled = [t for t in open_tasks if t.owner is None and t.queue.role == member.role.value]
        assert mine or pooled, member.name


def test_the_backlog_looks_like_a_practice_at_the_end_of_clinic(elm):
    physicians = Task.objects.open().filter(queue__role="physician").count()
    assert 25 <= physicians <= 90


def test_a_visitor_meets_a_critical_result_and_people_at_work(elm):
    open_tasks = Task.objects.open()
    assert open_tasks.filter(severity="critical").exists()
    assert open_tasks.filter(claimed_until__gt=timezone.now() - timedelta(hours=1)).exists()
    assert open_tasks.filter(status=TaskStatus.ON_HOLD, recheck_date__isnull=False).exists()


def test_messages_are_processed_or_wait_for_a_person(elm):
    states = Counter(InboundMessage.objects.values_list("state", flat=True))
    assert set(states) == {MessageState.PROCESSED, MessageState.QUARANTINED}
    assert states[MessageState.QUARANTINED] == 1
    assert states[MessageState.PROCESSED] > 500
    assert {feed.slug for feed in Feed.objects.filter(messages__isnull=False)} == {
        "elm-lab", "elm-ehr", "elm-fhir", "elm-south",
    }  # fmt: skip


def test_nothing_happened_after_now(elm):
    now = timezone.now()
    assert not InboundMessage.objects.filter(received_at__gt=now).exists()
    assert not Task.objects.filter(authored_at__gt=now).exists()
    assert not Task.objects.filter(issued_at__gt=now).exists()
    assert not TaskTransition.objects.filter(at__gt=now).exists()


def test_another_first_port_moves_them_all_even_onto_each_other(unblocked):
    for first in (7576, 7574, 7575):
        told = seed("--mllp-port", str(first))
        ports = [feed["mllp_port"] for feed in told["feeds"] if feed["mllp_port"]]
        assert ports == list(range(first, first + 6))


def test_a_port_of_another_feed_is_left_to_it(unblocked):
    with inside("oak-street"):
        integrations.open_feed(
            name="Other", slug="oak-other", time_zone="America/Chicago", mllp_port=7601,
            actor=SETUP, now=timezone.now(),
        )  # fmt: skip
    with pytest.raises(CommandError, match="--mllp-port"):
        seed("--mllp-port", "7600")


def test_the_curl_lines_work_as_they_stand(story, unblocked):
    if not (shutil.which("openssl") and shutil.which("sh")):
        pytest.skip("needs sh and openssl")
    for feed in story["feeds"]:
        # A curl that only says what it was told: the last argument is the address.
        spy = 'curl() { for one in "$@"; do printf "%s\\0" "$one"; done; }; '
        told = subprocess.run(["sh", "-c", spy + feed["curl"]], capture_output=True, check=True)
        arguments = [part.decode() for part in told.stdout.split(b"\0")]
        headers = dict(
            arguments[at + 1].split(": ", 1) for at, one in enumerate(arguments) if one == "-H"
        )
        body = arguments[arguments.index("--data-binary") + 1]
        response = Client().post(
            feed["http_url_path"], body.encode(), content_type=headers["Content-Type"],
            headers={"ClearChart-Signature": headers["ClearChart-Signature"]},
        )  # fmt: skip
        assert response.status_code == (202 if "/fhir/" in feed["http_url_path"] else 200)
        assert b"MSA|AA|" in response.content or b"Stored as" in response.content


def test_a_revoked_key_is_replaced_and_nothing_else(unblocked):
    with inside("oak-street"):
        key = FeedKey.objects.filter(feed__slug="oak-lab").get()
        integrations.revoke_feed_key(key=key, actor=ACTOR, now=timezone.now())
    seed("--mllp-port", "7575")
    with inside("oak-street"):
        assert FeedKey.objects.filter(feed__slug="oak-lab", revoked_at__isnull=True).count() == 1


def test_whoever_is_referred_to_can_be_reached_and_most_patients_texted(unblocked):
    for plan in PRACTICES:
        with inside(plan.slug):
            assert Letterhead.objects.get().name == plan.name
            kinds = Carrier.objects.filter(closed_at__isnull=True, baa_on__isnull=False)
            assert sorted(kinds.values_list("kind", flat=True)) == ["documo", "hisp"]
            underway = Referral.objects.filter(closed_at__isnull=True)
            assert not underway.filter(specialist__isnull=True).exclude(specialty="").exists()
            asked = set(underway.values_list("patient", flat=True))
            may = set(Consent.objects.filter(basis="tcpa").values_list("patient", flat=True))
            assert len(asked) / 2 < len(asked & may) < len(asked)


def test_the_seed_sends_nothing_by_itself(unblocked):
    for plan in PRACTICES:
        with inside(plan.slug):
            assert not Transmission.objects.exists()
            late = PatientMessage.objects.filter(intent__next_at__lte=timezone.now())
            assert not late.filter(intent__state__in=list(OPEN)).exists()


@pytest.mark.parametrize("kind", ["hisp", "documo"])
def test_a_sent_referral_is_delivered_by_what_the_fakes_answer(unblocked, kind):
    seed("--mllp-port", "7575", "--carrier-port", "7650", "--no-history")
    posted = []

    class Web(BaseHTTPRequestHandler):
        """The demo's own web address, as far as the fax service knows it."""

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append((self.path, body, dict(self.headers)))
            self.send_response(204)
            self.end_headers()

    web = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True).start()
    told = f"http://127.0.0.1:{web.server_address[1]}/integrations/fax/elm-fax"
    fakes = [
        fax.start(FaxHouse(lines={"elm-fax-key": told}), port=7650),
        mail.start(smtp_port=7651, imap_port=7652),
    ]
    try:
        with override_settings(EHR_LOOPBACK=True):
            assert delivered(kind, posted) == ["queued", "sent", "delivered"]
    finally:
        for fake in fakes:
            fake.stop()
        web.shutdown()
        web.server_close()


def delivered(kind, posted):
    """Where a referral of Elm Street stood, one after the other."""
    with inside("elm-street"):
        way = {"hisp": "direct", "documo": "fax"}[kind]
        at = Referral.objects.filter(closed_at__isnull=True, specialist__ways__0=way).first()
        referrals.send_referral(referral_id=at.pk, actor=SETUP, now=timezone.now())
    stood = [passage(at)]
    carrying.sweep(now=timezone.now())
    stood.append(passage(at))
    deadline = time.monotonic() + 5
    while kind == "documo" and not posted and time.monotonic() < deadline:
        time.sleep(0.05)
    for path, body, headers in posted:
        answer = Client().post(path, body, content_type="application/json", headers=headers)
        assert answer.status_code == 204
    while intake.sweep(now=timezone.now()):
        continue
    mailbox.sweep(now=timezone.now())
    stood.append(passage(at))
    return stood


def passage(referral):
    with inside("elm-street"):
        return Transmission.objects.filter(referral=referral.pk).latest("queued_at").passage
