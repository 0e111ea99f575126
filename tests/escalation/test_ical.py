"""The calendar of one's own duty: read back as a calendar program would, and secret."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts import operations as accounts
from audit.models import AuditEvent
from escalation import duty_feed, ical, operations
from tenants.models import Door, DoorKind
from tests.escalation.conftest import MONDAY_TEN as NOW
from tests.escalation.test_duty import DAY, by, local, rota
from tests.people import SETUP

pytestmark = pytest.mark.django_db


def read(feed: bytes) -> list[dict[str, str]]:
    """Content lines unfolded and taken apart (RFC 5545, 3.1), the components checked on the way."""
    assert feed.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", feed)
    assert all(len(line) <= 75 for line in feed.split(b"\r\n"))
    lines = feed.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert "VERSION:2.0" in lines
    assert any(line.startswith("PRODID:") for line in lines)
    events: list[dict[str, str]] = []
    for line in lines[1:-1]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and line != "END:VEVENT":
            assert name not in events[-1]
            events[-1][name] = value
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= event.keys()
        assert instant(event["DTSTART"]) < instant(event["DTEND"])
    assert len({event["UID"] for event in events}) == len(events)
    return events


def instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


@pytest.fixture
def weekly(elm):
    return operations.start_rotation(
        rota=rota(elm.diaz, elm.nora, name="Clinicians; on call, nights"),
        begins_on=date(2026, 10, 26), **by(elm.sam),
    )  # fmt: skip


def test_a_feed_holds_every_turn_of_mine_in_utc(elm, weekly):
    events = read(duty_feed.feed_of(elm.nora, now=NOW))
    assert [instant(one["DTSTART"]) for one in events[:3]] == [
        local(2026, 11, 2, 8), local(2026, 11, 16, 8), local(2026, 11, 30, 8),
    ]  # fmt: skip
    assert events[0]["SUMMARY"] == r"On call: Clinicians\; on call\, nights"
    assert instant(events[-1]["DTSTART"]) > NOW + timedelta(weeks=20)
    autumn = read(duty_feed.feed_of(elm.diaz, now=NOW))[0]
    assert instant(autumn["DTEND"]) - instant(autumn["DTSTART"]) == 7 * DAY + timedelta(hours=1)


def test_the_name_of_an_event_stays_however_often_and_whenever_it_is_read(elm, weekly):
    first = {one["UID"]: one for one in read(duty_feed.feed_of(elm.nora, now=NOW))}
    later = {one["UID"]: one for one in read(duty_feed.feed_of(elm.nora, now=NOW + 9 * DAY))}
    both = first.keys() & later.keys()
    assert len(both) >= 10
    assert all(first[uid]["DTSTART"] == later[uid]["DTSTART"] for uid in both)


def test_an_override_and_cover_are_in_it_and_no_name(elm, weekly):
    begin = NOW + DAY
    operations.override(
        rotation_id=weekly.pk, member_id=elm.diaz.pk, begins_at=begin, ends_at=begin + DAY,
        reason="Nora Quinn asked", **by(elm.sam),
    )  # fmt: skip
    operations.record_absence(
        member_id=elm.max.pk, cover_id=elm.diaz.pk, begins_at=begin, ends_at=begin + DAY,
        **by(elm.max),
    )  # fmt: skip
    feed = duty_feed.feed_of(elm.diaz, now=NOW)
    of_tuesday = [one for one in read(feed) if instant(one["DTSTART"]) == begin]
    assert {one["SUMMARY"] for one in of_tuesday} == {
        r"On call: Clinicians\; on call\, nights", "Covering for a colleague",
    }  # fmt: skip
    for name in ("Nora", "Quinn", "Max", "Bell", "Diaz"):
        assert name.encode() not in feed


def test_lines_are_folded_between_letters_and_breaks_are_escaped():
    begin = datetime(2026, 11, 16, tzinfo=UTC)
    long = "Ärztlicher Bereitschaftsdienst über das ganze Wochenende hinweg; für alle Häuser, " * 3
    event = ical.Event("a@b", begin, begin + DAY, long + "\r\nATTENDEE:mailto:x", "a\\b")
    feed = ical.calendar("Duty", [event], now=begin)
    one = read(feed)[0]
    assert one["SUMMARY"].endswith(r"\nATTENDEE:mailto:x")
    assert one["SUMMARY"].replace("\\,", ",").replace("\\;", ";").startswith(long)
    assert one["DESCRIPTION"] == r"a\\b"
    assert "ATTENDEE" not in one


# ---- the secret address


def test_the_address_opens_without_signing_in_and_to_nobody_else(elm, weekly, client):
    token = operations.open_duty_feed(member=elm.nora, **who(elm.nora))
    answer = client.get(f"/calendar/{token}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert read(answer.content)
    assert client.get(f"/calendar/{token[:-1]}x.ics").status_code == 404
    assert client.post(f"/calendar/{token}.ics").status_code == 405


def test_only_a_digest_of_the_secret_is_kept(elm, weekly):
    token = operations.open_duty_feed(member=elm.nora, **who(elm.nora))
    door = Door.objects.get(kind=DoorKind.DUTY_FEED)
    assert token not in door.key
    assert token not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


def test_a_new_address_ends_the_old_one_and_leaving_ends_all(elm, weekly, client):
    first = operations.open_duty_feed(member=elm.nora, **who(elm.nora))
    second = operations.open_duty_feed(member=elm.nora, **who(elm.nora))
    assert client.get(f"/calendar/{first}.ics").status_code == 404
    assert client.get(f"/calendar/{second}.ics").status_code == 200
    operations.close_duty_feed(member=elm.nora, **who(elm.nora))
    assert client.get(f"/calendar/{second}.ics").status_code == 404
    third = operations.open_duty_feed(member=elm.nora, **who(elm.nora))
    accounts.deactivate(membership=elm.nora, actor=SETUP, now=NOW)
    assert client.get(f"/calendar/{third}.ics").status_code == 404


def who(member) -> dict:
    return {key: value for key, value in by(member).items() if key != "by"}
