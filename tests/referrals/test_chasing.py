"""A referral's cadence on real rows: asked once, ended by itself, begun again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from charts import patients
from charts.models import Patient
from charts.values import ItemKind, ItemStatus, Priority
from outbox import operations as outbox
from outbox.consent import PatientWay, WhyNot
from outbox.models import PatientMessage
from referrals import chasing, following, hearing, operations
from referrals.cadences import ROUTINE, CadenceFault
from referrals.models import Cadence, CadenceStep, FollowUp, Referral
from referrals.operations import Opening, Telling
from referrals.specialties import Specialty
from referrals.states import Axis, Closure, Source
from referrals.works import Work
from routing import chasing as missing
from routing.models import Task
from tenants.models import Wake
from tests.outbox.patients.conftest import NOON, agrees, somebody, texts
from tests.referrals.test_operations import CORA, opened, patient
from tests.reports import bring, report

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def elm(elm_street, now):
    with elm_street.scoped():
        patients.find_or_register([patient()], overwrite=True, actor=CORA, now=now)
        yield elm_street


def say(referral, axis, value, now, **more):
    telling = Telling(key=f"{axis}:{value}:{now}", axis=Axis(axis), value=value, at=now,
                      source=Source.STAFF, **more)  # fmt: skip
    return operations.tell(referral_id=referral.pk, tellings=[telling], actor=CORA, now=now)


def pass_time(now, until):
    """Every wake at its own instant, as an engine does that is never down."""
    while due := Wake.objects.filter(topic="cadence", at__lte=until).order_by("at").first():
        chasing.sweep(now=max(due.at, now))


def asked():
    return list(FollowUp.objects.order_by("asked_at", "pk").values_list("work", flat=True))


def still_open():
    about = Task.objects.open().values("about_id")
    return set(FollowUp.objects.filter(pk__in=about).values_list("work", flat=True))


def test_a_referral_that_nobody_answers_is_asked_after_on_its_days(elm, now):
    one = opened(now, specialist_name="Hart Clinic")
    say(one, "transmission", "sent", now)
    pass_time(now, now + 90 * DAY)
    steps = CadenceStep.objects.order_by("due_at", "row").values_list("row", "due_at", "fired_at")
    assert [(row, (due - now).days) for row, due, _ in steps] == [
        ("first-nudge", 1), ("ask-specialist", 7), ("second-nudge", 7), ("coordinate", 14),
        ("call-and-letter", 30), ("document", 60),
    ]  # fmt: skip
    assert all(due == fired for _, due, fired in steps)
    assert AuditEvent.objects.filter(action="referral.chased").count() == 6
    assert still_open() >= {"ask-specialist", "document"}
    assert not still_open() & {"coordinate", "call-and-letter"}  # each took the other's place


def test_a_fact_ends_the_work_that_was_for_it_and_no_other(elm, now):
    one = opened(now)
    say(one, "transmission", "sent", now)
    pass_time(now, now + 15 * DAY)
    assert {"ask-specialist", "coordinate"} <= still_open()
    say(one, "acceptance", "accepted", now + 15 * DAY)
    pass_time(now, now + 15 * DAY)
    assert "ask-specialist" not in still_open()
    assert "coordinate" in still_open()
    say(one, "appointment", "booked", now + 16 * DAY, appointment_at=now + 30 * DAY)
    pass_time(now, now + 16 * DAY)
    assert still_open() == set()
    ended = Task.objects.filter(about_id__in=FollowUp.objects.values("pk"))
    assert {task.outcome for task in ended} == {"source-closed"}


def test_closing_ends_all_that_was_asked_and_reopening_asks_for_what_is_due_once(elm, now):
    one = opened(now)
    pass_time(now, now + 20 * DAY)
    later = now + 20 * DAY
    operations.close(referral_id=one.pk, because=Closure.PATIENT_DECLINED, actor=CORA, now=later)
    pass_time(now, later)
    assert still_open() == set()
    before = asked()
    operations.reopen(referral_id=one.pk, actor=CORA, now=later + DAY)
    pass_time(now, later + DAY)
    assert asked() == before  # what was done for the order is not done again
    pass_time(now, later + 50 * DAY)
    assert asked()[len(before) :] == ["call-and-letter", "document"]


def test_what_a_person_has_ended_stays_ended(elm, now):
    one = opened(now)
    say(one, "acceptance", "declined", now)
    pass_time(now, now)
    assert still_open() == {"find-another"}
    Task.objects.filter(about_id__isnull=False).update(
        status="completed", ended_at=now, outcome="done"
    )
    say(one, "transmission", "sent", now + DAY)
    pass_time(now, now + DAY)
    assert "find-another" not in still_open()
    assert asked().count("find-another") == 1


def test_one_of_before_there_were_cadences_is_found_and_asked_after_once_for_each_branch(elm, now):
    one = opened(now)
    Wake.objects.all().delete()
    long_after = now + 100 * DAY
    assert chasing.look_back(now=long_after) == 1
    chasing.sweep(now=long_after)
    assert chasing.look_back(now=long_after) == 0
    assert sorted(asked()) == ["ask-specialist", "call-patient", "document"]
    assert Referral.objects.get(pk=one.pk).chased_since == long_after


def test_the_closest_cadence_holds_and_the_newest_of_its_versions(elm, now):
    one = opened(now, urgency=Priority.URGENT)
    publish = {"actor": CORA, "now": now}
    chosen = operations.cadence_for(one)
    assert chosen.cadence is None
    assert chosen.rows != ROUTINE  # an urgent one has less time
    every = operations.publish_cadence(specialty=None, urgency=None, rows=ROUTINE[:1], **publish)
    assert operations.cadence_for(one).cadence == every
    urgent = operations.publish_cadence(specialty=None, urgency=Priority.URGENT,
                                        rows=ROUTINE[:2], **publish)  # fmt: skip
    assert operations.cadence_for(one).cadence == urgent
    heart = operations.publish_cadence(specialty=Specialty.CARDIOLOGY, urgency=None,
                                       rows=ROUTINE[:3], **publish)  # fmt: skip
    assert operations.cadence_for(one).cadence == heart
    both = [
        operations.publish_cadence(specialty=Specialty.CARDIOLOGY, urgency=Priority.URGENT,
                                   rows=ROUTINE[:count], **publish)
        for count in (4, 5)
    ]  # fmt: skip
    assert operations.cadence_for(one).cadence == both[1]
    assert [row.version for row in both] == [1, 2]
    assert operations.cadence_for(one).rows == ROUTINE[:5]
    other = opened(now, "N-2", specialty="Neurology")
    assert operations.cadence_for(other).cadence == every


def test_a_published_cadence_holds_at_once_and_does_nothing_twice(elm, now):
    one = opened(now)
    pass_time(now, now + 8 * DAY)
    before = CadenceStep.objects.count()
    operations.publish_cadence(specialty=None, urgency=None, rows=(), actor=CORA,
                               now=now + 8 * DAY)  # fmt: skip
    pass_time(now, now + 20 * DAY)
    assert CadenceStep.objects.count() == before
    operations.publish_cadence(specialty=None, urgency=None, rows=ROUTINE, actor=CORA,
                               now=now + 20 * DAY)  # fmt: skip
    pass_time(now, now + 20 * DAY)
    rows = list(CadenceStep.objects.values_list("row", flat=True))
    assert len(rows) == len(set(rows))
    assert "coordinate" in rows
    assert CadenceStep.objects.get(row="coordinate").cadence.version == 2
    assert one.pk == CadenceStep.objects.get(row="coordinate").referral_id


def test_rows_that_make_no_cadence_are_refused_and_nothing_is_published(elm, now):
    with pytest.raises(CadenceFault):
        operations.publish_cadence(specialty=None, urgency=None, rows=ROUTINE[:1] * 2, actor=CORA,
                                   now=now)  # fmt: skip
    assert not Cadence.objects.exists()


def test_without_rules_nothing_is_lost(elm, now):
    """The practice's rules hold from `now` on."""
    one = opened(now - 2 * DAY)
    chasing.sweep(now=now - DAY / 2)
    assert not CadenceStep.objects.exists()
    chasing.sweep(now=now + timedelta(minutes=1))
    assert CadenceStep.objects.filter(referral=one).exists()


