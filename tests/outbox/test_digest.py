"""The summary: exceptions first, counts and links only, once a day, and never when all is well."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings

from audit.actors import Actor
from charts.values import Severity
from escalation import digest, exceptions, operations, starter
from escalation.exceptions import Exceptions
from escalation.models import Absence, Digest
from outbox import linter
from outbox import operations as outbox
from outbox.models import Channel, Contact, Intent
from outbox.wording import worded
from tests.outbox.conftest import sweep
from tests.people import SETUP
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db

TEN = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
"""Monday, ten in New York."""
TUESDAY = datetime(2026, 11, 17, 12, 5, tzinfo=UTC)
"""Five past seven in New York."""
SWEEPER = Actor.machine("tests.digest")


@pytest.fixture
def elm_mailed(elm_street):
    with elm_street.scoped():
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=TEN)
        for member in (elm_street.diaz, elm_street.sam, elm_street.max):
            Contact.objects.create(
                member=member, channel=Channel.EMAIL, address=f"{member.pk}@elm.example",
                verified_at=TEN,
            )  # fmt: skip
        yield elm_street


@pytest.fixture
def late(elm_mailed):
    """A critical result of Monday that nobody touched."""
    task = bring(graded(Severity.CRITICAL, at=15), now=TEN)
    for minutes in range(0, 90, 10):
        sweep(TEN + timedelta(minutes=minutes))
    return task


def mails() -> dict[str, Intent]:
    rows = Intent.objects.filter(template="digest").select_related("member")
    return {one.member.name: one for one in rows}


def test_what_is_late_comes_first_and_only_to_whom_it_concerns(elm_mailed, late):
    assert digest.sweep(now=TUESDAY) == 2
    sent = mails()
    assert set(sent) == {"Dr Ana Diaz", "Sam Ortiz"}
    diaz, sam = sent["Dr Ana Diaz"], sent["Sam Ortiz"]
    assert diaz.subject == "ClearChart: 1 task late"
    assert diaz.body.startswith("1 task of yours is late.\n1 task is passed to you by a ladder")
    assert "1 task waits for you, 1 of them critical." in diaz.body
    assert "In the practice" not in diaz.body
    assert "In the practice 1 task is late." in sam.body
    assert f"{settings.PUBLIC_URL}/escalations/" in sam.body
    assert (diaz.channel, diaz.urgency, diaz.task_id) == ("email", "digest", None)


def test_it_is_written_once_a_day_however_often_one_asks(elm_mailed, late):
    for minutes in range(0, 600, 60):
        digest.sweep(now=TUESDAY + timedelta(minutes=minutes))
    assert len(mails()) == 2
    assert Digest.objects.count() == 1
    digest.sweep(now=TUESDAY + timedelta(days=1))
    assert Intent.objects.filter(template="digest").count() == 4


def test_nobody_is_mailed_that_all_is_well_nor_later_in_the_day(elm_mailed):
    assert digest.sweep(now=TUESDAY) == 0
    task = bring(graded(Severity.CRITICAL, at=12), now=TUESDAY)
    sweep(TUESDAY + timedelta(hours=3))
    assert digest.sweep(now=TUESDAY + timedelta(hours=4)) == 0
    assert (task.is_open, mails()) == (True, {})


@pytest.mark.parametrize(
    "at",
    [TUESDAY - timedelta(minutes=10), TUESDAY.replace(day=21), TUESDAY.replace(day=22, hour=23)],
)
def test_neither_before_seven_nor_on_a_day_when_nobody_works(elm_mailed, late, at):
    assert digest.sweep(now=at) == 0
    assert mails() == {}


def test_whoever_does_not_want_it_or_has_no_verified_address_gets_none(elm_mailed, late):
    me = Actor.person(elm_mailed.diaz)
    outbox.prefer(
        member=elm_mailed.diaz, quiet=None, notices=[], bundle_minutes=0, digest=False, actor=me,
        now=TEN,
    )  # fmt: skip
    Contact.objects.filter(member=elm_mailed.sam).update(verified_at=None)
    assert digest.sweep(now=TUESDAY) == 0


def test_it_waits_for_the_end_of_quiet_hours(elm_mailed, late):
    outbox.prefer(
        member=elm_mailed.diaz, quiet=(20 * 60, 8 * 60), notices=[], bundle_minutes=0, digest=True,
        actor=Actor.person(elm_mailed.diaz), now=TEN,
    )  # fmt: skip
    digest.sweep(now=TUESDAY)
    assert mails()["Dr Ana Diaz"].next_at == TUESDAY.replace(hour=13, minute=0)


def test_each_is_mailed_at_the_hour_that_they_chose_and_once_a_day(elm_mailed, late):
    def choose(hour):
        outbox.prefer(
            member=elm_mailed.diaz, quiet=None, notices=[], bundle_minutes=0, digest=True,
            digest_hour=hour, actor=Actor.person(elm_mailed.diaz), now=TEN,
        )  # fmt: skip

    choose(10)
    digest.sweep(now=TUESDAY)
    assert set(mails()) == {"Sam Ortiz"}
    digest.sweep(now=TUESDAY + timedelta(hours=2))
    assert set(mails()) == {"Sam Ortiz"}
    digest.sweep(now=TUESDAY + timedelta(hours=3))
    assert set(mails()) == {"Sam Ortiz", "Dr Ana Diaz"}
    choose(12)
    digest.sweep(now=TUESDAY + timedelta(hours=6))
    assert Intent.objects.filter(template="digest").count() == 2


def test_after_a_standstill_every_hour_of_the_day_is_written(elm_mailed, late):
    outbox.prefer(
        member=elm_mailed.diaz, quiet=None, notices=[], bundle_minutes=0, digest=True,
        digest_hour=5, actor=Actor.person(elm_mailed.diaz), now=TEN,
    )  # fmt: skip
    assert digest.sweep(now=TUESDAY + timedelta(hours=5)) == 2
    assert sorted(Digest.objects.values_list("hour", flat=True)) == [5, 7]


def test_who_is_away_hears_once_a_week(elm_mailed, late):
    Absence.objects.create(
        member=elm_mailed.sam, begins_at=TEN, ends_at=TEN + timedelta(days=30), cover=None
    )
    for day in range(14):
        digest.sweep(now=TUESDAY + timedelta(days=day))
    keys = Intent.objects.filter(template="digest", member=elm_mailed.sam).values_list("key")
    assert sorted(key.split(":")[1] for (key,) in keys) == ["2026-W47", "2026-W48", "2026-W49"]
    daily = Intent.objects.filter(template="digest", member=elm_mailed.diaz)
    assert daily.count() == 10


def test_another_practice_is_not_counted(elm_mailed, oak_street, late):
    with oak_street.scoped():
        operations.write_digests(
            on=date(2026, 11, 17), hour=7, zone="America/Chicago", actor=SWEEPER, now=TUESDAY
        )
        assert Intent.objects.count() == 0


@pytest.mark.parametrize(
    "found",
    [Exceptions(1, 0, 0, 0), Exceptions(3, 2, 12, 1, 14, 4, 5), Exceptions(0, 0, 1, 1),
     Exceptions(0, 0, 0, 0, 120, 120, 99)],
)  # fmt: skip
def test_it_holds_counts_and_links_and_passes_the_linter(found):
    subject, body = exceptions.worded(found)
    assert linter.lint(f"{subject}\n{body}", ours=settings.PUBLIC_URL) == []
    intent = Intent(practice_id=None, channel="email", urgency="digest", subject=subject, body=body)
    assert worded(intent, names=["Marsh"]).blocked == ()


def test_nothing_to_say_is_false():
    assert not Exceptions()
    assert Exceptions(waiting=1)
