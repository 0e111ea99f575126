"""The command: whose day it plays, through which doors, and from which minute on."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from integrations import operations as integrations
from integrations.management.commands.simulate import OPENS, begin, following
from integrations.models import InboundMessage
from integrations.simulator.casting import NotPlayable, clinic_of, feeds_of, senders_of
from integrations.simulator.clinic import Clinic, Door, Provider, wall_clock
from integrations.simulator.clinic_day import clinic_day
from integrations.simulator.senders import Refused
from tests.people import SETUP, admit

ZONE = ZoneInfo("America/New_York")
TEN = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
"""Ten in the morning in New York."""

CLINIC = Clinic("elm-street", ZONE, (Provider("1", "Diaz", "Ana", "ELM"),))


@pytest.mark.parametrize(("speed", "minute"), [(1, 600), (60, 600)])
def test_it_begins_at_the_present_time_of_day(speed, minute):
    clock = begin(TEN, CLINIC, speed=speed)
    assert (clock.start, clock.minute, clock.speed) == (TEN, minute, speed)


def test_only_time_faster_than_life_leaves_out_the_night():
    night = TEN - timedelta(hours=6)
    assert begin(night, CLINIC, speed=60).minute == OPENS
    assert begin(night, CLINIC, speed=1).minute == 240


def test_the_next_day_follows_at_once_or_when_it_comes():
    tomorrow = wall_clock(TEN.date() + timedelta(days=1), ZONE)
    evening = TEN + timedelta(hours=12)
    assert following(evening, tomorrow, speed=60).minute == OPENS
    lived = following(evening, tomorrow, speed=1)
    assert lived.at(480) == tomorrow.at(480)


def test_the_cast_is_the_physicians_whom_messages_can_name(elm_street, now):
    with elm_street.scoped(), transaction.atomic():
        admit("Dr Nobody Numberless", Role.PHYSICIAN, now=now)
        clinic = clinic_of(elm_street.practice)
    [provider] = clinic.providers
    assert (provider.id, provider.given, provider.family) == ("1001", "Ana", "Diaz")
    assert (provider.site, clinic.slug, clinic.zone) == ("ELM", "elm-street", ZONE)


def test_a_practice_without_what_it_takes_says_what_is_missing(elm_street, now):
    with elm_street.scoped(), transaction.atomic():
        with pytest.raises(NotPlayable, match="ends in -fhir"):
            feeds_of(elm_street.practice)
        integrations.open_feed(name="F", slug="elm-fhir", time_zone=str(ZONE), actor=SETUP, now=now)
        with pytest.raises(NotPlayable, match="no MLLP port"):
            senders_of(elm_street.practice, http="http://x", mllp_host="h")
        for feed, port in ((elm_street.lab, 7001), (elm_street.ehr, 7002)):
            integrations.listen_on(feed=feed, mllp_port=port, actor=SETUP, now=now)
        with pytest.raises(NotPlayable, match="no active key"):
            senders_of(elm_street.practice, http="http://x", mllp_host="h")


def equipped(elm, *, now):
    """Elm Street with a FHIR feed, ports and keys."""
    with elm.scoped(), transaction.atomic():
        fhir = integrations.open_feed(
            name="F", slug="elm-fhir", time_zone=str(ZONE), actor=SETUP, now=now
        )
        for feed, port in ((elm.lab, 7001), (elm.ehr, 7002)):
            integrations.listen_on(feed=feed, mllp_port=port, actor=SETUP, now=now)
        for feed in (elm.lab, elm.ehr, fhir):
            integrations.issue_feed_key(feed=feed, actor=SETUP, now=now)


def test_ports_addresses_and_keys_come_from_the_database(elm_street, now):
    equipped(elm_street, now=now)
    with elm_street.scoped(), transaction.atomic():
        senders = senders_of(elm_street.practice, http="http://web:8000/", mllp_host="mllp")
    assert {door: sender.name for door, sender in senders.items()} == {
        Door.LAB_MLLP: "MLLP mllp:7001",
        Door.EHR_MLLP: "MLLP mllp:7002",
        Door.EHR_HTTP: "http://web:8000/integrations/hl7v2/elm-ehr",
        Door.FHIR_HTTP: "http://web:8000/integrations/fhir/elm-fhir",
    }


@pytest.mark.django_db(transaction=True)
def test_the_real_http_doors_take_what_it_sends_and_only_signed(elm_street, live_server):
    equipped(elm_street, now=timezone.now())
    with elm_street.scoped(), transaction.atomic():
        clinic = clinic_of(elm_street.practice)
        senders = senders_of(elm_street.practice, http=live_server.url, mllp_host="-")
    day = clinic_day(clinic, timezone.now().date())
    for door, code in ((Door.EHR_HTTP, "200"), (Door.FHIR_HTTP, "202")):
        chosen = [sending for sending in day if sending.door == door][:3]
        assert [senders[door].send(one, now=timezone.now()) for one in chosen] == [code] * 3
        senders[door].secret = "ccf_another"
        with pytest.raises(Refused, match="401"):
            senders[door].send(chosen[0], now=timezone.now())
        senders[door].close()
    with elm_street.scoped(), transaction.atomic():
        assert InboundMessage.objects.count() == 6


@pytest.mark.parametrize(("practice", "speed", "why"), [
    ("Nowhere", "1", "No practice"),
    ("elm-street", "0", "above 0"),
    ("elm-street", "60", "ends in -fhir"),
])  # fmt: skip
def test_the_command_says_why_it_cannot_play(elm_street, practice, speed, why):
    with pytest.raises(CommandError, match=why):
        call_command("simulate", practice=practice, speed=float(speed))
