"""A referral's cadence on real rows: asked once, ended by itself, begun again."""

from datetime import timedelta

import pytest

from audit.models import AuditEvent
from charts import patients
from charts.values import Priority
from referrals import chasing, operations
from referrals.cadences import ROUTINE, CadenceFault
from referrals.models import Cadence, CadenceStep, FollowUp, Referral
from referrals.operations import Telling
from referrals.specialties import Specialty
from referrals.states import Axis, Closure, Source
from routing.models import Task
from tenants.models import Wake
from tests.referrals.test_operations import CORA, opened, patient

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
