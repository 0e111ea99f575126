"""Referrals on the screens: the table, the board, one of them, and what people say of it."""

import gzip
import re
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from charts.models import Patient
from dashboards.queries.referrals import PAGE
from referrals import operations
from referrals.models import Fact, Referral
from referrals.operations import Opening
from tests.dashboards.referral_scene import CASES, PEOPLE, open_referrals
from tests.people import SETUP

pytestmark = pytest.mark.django_db


@pytest.fixture
def referrals(elm_street, right_now):
    """One in every state, by name."""
    with elm_street.scoped(), transaction.atomic():
        return open_referrals(elm_street, right_now - timedelta(seconds=1))


@pytest.fixture
def cora(elm_street, signed_in):
    return signed_in(elm_street.cora)


def rows(page: str) -> list[str]:
    """The names of the cases that a page shows, in its order."""
    reasons = {case.reason: case.name for case in CASES}
    return [reasons[one] for one in re.findall(r'<span class="for">([^<]*)</span>', page)]


def of(elm, pk) -> Referral:
    with elm.scoped():
        return Referral.objects.get(pk=pk)


def url(pk, code="") -> str:
    return f"/referrals/{pk}/" + (f"{code}/" if code else "")


def say(client, elm, pk, code, **said):
    """As the form sends it, with the version that stands."""
    return client.post(url(pk, code), {"version": of(elm, pk).version, **said})


# ---- the table and the board


def test_the_table_says_how_many_wait_and_puts_the_most_urgent_first(referrals, cora):
    page = cora.get("/referrals/").text
    assert "11 open referrals; 4 wait for us, the oldest ordered 33 d ago." in page
    assert rows(page)[:4] == ["stat", "booked", "accepted", "ordered"]
    assert rows(page)[4] == "seen"
    assert "32 d late" in page
    assert "closed" not in rows(page)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("turn=us", {"ordered", "asked", "declined", "reported"}),
        ("turn=payer", {"payer"}),
        ("step=booked", {"booked", "missed"}),
        ("step=answered", {"reported"}),
        ("specialty=cardiology", {"ordered", "reported"}),
        ("urgency=stat", {"stat"}),
        ("late=late", {"seen", "missed", "accepted", "booked"}),
        ("state=closed", {"closed"}),
        ("turn=patient&urgency=asap", {"booked"}),
        ("turn=nonsense&loc=x", {one.name for one in CASES} - {"closed"}),
    ],
)
def test_each_filter_lets_through_what_it_names(referrals, cora, query, names):
    assert set(rows(cora.get(f"/referrals/?{query}").text)) == names


def test_a_filter_that_hides_everything_says_so_and_so_does_an_empty_practice(
    referrals, cora, oak_street, signed_in
):
    hidden = cora.get("/referrals/?specialty=sleep&urgency=stat").text
    assert "The filter hides everything" in hidden
    assert 'href="/referrals/">Clear filter' in hidden
    assert "No open referrals" in signed_in(oak_street.olu).get("/referrals/").text


def test_the_board_counts_each_step_and_its_oldest(referrals, cora):
    page = cora.get("/referrals/?view=board").text
    columns = re.findall(r'<h2 id="step-\d">(\w+) <span class="n">(\d+)</span>', page)
    assert columns == [("Ordered", "1"), ("Sent", "3"), ("Accepted", "3"), ("Booked", "2"),
                       ("Seen", "1"), ("Answered", "1")]  # fmt: skip
    assert "oldest 62 d" in page
    narrowed = cora.get("/referrals/?view=board&turn=payer").text
    assert [PEOPLE[8][0] in narrowed, PEOPLE[0][0] in narrowed] == [True, False]


def test_pages_follow_each_other_whole_and_cost_the_same_and_little(
    elm_street, referrals, cora, right_now
):
    cora.get("/referrals/")
    with CaptureQueriesContext(connection) as few:
        cora.get("/referrals/?urgency=stat")
    with elm_street.scoped(), transaction.atomic():
        whose = Patient.objects.get(family__iexact="rivera")
        for n in range(PAGE + 5):
            opening = Opening(patient_id=whose.pk, number=f"M-{n}", ordered_at=right_now,
                              reason="Palpitations", specialty="cardiology")  # fmt: skip
            operations.open_by_hand(opening=opening, actor=SETUP, now=right_now)
    with CaptureQueriesContext(connection) as many:
        first = cora.get("/referrals/")
    assert len(many) == len(few)
    assert len(gzip.compress(first.content)) < 14_000
    seen, page = [], first.text
    while True:
        seen += re.findall(r'id="t-([0-9a-f-]{36})"', page)
        following = re.search(r'href="([^"]*after=[^"]*)"', page)
        if following is None:
            break
        page = cora.get(following[1].replace("&amp;", "&")).text
    assert len(seen) == len(set(seen)) == PAGE + 5 + 11
    assert "Back to the top" in page
    assert cora.get("/referrals/?after=9_soon_x").text.count('id="t-') == PAGE


