"""Where a sender departs from the standard, its profile says so and the readers never know."""

from datetime import UTC

import pytest

from charts.values import ItemKind, ItemStatus
from integrations import operations, reading
from integrations.events import PatientsMerged
from integrations.models import InboundMessage
from integrations.reading import read_body
from integrations.vendors import STANDARD, checked
from tests.messages import oru
from tests.people import SETUP

MSH = "MSH|^~\\&|EHR|CLINIC|CC|ELM^1.2.3^ISO|20261116090000||{type}|C1|P|2.5.1"


def read(*lines: str, kind: str = "ADT^A08", profile=STANDARD):
    raw = "\r".join([MSH.format(type=kind), *lines]).encode()
    return read_body(raw, "hl7v2", time_zone="America/New_York", profile=profile)


def named_in(pid: str, **quirks) -> list[tuple[str, str]]:
    [event] = read(pid, profile=checked("", quirks)).events
    return [(one.value, one.assigner) for one in event.patient.identifiers]


PID = "PID|1|22^^^|33^^^LAB^MR|44|DOE^JANE"


def test_the_standard_looks_in_pid_3_first():
    assert named_in(PID) == [("33", "LAB")]
    assert named_in("PID|1|22||44|DOE^JANE") == [("22", "CLINIC")]


@pytest.mark.parametrize(
    "fields, number", [([2, 3, 4], "22"), ([4, 2, 3], "44"), ([3], "33"), ([2], "22")]
)
def test_a_profile_says_where_the_number_stands(fields, number):
    assert named_in(PID, patient_fields=fields)[0][0] == number


def test_a_field_that_the_profile_leaves_out_is_not_looked_at():
    assert named_in("PID|1|22|||DOE^JANE", patient_fields=[3, 4]) == []


def test_a_number_without_an_assigner_gets_the_profiles():
    assert named_in(PID, patient_fields=[2], assigner="ELM") == [("22", "ELM")]
    assert named_in(PID, patient_fields=[2], assigner="MSH-6") == [("22", "ELM")]
    assert named_in(PID, assigner="ELM") == [("33", "LAB")]
    several = "PID|1||1~2^^^STATE^NI~3|44|DOE^JANE"
    assert named_in(several, assigner="ELM") == [("1", "ELM"), ("2", "STATE"), ("3", "ELM")]


def test_the_ids_that_go_in_a_merge_get_the_assigner_too():
    said = read("PID|1||9||DOE^JANE", "MRG|8", kind="ADT^A40",
                profile=checked("", {"assigner": "ELM"}))  # fmt: skip
    [event] = said.events
    assert isinstance(event, PatientsMerged)
    assert [(one.value, one.assigner) for one in event.gone] == [("8", "ELM")]
    assert event.survivor.identifiers[0].assigner == "ELM"


ORDER = "OBR|1|P1||2823-3^Potassium^LN"
REFERRAL = "OBR|1|P1||R1^Referral to cardiology^L"
SITE = checked("", {"unsigned_orders": "ORC-11"})


def items(orc: str, obr: str, profile):
    said = read("PID|1||33^^^ELM||DOE^JANE", orc, obr, kind="ORM^O01", profile=profile)
    return [(event.item.kind, event.item.status) for event in said.events]


UNVERIFIED = "ORC|NW|P1||||||||||1001^DIAZ^ANA"
VERIFIED = "ORC|NW|P1|||||||||7^VERA^V|1001^DIAZ^ANA"


def test_an_order_that_nobody_verified_is_a_draft_only_where_the_site_says_so():
    assert items(UNVERIFIED, ORDER, STANDARD) == [(ItemKind.ORDER, ItemStatus.ACTIVE)]
    assert items(UNVERIFIED, ORDER, SITE) == [(ItemKind.ORDER, ItemStatus.DRAFT)]
    assert items(VERIFIED, ORDER, SITE) == [(ItemKind.ORDER, ItemStatus.ACTIVE)]


def test_an_unverified_referral_is_signed_first_and_begins_then():
    assert items(UNVERIFIED, REFERRAL, SITE) == [(ItemKind.ORDER, ItemStatus.DRAFT)]
    assert items(VERIFIED, REFERRAL, SITE) == [
        (ItemKind.REFERRAL, ItemStatus.ACTIVE),
        (ItemKind.ORDER, ItemStatus.COMPLETED),
    ]


def test_a_cancelled_order_is_no_draft():
    assert items(UNVERIFIED.replace("NW", "CA"), ORDER, SITE) == [
        (ItemKind.ORDER, ItemStatus.WITHDRAWN)
    ]


@pytest.mark.django_db
def test_times_without_an_offset_are_of_the_profiles_zone_where_it_has_one(elm_street, now):
    hours = []
    with elm_street.scoped():
        for quirks in ({}, {"time_zone": "UTC"}):
            operations.tune(feed=elm_street.lab, vendor="", quirks=quirks, actor=SETUP, now=now)
            message = InboundMessage(
                feed=elm_street.lab, standard="hl7v2", raw=oru(control="1", at="20261116090000")
            )
            [event] = reading.read(message, elm_street.lab).events
            hours.append(event.item.issued_at.astimezone(UTC).hour)
    assert hours == [14, 9]