def followed(now, **more):
    """A referral that a feed told."""
    order = report(ItemKind.REFERRAL, ItemStatus.ACTIVE, key="R-1", placer="P-7", **more)
    bring(order, now=now, source="elm-ehr")
    following.sweep(now=now)
    return Referral.objects.get()


def test_the_report_that_an_order_waits_for_is_not_asked_for_twice(elm, now):
    one = followed(now)
    say(one, "attendance", "seen", now + 17 * DAY)
    pass_time(now, now + 17 * DAY)
    missing.sweep_practice(elm.practice.pk, now=now + 30 * DAY)
    pass_time(now, now + 32 * DAY)
    assert CadenceStep.objects.get(row="report").came_to == "open"
    assert "ask-report" not in asked()
    task = Task.objects.open().get(category="missing-report")
    later = now + 33 * DAY
    operations.close(referral_id=one.pk, because=Closure.SEEN_ELSEWHERE, actor=CORA, now=later)
    pass_time(now, later)
    task.refresh_from_db()
    assert (task.status, task.status_reason) == ("cancelled", "the referral was closed")


@pytest.fixture
def hana(elm_street):
    """Who may be texted, has a portal, and is referred."""
    with elm_street.scoped():
        outbox.set_letterhead(
            name="Elm Street", phone="+12025550100", portal_address="https://portal.example/in",
            actor=CORA, now=NOON,
        )  # fmt: skip
        one = somebody()
        agrees(one)
        yield one


