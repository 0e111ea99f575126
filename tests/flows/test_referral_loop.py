"""One referral from its order to its report, by messages alone: each fact stands for itself."""

from datetime import timedelta

from audit.actors import Actor
from audit.models import AuditEvent
from charts import expecting
from charts.models import ChartItem
from referrals import following, operations
from referrals.models import Fact, Referral
from referrals.states import Closure, Step, Turn
from referrals.sweeping import RETRY_AFTER
from routing.models import Task
from tenants.models import Topic, Wake
from tests.flows.doors import bring, sweep
from tests.referrals.telling import facts, loop, message, note, osu, ref, referral, rri, siu, tell

CORA = Actor.machine("tests.cora")


def test_an_order_of_a_referral_opens_it_with_whom_what_and_why(elm_street, now):
    tell(elm_street, ref(), now=now)
    one = referral(elm_street)
    assert (one.specialty, one.specialist_name, one.question) == (
        "cardiology", "HAL HART", "Is it the valve?",
    )  # fmt: skip
    assert one.referrer_id == elm_street.diaz.pk
    assert one.expected_on is not None
    assert (one.step, one.turn, one.is_open) == (Step.ORDERED, Turn.US, True)


def test_an_acceptance_closes_nothing_and_the_report_does(elm_street, now):
    tell(elm_street, ref(), rri("yes", "A"), now=now)
    one = referral(elm_street)
    assert (one.acceptance, one.step, one.turn) == ("accepted", Step.ACCEPTED, Turn.PATIENT)
    assert one.is_open
    tell(elm_street, note("report"), now=now)
    one = referral(elm_street)
    assert (one.closed_because, one.step) == (Closure.REPORTED, Step.CLOSED)
    assert loop(elm_street).missing == ("booked", "seen", "answered", "told")
    with elm_street.scoped():
        assert one.report.details["document_type"] == "consult-note"
        assert Task.objects.filter(category="consult-report", ended_at__isnull=True).count() == 1
        assert AuditEvent.objects.filter(action="referral.closed").count() == 1


def test_an_acceptance_that_carries_the_words_of_a_report_is_an_acceptance(elm_street, now):
    tell(elm_street, ref(), rri("yes", "A", "OBX|1|TX|X^Note||All is well."), now=now)
    one = referral(elm_street)
    assert (one.acceptance, one.report_state, one.is_open) == ("accepted", "none", True)


def test_a_whole_loop_of_360x_says_each_fact_on_its_own_axis(elm_street, now):
    tell(
        elm_street,
        ref(),
        osu("o1", "ORC|SC|PR9^ELM|||IP"),
        siu("s1", "S12"),
        siu("s2", "S26", minute=9),
        siu("s3", "S12", start="20261208090000", minute=10),
        now=now,
    )
    one = referral(elm_street)
    assert (one.acceptance, one.appointment, one.attendance) == ("accepted", "booked", "unknown")
    assert one.appointment_at.isoformat().startswith("2026-12-08")
    assert facts(elm_street) == [
        ("acceptance", "accepted"), ("appointment", "booked"), ("attendance", "no-show"),
        ("appointment", "booked"),
    ]  # fmt: skip


def test_a_booking_that_came_before_its_acceptance_hides_it_not(elm_street, now):
    late = osu("late", "ORC|SC|PR9^ELM|||IP", minute=4)
    tell(elm_street, ref(), siu("s1", "S12", minute=8), late, now=now)
    one = referral(elm_street)
    assert (one.acceptance, one.appointment) == ("accepted", "booked")


def test_answers_that_came_before_their_referral_are_taken_in_with_it(elm_street, now):
    tell(elm_street, rri("yes", "A"), now=now)
    with elm_street.scoped():
        assert not Referral.objects.exists()
    tell(elm_street, ref(), now=now)
    assert referral(elm_street).acceptance == "accepted"


def test_a_report_that_came_before_its_referral_closes_it(elm_street, now):
    tell(elm_street, note("report"), ref(), now=now)
    assert referral(elm_street).closed_because == Closure.REPORTED


def test_a_report_that_is_withdrawn_opens_the_loop_again(elm_street, now):
    tell(elm_street, ref(), note("report"), now=now)
    assert not referral(elm_street).is_open
    tell(elm_street, note("gone", "T11", minute=30), now=now)
    one = referral(elm_street)
    assert (one.is_open, one.report_state, one.report_id) == (True, "withdrawn", None)
    tell(elm_street, note("again", number="D2", minute=40), now=now)
    assert referral(elm_street).closed_because == Closure.REPORTED


def test_a_report_that_takes_anothers_place_stands_in_it(elm_street, now):
    tell(elm_street, ref(), note("report"), now=now)
    newer = note("newer", "T10", number="D2", minute=40).replace(b"|D2||", b"|D2|D1|")
    tell(elm_street, newer, now=now + timedelta(hours=1))
    one = referral(elm_street)
    assert one.closed_because == Closure.REPORTED
    with elm_street.scoped():
        assert one.report.key == "D2"


def test_a_referral_taken_back_closes_and_opens_with_its_order(elm_street, now):
    tell(elm_street, ref(), ref("back", "I14", minute=8), now=now)
    one = referral(elm_street)
    assert (one.closed_because, one.turn) == (Closure.WITHDRAWN, Turn.NOBODY)
    tell(elm_street, ref("again", minute=30), now=now)
    assert referral(elm_street).is_open


