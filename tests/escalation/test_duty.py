"""Rotations, overrides and swaps; who is on call at every instant, and where nobody is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pgtrigger
import pytest

from accounts import operations as accounts
from accounts.permissions import PermissionRefused
from accounts.roles import Role
from audit.models import AuditEvent
from charts.values import Severity
from escalation import coverage, engine, operations
from escalation.duty import begins, roster, turn_of
from escalation.gaps import AHEAD, GapKind, gaps
from escalation.models import Clock, LadderStep, Override, Policy, Rotation, Swap
from escalation.operations import DutyRefused, Rota, RotationNotFound, SwapNotFound
from outbox.choosing import reach
from outbox.models import Contact
from tenants.ids import uuid7
from tests.escalation.conftest import MONDAY_TEN as NOW
from tests.escalation.conftest import person
from tests.people import SETUP, admit
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db

NEW_YORK = ZoneInfo("America/New_York")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def local(*moment: int, fold: int = 0) -> datetime:
    return datetime(*moment, tzinfo=NEW_YORK, fold=fold).astimezone(UTC)


def by(member) -> dict:
    made = person(member)
    return {"by": made["member"], "actor": made["actor"], "now": NOW}


def rota(*members, **more) -> Rota:
    said = {"name": "Clinicians on call", "time_zone": "America/New_York", **more}
    return Rota(members=[one.pk for one in members], **said)


@pytest.fixture
def weekly(elm):
    """Dr Diaz and Nora, a week each, from Monday, November 16, 08:00."""
    return operations.start_rotation(
        rota=rota(elm.diaz, elm.nora), begins_on=date(2026, 11, 16), **by(elm.sam)
    )


def daily(day: date, minute: int) -> Rotation:
    return Rotation(
        practice_id=uuid7(), time_zone="America/New_York", begins_on=day, handover_minute=minute,
        turn_days=1,
    )  # fmt: skip


def on_call(at: datetime):
    found = roster(now=at).on_call(None, None)
    return found.name if found else None


def test_turns_change_hands_at_the_wall_clock(elm, weekly):
    change = local(2026, 11, 23, 8)
    assert on_call(NOW) == "Dr Ana Diaz"
    assert on_call(change - timedelta(microseconds=1)) == "Dr Ana Diaz"
    assert on_call(change) == "Nora Quinn"
    assert on_call(local(2026, 11, 30, 8)) == "Dr Ana Diaz"
    assert on_call(local(2026, 11, 16, 7, 59)) is None


@pytest.mark.parametrize("minute", [0, 90, 150, 480, 1439])
@pytest.mark.parametrize("day", [date(2026, 10, 30), date(2027, 3, 12)], ids=["autumn", "spring"])
def test_every_instant_of_both_changes_of_the_clocks_belongs_to_one_turn(day, minute):
    rotation = daily(day, minute)
    at, end = datetime(day.year, day.month, day.day, tzinfo=UTC), timedelta(days=5)
    until, last = at + end, turn_of(rotation, at)
    while at < until:
        turn = turn_of(rotation, at)
        assert begins(rotation, turn) <= at < begins(rotation, turn + 1)
        assert turn in (last, last + 1)
        last, at = turn, at + 15 * MINUTE


def test_a_turn_through_a_change_of_the_clocks_is_an_hour_longer_or_shorter():
    weekend = daily(date(2026, 10, 31), 480)
    assert begins(weekend, 1) - begins(weekend, 0) == 25 * HOUR
    weekend.begins_on = date(2027, 3, 13)
    assert begins(weekend, 1) - begins(weekend, 0) == 23 * HOUR
    assert begins(weekend, 1).astimezone(NEW_YORK).hour == 8


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"name": " "}, "name", "Give the rotation a name"),
        ({"turn_days": 0}, "turn_days", "at least 1 day"),
        ({"handover_minute": 1440}, "handover", "time of the day"),
        ({"time_zone": "Mars/Base"}, "time_zone", "Choose a time zone"),
        ({"members": []}, "members", "at least one person"),
    ],
    ids=["name", "length", "handover", "zone", "nobody"],
)
def test_a_rotation_that_makes_no_sense_is_refused_at_its_field(elm, change, field, said):
    made = {"name": "Rota", "members": [elm.diaz.pk], "time_zone": "America/New_York", **change}
    with pytest.raises(DutyRefused, match=said) as refused:
        operations.start_rotation(rota=Rota(**made), begins_on=NOW.date(), **by(elm.sam))
    assert refused.value.field == field
    assert not Rotation.objects.exists()


def test_only_who_may_close_a_critical_result_takes_turns(elm):
    with pytest.raises(DutyRefused, match="Max Bell cannot be on call") as refused:
        operations.start_rotation(rota=rota(elm.max), begins_on=NOW.date(), **by(elm.sam))
    assert "Only a nurse or physician" in str(refused.value)


def test_only_who_plans_duty_makes_rotations_and_overrides(elm, weekly):
    with pytest.raises(PermissionRefused, match="plan duty and cover"):
        operations.start_rotation(
            rota=rota(elm.diaz, name="Mine"), begins_on=NOW.date(), **by(elm.diaz)
        )
    with pytest.raises(PermissionRefused):
        operations.override(
            rotation_id=weekly.pk, member_id=elm.nora.pk, begins_at=NOW, ends_at=NOW + DAY,
            **by(elm.nora),
        )  # fmt: skip


def test_a_change_leaves_the_turn_that_runs_with_whoever_has_it(elm, weekly):
    later = local(2026, 11, 24, 10)  # the second week: Nora's
    operations.change_rotation(
        rotation_id=weekly.pk, rota=rota(elm.diaz, elm.nora, turn_days=1, handover_minute=720),
        **by(elm.sam) | {"now": later},
    )  # fmt: skip
    assert on_call(later) == "Nora Quinn"
    assert on_call(local(2026, 11, 24, 12)) == "Dr Ana Diaz"
    assert AuditEvent.objects.filter(action="rotation.changed").count() == 1


def test_an_override_holds_while_it_runs_and_the_one_made_last_wins(elm, weekly):
    begin, end = NOW + DAY, NOW + 2 * DAY
    span = {"rotation_id": weekly.pk, "begins_at": begin, "ends_at": end}
    operations.override(member_id=elm.nora.pk, **span, **by(elm.sam))
    assert [on_call(at) for at in (begin - MINUTE, begin, end)] == [
        "Dr Ana Diaz", "Nora Quinn", "Dr Ana Diaz",
    ]  # fmt: skip
    operations.override(
        member_id=elm.diaz.pk, **span, **by(elm.sam) | {"now": NOW + MINUTE}
    )  # fmt: skip
    assert on_call(begin) == "Dr Ana Diaz"
    newest = Override.objects.latest("made_at")
    operations.end_override(override_id=newest.pk, **by(elm.sam))
    assert on_call(begin) == "Nora Quinn"
    with pytest.raises(RotationNotFound):
        operations.end_override(override_id=newest.pk, **by(elm.sam))


@pytest.mark.parametrize(
    ("begins_at", "ends_at", "said"),
    [
        (NOW + DAY, NOW + DAY, "end after the beginning"),
        (NOW - MINUTE, NOW + DAY, "not past"),
    ],
    ids=["no length", "past"],
)
def test_an_override_of_no_length_or_in_the_past_is_refused(elm, weekly, begins_at, ends_at, said):
    with pytest.raises(DutyRefused, match=said):
        operations.override(
            rotation_id=weekly.pk, member_id=elm.nora.pk, begins_at=begins_at, ends_at=ends_at,
            **by(elm.sam),
        )  # fmt: skip
    assert not Override.objects.exists()


def test_nobody_stands_in_while_away(elm, weekly):
    operations.record_absence(
        member_id=elm.nora.pk, cover_id=elm.diaz.pk, begins_at=NOW, ends_at=NOW + 2 * DAY,
        **by(elm.nora),
    )  # fmt: skip
    with pytest.raises(DutyRefused, match="Nora Quinn is away from now to Wed 10:00"):
        operations.override(
            rotation_id=weekly.pk, member_id=elm.nora.pk, begins_at=NOW + DAY,
            ends_at=NOW + 3 * DAY, **by(elm.sam),
        )  # fmt: skip


# ---- swaps

FIRST, SECOND = local(2026, 11, 23, 12), local(2026, 11, 30, 12)
"""In Nora's next turn, and in Dr Diaz's after it."""


def ask(elm, weekly) -> Swap:
    return operations.ask_swap(
        rotation_id=weekly.pk, offered_at=FIRST, wanted_at=SECOND, **by(elm.nora)
    )


def test_a_swap_changes_both_turns_when_the_colleague_agrees(elm, weekly):
    swap = ask(elm, weekly)
    assert (on_call(FIRST), on_call(SECOND)) == ("Nora Quinn", "Dr Ana Diaz")
    operations.agree_to_swap(swap_id=swap.pk, **by(elm.diaz))
    assert (on_call(FIRST), on_call(SECOND)) == ("Dr Ana Diaz", "Nora Quinn")
    assert on_call(local(2026, 12, 7, 12)) == "Nora Quinn"
    assert Override.objects.filter(swap=swap).count() == 2
    assert {"swap.asked", "swap.agreed"} <= set(AuditEvent.objects.values_list("action", flat=True))


def test_half_a_swap_is_never_kept(elm, weekly, monkeypatch):
    swap = ask(elm, weekly)
    real, made = Override.objects.create, []

    def once(**row):
        if made:
            raise RuntimeError
        made.append(real(**row))
        return made[0]

    monkeypatch.setattr(Override.objects, "create", once)
    with pytest.raises(RuntimeError):
        operations.agree_to_swap(swap_id=swap.pk, **by(elm.diaz))
    assert not Override.objects.filter(swap=swap).exists()
    swap.refresh_from_db()
    assert swap.state == Swap.State.ASKED


def test_only_the_colleague_agrees_and_either_may_call_it_off(elm, weekly):
    swap = ask(elm, weekly)
    for member in (elm.nora, elm.sam):
        with pytest.raises(SwapNotFound):
            operations.agree_to_swap(swap_id=swap.pk, **by(member))
    with pytest.raises(SwapNotFound):
        operations.decline_swap(swap_id=swap.pk, **by(elm.sam))
    assert operations.decline_swap(swap_id=swap.pk, **by(elm.diaz)).state == Swap.State.DECLINED
    again = ask(elm, weekly)
    assert operations.decline_swap(swap_id=again.pk, **by(elm.nora)).state == Swap.State.WITHDRAWN
    with pytest.raises(SwapNotFound):
        operations.agree_to_swap(swap_id=again.pk, **by(elm.diaz))


def test_a_turn_is_offered_once_at_a_time(elm, weekly):
    ask(elm, weekly)
    with pytest.raises(DutyRefused, match="offered this turn already"):
        ask(elm, weekly)


def test_what_is_not_theirs_or_has_begun_is_not_swapped(elm, weekly):
    with pytest.raises(DutyRefused, match="a turn of yours"):
        operations.ask_swap(
            rotation_id=weekly.pk, offered_at=SECOND, wanted_at=FIRST, **by(elm.nora)
        )
    with pytest.raises(DutyRefused, match="a turn of yours that has not begun"):
        operations.ask_swap(
            rotation_id=weekly.pk, offered_at=NOW, wanted_at=FIRST, **by(elm.diaz)
        )  # fmt: skip
    with pytest.raises(DutyRefused, match="a colleague's turn"):
        operations.ask_swap(
            rotation_id=weekly.pk,
            offered_at=FIRST,
            wanted_at=local(2026, 12, 7, 12),
            **by(elm.nora),
        )


def test_a_swap_that_the_rota_overtook_is_refused(elm, weekly):
    swap = ask(elm, weekly)
    operations.change_rotation(
        rotation_id=weekly.pk, rota=rota(elm.diaz, elm.nora, turn_days=3), **by(elm.sam)
    )
    with pytest.raises(DutyRefused, match="changed since"):
        operations.agree_to_swap(swap_id=swap.pk, **by(elm.diaz))
    assert not Override.objects.exists()


def test_a_turn_that_somebody_else_has_a_part_of_is_not_swapped(elm, weekly):
    eve = admit("Dr Eve Roth", Role.PHYSICIAN, now=NOW)
    operations.override(
        rotation_id=weekly.pk, member_id=eve.pk, begins_at=FIRST, ends_at=FIRST + HOUR,
        **by(elm.sam),
    )  # fmt: skip
    with pytest.raises(DutyRefused, match="stands in for part of this turn"):
        ask(elm, weekly)


def test_nobody_agrees_to_a_turn_while_away(elm, weekly):
    swap = ask(elm, weekly)
    operations.record_absence(
        member_id=elm.diaz.pk, cover_id=elm.nora.pk, begins_at=FIRST, ends_at=FIRST + DAY,
        **by(elm.diaz),
    )  # fmt: skip
    with pytest.raises(DutyRefused, match="Dr Ana Diaz is away"):
        operations.agree_to_swap(swap_id=swap.pk, **by(elm.diaz))


def test_a_rotation_that_running_clocks_may_page_stays(elm, weekly):
    held = LadderStep.objects.filter(receiver="on-call", action="page").first()
    held.rotation = weekly
    with pgtrigger.ignore():
        held.save(update_fields=["rotation"])
    task = bring(graded(Severity.CRITICAL, key="L-1", at=15), now=NOW)
    engine.sweep_tasks(now=NOW)
    Policy.objects.update(status=Policy.Status.RETIRED)
    with pytest.raises(DutyRefused, match="pages this rotation"):
        operations.retire_rotation(rotation_id=weekly.pk, **by(elm.sam))
    Clock.objects.filter(task=task).update(ended_at=NOW, end=Clock.End.MET, next_at=None)
    operations.retire_rotation(rotation_id=weekly.pk, **by(elm.sam))


def test_a_retired_rotation_calls_nobody_and_takes_its_requests_along(elm, weekly):
    swap = ask(elm, weekly)
    operations.retire_rotation(rotation_id=weekly.pk, **by(elm.sam))
    assert on_call(NOW) is None
    swap.refresh_from_db()
    assert swap.state == Swap.State.WITHDRAWN


# ---- gaps


def said_of(now=NOW):
    seen = coverage.load(since=now, until=now + AHEAD)
    return gaps(seen, reach(), zone=NEW_YORK)


def test_without_a_rotation_nobody_is_ever_on_call(elm):
    assert [one.kind for one in said_of()] == [GapKind.NO_ROTATION]


def test_a_gap_is_said_in_words(elm):
    operations.start_rotation(
        rota=rota(elm.diaz, turn_days=1), begins_on=date(2026, 11, 16), **by(elm.sam)
    )
    assert said_of() == []
    saturday, sunday = local(2026, 11, 21, 8), local(2026, 11, 22, 8)
    operations.record_absence(
        member_id=elm.diaz.pk, cover_id=None, begins_at=saturday, ends_at=sunday, **by(elm.diaz)
    )
    assert [one.sentence for one in said_of()] == [
        "Nobody is on call from Sat 08:00 to Sun 08:00: Clinicians on call.",
        (
            "Dr Ana Diaz is away from Sat 08:00 to Sun 08:00 and nobody covers: new work waits in "
            "its queue."
        ),
    ]


def test_cover_closes_the_gap_and_takes_the_page(elm, weekly):
    operations.record_absence(
        member_id=elm.diaz.pk, cover_id=elm.nora.pk, begins_at=NOW, ends_at=NOW + DAY,
        **by(elm.diaz),
    )  # fmt: skip
    assert said_of() == []
    assert on_call(NOW + HOUR) == "Nora Quinn"


@pytest.mark.parametrize("left", [{"verified_at": None}, {"channel": "email"}])
def test_who_is_on_call_and_cannot_be_rung_is_a_gap_too(elm, weekly, left):
    Contact.objects.filter(member=elm.nora).update(**left)
    silent = [one for one in said_of() if one.kind == GapKind.SILENT]
    assert [one.sentence for one in silent] == [
        (
            "Nora Quinn is on call from Mon Nov 23 08:00 to Mon Nov 30 08:00 and once more, and "
            "has no verified contact that can ring."
        )
    ]
    assert [one.member_id for one in silent] == [elm.nora.pk]


def test_somebody_who_left_leaves_a_gap_in_the_rota(elm, weekly):
    accounts.deactivate(membership=elm.nora, actor=SETUP, now=NOW)
    assert [one.sentence for one in said_of()] == [
        "Nobody is on call from Mon Nov 23 08:00 to Mon Nov 30 08:00: Clinicians on call.",
        "Nobody is on call from Mon Dec 7 08:00 to Mon Dec 14 08:00: Clinicians on call.",
    ]


def test_of_two_overrides_made_at_once_the_list_and_the_engine_name_the_same(elm, weekly):
    one, other = sorted([uuid7(), uuid7()])
    for pk, member in ((other, elm.nora), (one, elm.diaz)):
        Override.objects.create(pk=pk, rotation=weekly, member=member, begins_at=NOW,
                                ends_at=NOW + DAY, made_at=NOW)  # fmt: skip
    seen = coverage.load(since=NOW, until=NOW + HOUR)
    listed = next(one for one in seen.stretches(weekly) if one.ends_at > NOW)
    assert roster(now=NOW).on_call(None, None).pk == listed.member_id == elm.nora.pk