def refer(patient):
    opening = Opening(patient_id=patient.pk, number="N-1", ordered_at=NOON, specialty="Cardiology")
    referral, _ = operations.open_by_hand(opening=opening, actor=CORA, now=NOON)
    say(referral, "transmission", "sent", NOON)
    return referral


def thread():
    rows = PatientMessage.objects.order_by("at", "pk")
    return [(row.way, row.template, (row.at - NOON).days) for row in rows]


def test_a_patient_is_written_to_by_one_way_after_the_other(hana):
    one = refer(hana)
    pass_time(NOON, NOON + 8 * DAY)
    assert thread() == [("sms", "nudge", 1), ("portal", "nudge", 1), ("portal", "nudge-again", 7)]
    steps = CadenceStep.objects.filter(came_to="written")
    assert list(steps.order_by("due_at").values_list("detail", flat=True)) == ["sms", "portal"]
    assert {row.about_id for row in PatientMessage.objects.all()} == {one.pk}
    say(one, "attendance", "no-show", NOON + 9 * DAY)
    pass_time(NOON, NOON + 10 * DAY)
    assert thread()[3:] == []
    assert asked()[-1] == "call-patient"  # the third way is a person's


def test_where_no_message_reaches_them_somebody_calls(hana):
    agrees(hana, given=False)
    for way in (PatientWay.PORTAL, PatientWay.EMAIL):
        agrees(hana, way, given=False)
    refer(hana)
    pass_time(NOON, NOON + 8 * DAY)
    assert thread() == []
    assert asked()[0] == "call-patient"
    assert asked().count("call-patient") == 1  # the same work is not asked for twice


def test_who_died_is_neither_written_to_nor_called(hana):
    refer(hana)
    Patient.objects.filter(pk=hana.pk).update(is_deceased=True)
    pass_time(NOON, NOON + 8 * DAY)
    assert thread() == []
    assert "call-patient" not in asked()


def test_an_answer_that_it_is_booked_calls_off_what_waits_for_the_morning(hana):
    one = refer(hana)
    night = NOON + DAY + timedelta(hours=14)
    Wake.objects.filter(topic="cadence", at__lt=night).delete()
    chasing.look_back(now=night)
    chasing.sweep(now=night)
    waiting = PatientMessage.objects.get(way="sms").intent
    assert (waiting.state, waiting.next_at > night) == ("pending", True)
    texts("BOOKED", now=night)
    hearing.sweep(now=night)
    chasing.sweep(now=night)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.moot_at) == ("cancelled", night)
    one.refresh_from_db()
    assert one.appointment == "booked"
    pass_time(night, NOON + 8 * DAY)
    assert asked() == ["ask-date"]  # booked by word of the patient: for when?