def test_looking_twice_tells_nothing_twice(elm_street, now):
    tell(elm_street, ref(), rri("yes", "A"), note("report"), now=now)
    before = facts(elm_street)
    with elm_street.scoped():
        one = Referral.objects.get()
        for pk in (one.item_id, one.report_id):
            following.follow(pk, now=now)
            following.follow(pk, now=now)
        assert Fact.objects.count() == len(before)
        assert Referral.objects.get().version == one.version


def work(elm) -> list[bool]:
    """Whether the tasks about the order are open."""
    with elm.scoped():
        rows = Task.objects.filter(item__kind="referral").order_by("authored_at")
        return [task.is_open for task in rows]


def test_the_work_on_an_order_ends_with_a_report_that_a_person_matches_and_begins_again(
    elm_street, now
):
    tell(elm_street, ref(), note("report", order=""), now=now)
    assert (referral(elm_street).is_open, work(elm_street)) == (True, [True])
    with elm_street.scoped():
        paper = ChartItem.objects.get(kind="document")
        both = {"referral_id": referral(elm_street).pk, "report_id": paper.pk}
        operations.match(**both, actor=CORA, now=now)
        assert (referral(elm_street).is_open, work(elm_street)) == (False, [False])
        item = ChartItem.objects.get(kind="referral")
        assert expecting.answers([item.pk]) == {item.pk: expecting.Answer.CAME}
        operations.unmatch(**both, actor=CORA, now=now)
        assert expecting.answers([item.pk]) == {}
    assert referral(elm_street).is_open
    assert any(work(elm_street))


def test_a_number_that_lied_is_overruled_by_a_person_and_by_nobody_else(elm_street, now):
    tell(elm_street, ref(), note("report"), now=now)
    one = referral(elm_street)
    assert (one.is_open, work(elm_street)) == (False, [False])
    with elm_street.scoped():
        operations.unmatch(referral_id=one.pk, report_id=one.report_id, actor=CORA, now=now)
        assert expecting.answers([one.item_id]) == {}
    tell(elm_street, ref("again", minute=30), now=now)
    assert referral(elm_street).is_open
    assert any(work(elm_street))
    tell(elm_street, note("right", number="D7", minute=45), now=now)
    assert referral(elm_street).closed_because == Closure.REPORTED


def test_a_matched_report_that_is_withdrawn_gives_the_order_its_work_again(elm_street, now):
    tell(elm_street, ref(), note("report", order=""), now=now)
    with elm_street.scoped():
        paper = ChartItem.objects.get(kind="document")
        operations.match(
            referral_id=referral(elm_street).pk, report_id=paper.pk, actor=CORA, now=now
        )
    tell(elm_street, note("gone", "T11", order="", minute=50), now=now)
    assert referral(elm_street).is_open
    assert any(work(elm_street))


def test_a_referral_goes_with_a_patient_who_was_merged(elm_street, now):
    merge = message("ADT^A40", "merge", "MRG|508773^^^ELM^MR", minute=9)
    tell(elm_street, ref(), merge.replace(b"PID|1||508773", b"PID|1||600001"), now=now)
    tell(elm_street, rri("yes", "A", minute=12), now=now)
    one = referral(elm_street)
    with elm_street.scoped():
        assert one.patient.merged_into_id is None
        assert one.patient.identifiers.filter(value="600001").exists()
    assert one.acceptance == "accepted"


def test_an_order_of_before_there_were_referrals_is_looked_back_for(elm_street, now):
    bring(elm_street.ehr, ref(), now=now)
    sweep(elm_street.ehr, now=now)
    bring(elm_street.ehr, rri("yes", "A"), now=now)
    sweep(elm_street.ehr, now=now)
    Wake.objects.filter(topic=Topic.REFERRAL).delete()
    with elm_street.scoped():
        ChartItem.objects.update(answers=[])  # as they were then
    following.sweep(now=now)
    with elm_street.scoped():
        assert not Referral.objects.exists()
    assert (following.look_back(now=now), following.look_back(now=now)) == (1, 0)
    following.sweep(now=now)
    one = referral(elm_street)
    assert (one.specialty, one.acceptance) == ("cardiology", "accepted")
    assert following.look_back(now=now) == 0


def test_a_row_that_fails_costs_itself_only_and_is_looked_at_again(elm_street, now, monkeypatch):
    bring(elm_street.ehr, ref("a"), ref("b", number="R8"), now=now)
    sweep(elm_street.ehr, now=now)
    whole = following.follow
    with elm_street.scoped():
        [bad] = ChartItem.objects.filter(key="R8").values_list("pk", flat=True)

    def fails(pk, *, now):
        if pk == bad:
            raise ValueError
        return whole(pk, now=now)

    with monkeypatch.context() as broken:
        broken.setattr(following, "follow", fails)
        assert following.sweep(now=now).fired == 1
    following.sweep(now=now + RETRY_AFTER)
    with elm_street.scoped():
        assert Referral.objects.count() == 2


def test_a_practice_sees_none_of_anothers_referrals(elm_street, oak_street, now):
    tell(elm_street, ref(), rri("yes", "A"), now=now)
    with oak_street.scoped():
        assert not Referral.objects.exists()
        assert not Fact.objects.exists()