def test_a_restricted_chart_says_no_more_than_that_it_is_one(elm_street, referrals, cora):
    with elm_street.scoped(), transaction.atomic():
        Patient.objects.filter(family__iexact="nguyen").update(is_restricted=True)
    page = cora.get("/referrals/").text
    assert "declined" not in rows(page)
    assert "Restricted chart" in page
    assert f'"{url(referrals["declined"], "tell")}' not in page
    assert cora.get(url(referrals["declined"])).status_code == 403
    refused = say(cora, elm_street, referrals["declined"], "close", because="duplicate")
    assert refused.status_code == 403
    assert of(elm_street, referrals["declined"]).is_open


def test_whose_names_are_shown_is_audited_and_none_is_in_a_title_or_an_address(
    elm_street, referrals, cora
):
    pages = [cora.get(one).text for one in ("/referrals/", url(referrals["booked"]))]
    with elm_street.scoped():
        table = AuditEvent.objects.filter(action="referrals.viewed").latest("at")
        one = AuditEvent.objects.filter(action="referral.viewed").latest("at")
        booked = Referral.objects.get(pk=referrals["booked"])
    assert str(booked.patient_id) in table.detail["patients"]
    assert (one.entity_id, one.patient_id) == (booked.pk, booked.patient_id)
    for page in pages:
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL).group(1)
        links = " ".join(re.findall(r'(?:href|action|hx-[a-z]+)="([^"]*)"', page))
        for family, given, _born in PEOPLE:
            assert not re.search(rf"\b({family}|{given})\b", title + links, re.IGNORECASE)


# ---- one referral


def test_a_referral_says_what_was_asked_what_is_missing_and_whose_turn_it_is(referrals, cora):
    page = cora.get(url(referrals["declined"])).text
    for said in ("They declined. Choose another specialist.", "Our turn", "They do not take the",
                 "Missing: accepted, booked, seen, reported, answered, told", "P-610003",
                 "by you, by phone"):  # fmt: skip
        assert said in page, said
    asked = cora.get(url(referrals["ordered"])).text
    assert "Is it the valve, and may she go on running?" in asked
    assert cora.get(url(uuid4())).status_code == 404


def test_the_timeline_holds_what_was_held_and_what_was_taken_back(elm_street, referrals, cora):
    pk = referrals["seen"]
    with elm_street.scoped():
        fact = Fact.objects.get(referral=pk, axis="attendance")
    undo = f"/referrals/{pk}/facts/{fact.pk}/"
    version = of(elm_street, pk).version
    refused = cora.post(undo, {"version": version})
    assert refused.status_code == 422
    assert "Choose why it is taken back." in refused.text
    done = cora.post(undo, {"version": version, "mistake": "anothers"})
    assert done.url == url(pk) + "?said=referral-undo"
    assert of(elm_street, pk).attendance == "unknown"
    say(cora, elm_street, pk, "close", because="unreachable")
    say(cora, elm_street, pk, "reopen")
    page = cora.get(url(pk)).text
    history = page[page.index('class="timeline"') :]
    assert re.findall("<b>(.*?)</b>", history) == [
        "Open again", "Closed", "Taken back: Visit: seen", "Visit: seen", "Appointment: booked",
        "Their answer: accepted", "Sending: sent", "The referral began",
    ]  # fmt: skip
    assert "It is about another referral or patient" in history
    assert history.count('class="is-undone"') == 1
    again = cora.post(undo, {"version": of(elm_street, pk).version, "mistake": "slip"})
    assert again.status_code == 409


SAYS = [
    ("ordered", "sent", {}, "transmission", "sent"),
    ("sent", "accepted", {"heard": "fax"}, "acceptance", "accepted"),
    ("sent", "declined", {"why": "no-capacity"}, "acceptance", "declined"),
    ("sent", "question", {}, "acceptance", "question"),
    ("booked", "cancelled", {}, "appointment", "cancelled"),
    ("booked", "seen", {}, "attendance", "seen"),
    ("booked", "no-show", {}, "attendance", "no-show"),
    ("accepted", "auth-needed", {}, "authorization", "needed"),
    ("accepted", "auth-not-needed", {}, "authorization", "not-needed"),
    ("accepted", "auth-requested", {}, "authorization", "requested"),
    ("payer", "auth-approved", {}, "authorization", "approved"),
    ("payer", "auth-denied", {}, "authorization", "denied"),
    ("reported", "told", {}, "patient_told", "yes"),
]


