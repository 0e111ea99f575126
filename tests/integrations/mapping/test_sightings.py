"""What comes and is not known here is counted once a batch, and what is mapped is applied."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import ProviderIdentifier
from charts.models import ChartItem, Patient
from integrations import intake, operations, sightings
from integrations.loinc import is_loinc
from integrations.models import CodeMap, InboundMessage, MessageState, Tally, Unmapped
from integrations.vendors import PROFILES
from routing.models import CodeList, ListedCode, Task
from tests.flows.doors import bring, sweep
from tests.messages import oru
from tests.people import SETUP

pytestmark = pytest.mark.django_db

LOCAL = {"code": "BMP^Basic panel^L", "provider": "77", "location": "WEST"}


def tune(elm, now, vendor="", **quirks) -> None:
    operations.tune(feed=elm.lab, vendor=vendor, quirks=quirks, actor=SETUP, now=now)


def take_in(elm, *bodies, now, feed=None) -> None:
    bring(feed or elm.lab, *bodies, now=now)
    sweep(feed or elm.lab, now=now)


def seen(kind: str) -> dict[str, int]:
    return dict(Unmapped.objects.filter(kind=kind).values_list("value", "seen"))


def test_what_everybody_knows_is_not_noted(elm_street, now):
    take_in(elm_street, oru(control="1"), now=now)
    with elm_street.scoped():
        assert not Unmapped.objects.exists()


def test_local_codes_strange_providers_and_places_are_counted(elm_street, now):
    take_in(elm_street, *(oru(control=str(n), order=f"L-{n}", **LOCAL) for n in range(3)), now=now)
    take_in(elm_street, oru(control="9", order="L-9", **LOCAL), now=now)
    with elm_street.scoped():
        assert seen("code") == {"BMP": 4}
        assert seen("provider") == {"77": 4}
        assert seen("location") == {"WEST": 4}
        code = Unmapped.objects.get(kind="code")
        assert (code.display, code.feed_id) == ("Basic panel", elm_street.lab.pk)
        assert InboundMessage.objects.filter(pk=code.message_id).exists()
        assert Task.objects.open().count() == 4


def test_a_batch_is_noted_in_one_row_that_no_other_worker_waits_for(elm_street, now):
    bring(
        elm_street.lab, *(oru(control=str(n), order=f"L-{n}", **LOCAL) for n in range(5)), now=now
    )
    with CaptureQueriesContext(connection) as taken:
        intake.sweep_practice(elm_street.practice.pk, now=now)
    assert sum("integrations_tally" in query["sql"] for query in taken) == 1
    assert not any("integrations_unmapped" in query["sql"] for query in taken)
    assert sum("integrations_codemap" in query["sql"] for query in taken) == 1


def test_what_came_before_somebody_answered_does_not_open_the_question_again(elm_street, now):
    take_in(elm_street, oru(control="1", order="L-1", **LOCAL), now=now)
    bring(elm_street.lab, oru(control="2", order="L-2", **LOCAL), now=now)
    intake.sweep_practice(elm_street.practice.pk, now=now)
    with elm_street.scoped():
        answered = now + timedelta(seconds=1)
        Unmapped.objects.filter(kind="code").update(resolution="mapped", resolved_at=answered)
    assert sightings.sweep(now=answered) == 1
    with elm_street.scoped():
        code = Unmapped.objects.get(kind="code")
        assert (code.seen, code.resolution, code.resolved_at) == (2, "mapped", answered)
    take_in(elm_street, oru(control="3", order="L-3", **LOCAL), now=answered)
    with elm_street.scoped():
        code = Unmapped.objects.get(kind="code")
        assert (code.seen, code.resolution, code.resolved_at) == (3, "", None)


def test_many_batches_are_counted_at_once_with_the_newest_message(elm_street, now):
    for n in range(3):
        bring(elm_street.lab, oru(control=str(n), order=f"L-{n}", **LOCAL), now=now)
        intake.sweep_practice(elm_street.practice.pk, now=now + timedelta(seconds=n))
    assert sightings.sweep(now=now) == 3
    assert sightings.sweep(now=now) == 0
    with elm_street.scoped():
        code = Unmapped.objects.get(kind="code")
        newest = InboundMessage.objects.get(control_id="2")
        assert (code.seen, code.message_id) == (3, newest.pk)
        assert (code.first_at, code.last_at) == (now, now + timedelta(seconds=2))
        assert not Tally.objects.exists()


def test_a_mapped_code_carries_its_loinc_and_is_delegable(elm_street, now):
    with elm_street.scoped():
        CodeMap.objects.create(kind="code", value="BMP", code="51990-0", made_at=now)
        ListedCode.objects.get_or_create(
            list=CodeList.DELEGABLE_RESULT, system="loinc", code="51990-0"
        )
    take_in(elm_street, oru(control="1", code="BMP^Basic panel^L"), now=now)
    with elm_street.scoped():
        item = ChartItem.objects.get()
        assert (item.code, item.alternate_code) == ("BMP", "51990-0")
        assert not Unmapped.objects.exists()
        assert Task.objects.get().decisions.get().facts["delegable"] is True


def test_a_feeds_own_map_comes_before_one_of_every_feed(elm_street, now):
    with elm_street.scoped():
        CodeMap.objects.create(kind="code", value="BMP", code="51990-0", made_at=now)
        CodeMap.objects.create(
            kind="code", value="BMP", code="24323-8", feed=elm_street.lab, made_at=now
        )
    for feed in (elm_street.lab, elm_street.ehr):
        take_in(elm_street, oru(control="1", code="BMP^Basic panel^L"), now=now, feed=feed)
    with elm_street.scoped():
        held = dict(ChartItem.objects.values_list("source", "alternate_code"))
    assert held == {"elm-lab": "24323-8", "elm-ehr": "51990-0"}


def test_the_same_providers_number_of_two_feeds_may_be_two_people(elm_street, now):
    with elm_street.scoped():
        ProviderIdentifier.objects.create(
            membership=elm_street.diaz, value="77", assigner=elm_street.lab.slug
        )
        high = {"flag": "H", "provider": "77"}
    take_in(elm_street, oru(control="1", **high), now=now)
    take_in(elm_street, oru(control="1", **high), now=now, feed=elm_street.ehr)
    with elm_street.scoped():
        owners = dict(Task.objects.values_list("item__source", "owner"))
        assert owners == {"elm-lab": elm_street.diaz.pk, "elm-ehr": None}
        assert list(Unmapped.objects.values_list("feed", "value")) == [(elm_street.ehr.pk, "77")]


def test_a_feeds_place_goes_to_its_location(elm_street, now):
    with elm_street.scoped():
        CodeMap.objects.create(
            kind="location",
            value="WEST",
            location=elm_street.main,
            feed=elm_street.lab,
            made_at=now,
        )
    take_in(elm_street, oru(control="1", location="WEST"), now=now)
    with elm_street.scoped():
        assert Task.objects.get().location_id == elm_street.main.pk
        assert not Unmapped.objects.exists()


def test_loinc_that_nobody_marked_is_seen_where_the_feed_says_so(elm_street, now):
    body = oru(control="1", code="51990-0^Basic panel")
    with elm_street.scoped():
        tune(elm_street, now, loinc_unmarked=True)
    take_in(elm_street, body, now=now)
    with elm_street.scoped():
        assert ChartItem.objects.get().code_system == "loinc"
        assert not Unmapped.objects.exists()


@pytest.mark.parametrize(
    "code, whether",
    [("2823-3", True), ("51990-0", True), ("718-7", True), ("2823-4", False), ("K", False),
     ("12345678-0", False), ("٢٨٢٣-3", False)],
)  # fmt: skip
def test_loinc_is_known_by_its_check_digit(code, whether):
    assert is_loinc(code) is whether


def test_a_field_without_local_codes_is_not_asked_about(elm_street, now):
    with elm_street.scoped():
        tune(elm_street, now, local_codes=[])
    take_in(elm_street, oru(control="1", code="BMP^Basic panel^L"), now=now)
    with elm_street.scoped():
        assert not Unmapped.objects.exists()


def test_a_test_flag_may_be_a_senders_habit(elm_street, now):
    take_in(elm_street, oru(control="1", processing="T"), now=now)
    with elm_street.scoped():
        assert not Task.objects.exists()
        tune(elm_street, now, heeds_test_flag=False)
    take_in(elm_street, oru(control="2", processing="T"), now=now)
    with elm_street.scoped():
        assert Task.objects.count() == 1


def test_a_made_up_patient_raises_no_task(elm_street, now):
    with elm_street.scoped():
        tune(elm_street, now, test_names=["ZZTEST"])
    take_in(elm_street, oru(control="1", family="Zztestpatient"), now=now)
    take_in(elm_street, oru(control="2", order="L-2", family="ZZ"), now=now)
    with elm_street.scoped():
        assert Task.objects.count() == 1


def test_the_patients_number_may_stand_elsewhere(elm_street, now):
    with elm_street.scoped():
        tune(elm_street, now, patient_fields=[2], assigner="MSH-6")
    take_in(elm_street, oru(control="1").replace(b"PID|1||", b"PID|1|42|"), now=now)
    with elm_street.scoped():
        assert Patient.objects.get().identifiers.get().assigner == "ELM"


def test_a_patient_whom_only_a_laboratory_knows_is_worked_on_and_asked_about(elm_street, now):
    with elm_street.scoped():
        tune(elm_street, now, vendor=PROFILES["laboratory"].slug)
    take_in(elm_street, oru(control="1", flag="HH"), now=now)
    take_in(elm_street, oru(control="2", order="L-2"), now=now)
    with elm_street.scoped():
        row = Unmapped.objects.get()
        assert (row.kind, row.patient, row.seen) == ("new-patient", Patient.objects.get(), 1)
        assert row.display == ""
        assert Task.objects.open().count() == 2


def test_a_patient_without_a_number_is_asked_about(elm_street, now):
    take_in(elm_street, oru(control="1").replace(b"508773^^^ELM^MR", b""), now=now)
    with elm_street.scoped():
        assert Unmapped.objects.get().kind == "unidentified"
        assert Task.objects.open().count() == 1


BOTH = b"508773^^^ELM^MR~9001^^^OAK^MR"


def two_patients(elm, now) -> None:
    """Somebody known by a number of each of two systems, then a message with both."""
    take_in(elm, oru(control="1"), oru(control="2", order="L-2", mrn="9001^^^OAK^MR~x"), now=now)
    with elm.scoped():
        assert Patient.objects.count() == 2
    late = oru(control="3", order="L-3").replace(b"508773^^^ELM^MR", BOTH)
    take_in(elm, late, oru(control="4", order="L-3", at="20261116100000"), now=now)


def test_two_record_numbers_of_two_patients_are_never_guessed_between(elm_street, now):
    two_patients(elm_street, now)
    with elm_street.scoped():
        held = InboundMessage.objects.get(state=MessageState.QUARANTINED)
        assert (held.control_id, held.cause) == ("3", intake.TWO_PATIENTS)
        behind = InboundMessage.objects.get(control_id="4")
        assert behind.state == MessageState.RECEIVED
        row = Unmapped.objects.get()
        assert (row.kind, row.value) == ("two-patients", str(held.pk))
        assert Task.objects.filter(message_id=held.pk, category="quarantined-message").exists()
        assert Patient.objects.filter(merged_into__isnull=True).count() == 2


def test_what_somebody_set_aside_stays_so_and_what_was_mapped_opens_again(elm_street, now):
    take_in(elm_street, oru(control="1", **LOCAL), now=now)
    with elm_street.scoped():
        Unmapped.objects.filter(kind="code").update(resolution="ignored", resolved_at=now)
        Unmapped.objects.filter(kind="location").update(resolution="mapped", resolved_at=now)
    take_in(elm_street, oru(control="2", order="L-2", **LOCAL), now=now)
    with elm_street.scoped():
        open_ones = Unmapped.objects.filter(resolved_at__isnull=True)
        assert set(open_ones.values_list("kind", flat=True)) == {"provider", "location"}
        assert set(Unmapped.objects.values_list("seen", flat=True)) == {2}