def test_a_reminder_goes_out_before_the_visit_and_not_after_it_was_cancelled(hana):
    one = refer(hana)
    say(one, "appointment", "booked", NOON, appointment_at=NOON + 5 * DAY)
    pass_time(NOON, NOON + 4 * DAY)
    assert thread() == [("sms", "confirm", 3)]
    say(one, "appointment", "booked", NOON + 4 * DAY, appointment_at=NOON + 20 * DAY)
    say(one, "appointment", "cancelled", NOON + 5 * DAY)
    pass_time(NOON, NOON + 19 * DAY)
    assert [row for row in thread() if row[1] == "confirm"] == [("sms", "confirm", 3)]


def test_no_words_of_the_cadence_say_anything_about_the_patient(hana):
    one = refer(hana)
    Referral.objects.filter(pk=one.pk).update(specialty="oncology", reason="Biopsy of Hana Marsh")
    pass_time(NOON, NOON + 30 * DAY)
    said = " ".join(row.subject + row.body for row in PatientMessage.objects.all()).lower()
    assert said
    for canary in ("marsh", "hana", "oncolog", "biopsy", "cardiolog", "2026", "508773"):
        assert canary not in said


def test_whoever_opts_out_while_a_batch_is_looked_at_is_not_texted(hana):
    one = refer(hana)
    held = operations.hold([one.pk], now=NOON + DAY)
    assert PatientWay.SMS in outbox.ways_to(hana.pk, known=held.patient(one))
    agrees(hana, given=False, now=NOON + DAY)
    operations.chase(referral_id=one.pk, among=held, actor=CORA, now=NOON + DAY)
    assert [way for way, _, _ in thread()] == ["portal"]


def test_work_that_a_person_ended_while_a_batch_is_looked_at_is_asked_for_again(elm, now):
    one = opened(now)
    before = operations.ask(
        referral_id=one.pk, work=Work.ASK_SPECIALIST, key="a", actor=CORA, now=now
    )
    say(one, "transmission", "sent", now)
    held = operations.hold([one.pk], now=now + 7 * DAY)
    operations.end_work(referral_id=one.pk, works=[Work.ASK_SPECIALIST], actor=CORA, now=now)
    operations.chase(referral_id=one.pk, among=held, actor=CORA, now=now + 7 * DAY)
    again = FollowUp.objects.filter(work=Work.ASK_SPECIALIST).exclude(pk=before.pk)
    assert again.count() == 1
    assert "ask-specialist" in still_open()


def test_many_are_read_in_as_many_statements_as_one(elm, now, django_assert_num_queries):
    rows = [opened(now, f"N-{number}") for number in range(9)]
    with CaptureQueriesContext(connection) as one:
        operations.hold([rows[0].pk], now=now).patient(rows[0])
    with django_assert_num_queries(len(one)):
        held = operations.hold([row.pk for row in rows], now=now)
        assert {held.patient(row).patient.pk for row in rows} == {rows[0].patient_id}


def test_a_patient_is_read_as_whom_they_were_merged_into(hana):
    kept = somebody(family="Marsh", given="Hanna", phone="(202) 555-0199")
    agrees(kept)
    patients.unite(kept=kept, gone=[hana], actor=CORA, now=NOON)
    read = outbox.whom([hana.pk, kept.pk])
    assert {pk: known.patient.pk for pk, known in read.items()} == {
        hana.pk: kept.pk, kept.pk: kept.pk
    }  # fmt: skip
    assert sorted(read[hana.pk].ids) == sorted([hana.pk, kept.pk])
    agrees(hana, given=False)  # said of the one who is gone, it holds for both
    assert outbox.whom([kept.pk])[kept.pk].roads[PatientWay.SMS].why_not == WhyNot.OPTED_OUT