@pytest.mark.parametrize(("name", "code", "said", "column", "value"), SAYS)
def test_each_thing_that_is_said_becomes_one_fact(
    elm_street, referrals, cora, right_now, name, code, said, column, value
):
    pk = referrals[name]
    assert url(pk, code) in cora.get(url(pk, "tell")).text
    assert cora.get(url(pk, code)).status_code == 200
    at = (right_now - timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M")
    with elm_street.scoped():
        before = Fact.objects.filter(referral=pk).count()
    done = say(cora, elm_street, pk, code, **({"at": at} | said))
    assert done.status_code == 302, re.findall(r'class="error"[^>]*>([^<]*)', done.text)
    assert done.url == url(pk) + "?said=referral-said"
    assert getattr(of(elm_street, pk), column) == value
    with elm_street.scoped():
        assert Fact.objects.filter(referral=pk).count() == before + 1


def test_an_appointment_is_kept_on_the_clock_of_its_place(elm_street, referrals, cora, right_now):
    pk, day = referrals["accepted"], (right_now + timedelta(days=9)).date()
    refused = say(cora, elm_street, pk, "booked", appointment_at="soon")
    assert "Give the day and the hour of the appointment." in refused.text
    say(cora, elm_street, pk, "booked", appointment_at=f"{day}T09:30", heard="phone")
    booked = of(elm_street, pk)
    assert f"{booked.appointment_at:%H:%M}" in ("14:30", "13:30")  # of New York
    page = cora.get(url(pk)).text
    assert "The patient is booked for" in page
    assert "09:30 E" in page
    assert "by you, by phone" in page


def test_what_is_cancelled_in_the_minute_in_which_it_was_booked_is_cancelled(
    elm_street, referrals, cora, right_now
):
    pk, here = referrals["accepted"], right_now.astimezone(ZoneInfo("America/New_York"))
    day = (right_now + timedelta(days=9)).date()
    say(cora, elm_street, pk, "booked", appointment_at=f"{day}T09:30", heard="phone")
    say(cora, elm_street, pk, "cancelled", at=here.strftime("%Y-%m-%dT%H:%M"), heard="phone")
    assert of(elm_street, pk).appointment == "cancelled"


def test_what_lies_ahead_or_too_far_back_is_refused_and_what_was_typed_stays(
    elm_street, referrals, cora, right_now
):
    pk = referrals["booked"]
    for days, said in ((-2, "cannot lie ahead"), (900, "two years ago")):
        at = (right_now - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")
        answer = say(cora, elm_street, pk, "seen", at=at, heard="fax")
        assert (answer.status_code, said in answer.text) == (422, True)
        assert f'value="{at}"' in answer.text
        assert "<title>Error: " in answer.text
    assert of(elm_street, pk).attendance == "unknown"


def test_of_two_people_at_once_the_second_reads_that_it_changed(elm_street, referrals, cora):
    pk = referrals["reported"]
    stale = of(elm_street, pk).version
    assert cora.post(url(pk, "told"), {"version": stale}).status_code == 302
    for version in (stale, ""):
        late = cora.post(url(pk, "told"), {"version": version})
        assert late.status_code == 409
        assert "This referral was changed meanwhile. Your change was not saved." in late.text
        assert re.search(r"<li>Today \d\d:\d\d, you: Patient told: told</li>", late.text)
    with elm_street.scoped():
        assert Fact.objects.filter(referral=pk, axis="told").count() == 1


def test_a_clinician_says_whether_the_question_was_answered_and_no_opens_it_again(
    elm_street, referrals, signed_in, cora
):
    pk, diaz = referrals["reported"], signed_in(elm_street.diaz)
    refused = say(cora, elm_street, pk, "answered", answered="yes")
    assert refused.status_code == 403
    assert "Only a nurse or physician can say whether a report" in refused.text
    say(diaz, elm_street, pk, "answered", answered="partly")
    assert of(elm_street, pk).question_answered == "partly"
    assert not of(elm_street, pk).is_open
    say(diaz, elm_street, pk, "answered", answered="no")
    again = of(elm_street, pk)
    assert (again.question_answered, again.is_open) == ("no", True)


def test_a_report_is_matched_by_hand_and_a_wrong_match_is_undone(elm_street, referrals, cora):
    pk = referrals["reported"]
    report = of(elm_street, pk).report_id
    done = say(cora, elm_street, pk, "unmatch")
    assert done.url.endswith("said=referral-unmatch")
    assert of(elm_street, pk).is_open
    form = cora.get(url(pk, "match")).text
    assert str(report) in form
    with elm_street.scoped():
        matched = Fact.objects.filter(referral=pk, axis="report").first()
    alone = {"version": of(elm_street, pk).version, "mistake": "slip"}
    assert cora.post(f"/referrals/{pk}/facts/{matched.pk}/", alone).status_code == 404
    assert "Cardiology consult" in form
    assert say(cora, elm_street, pk, "match", report=str(uuid4())).status_code == 422
    say(cora, elm_street, pk, "match", report=str(report))
    assert of(elm_street, pk).closed_because == "reported"
    elsewhere = cora.get(url(referrals["seen"], "match")).text
    assert "No report of this patient is without a referral." in elsewhere


def test_it_is_closed_for_a_coded_reason_and_no_other(elm_street, referrals, cora, signed_in):
    pk = referrals["missed"]
    assert say(cora, elm_street, pk, "close", because="reported").status_code == 422
    assert say(cora, elm_street, pk, "close").status_code == 422
    refused = say(signed_in(elm_street.max), elm_street, pk, "close", because="unreachable")
    assert refused.status_code == 403
    assert of(elm_street, pk).is_open
    say(cora, elm_street, pk, "close", because="unreachable")
    assert of(elm_street, pk).closed_because == "unreachable"
    assert "Closed: the patient could not be reached." in cora.get(url(pk)).text
    assert cora.get(url(pk, "nonsense")).status_code == 404


# ---- opening


def test_a_referral_is_opened_by_hand_for_a_patient_who_was_looked_up(
    elm_street, referrals, cora, right_now
):
    assert "Type a little more" in cora.post("/referrals/open/", {"q": "r"}).text
    found = cora.post("/referrals/open/", {"q": "rivera"}).text
    address = re.search(r"/referrals/open/[0-9a-f-]{36}/", found)[0]
    assert "RIVERA, Mateo" in cora.get(address).text
    wrong = cora.post(address, {"number": "", "ordered": "2001-01-01"})
    assert wrong.status_code == 422
    for said in ("Give the number of its order.", "Choose the specialty.", "Say what it is for.",
                 "Give a day of the last two years."):  # fmt: skip
        assert said in wrong.text
    whole = {
        "number": "H-77", "ordered": (right_now - timedelta(days=2)).date().isoformat(),
        "specialty": "sleep", "reason": "Snores, and stops breathing", "urgency": "urgent",
        "question": "Is it apnea?", "referrer": str(elm_street.diaz.pk),
        "location": str(elm_street.main.pk),
    }  # fmt: skip
    first, again = cora.post(address, whole), cora.post(address, whole)
    assert first.url.endswith("said=referral-opened")
    assert again.url == first.url.replace("opened", "known")
    page = cora.get(first.url).text
    assert "Is it apnea?" in page
    assert "Dr Ana Diaz" in page
    other = cora.post("/referrals/open/", {"q": "schmidt"}).text
    address = re.search(r"/referrals/open/[0-9a-f-]{36}/", other)[0]
    theirs = cora.post(address, whole)
    assert theirs.status_code == 422
    assert "already that of another patient" in theirs.text


def test_each_line_of_a_list_says_what_became_of_it(elm_street, referrals, cora, right_now):
    day = (right_now - timedelta(days=3)).date().isoformat()
    text = "number;patient;assigner;ordered;urgency\n" + "\n".join((
        f"L-1;610000;ELM;{day};urgent", f"P-610001;610001;ELM;{day};", "L-2;610000;ELM;soon;",
        f"L-3;999999;ELM;{day};", f"P-610001;610000;ELM;{day};",
    ))  # fmt: skip
    answer = cora.post("/referrals/list/", {"file": upload(text)})
    assert answer.status_code == 200
    assert "1 opened, 1 known already, 3 refused." in answer.text
    for said in ("This is no day.", "No patient has this number", "another patient"):
        assert said in answer.text
    lines = re.findall(r'<tr><td data-label="Line">(\d+)</td>', answer.text)
    assert lines == ["4", "5", "6", "2", "3"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty."),
        ("number;patient\n1;2\n", "The column “assigner” is missing."),
        ("number;patient;assigner;ordered\n", "heading and no lines"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(elm_street, cora, text, said):
    answer = cora.post("/referrals/list/", {"file": upload(text)})
    assert answer.status_code == 422
    assert said in answer.text
    assert "There is a problem" in answer.text


def upload(text: str):
    return SimpleUploadedFile("list.csv", text.encode(), content_type="text/csv")
