"""Who the patient is, who became whom, visits and appointments."""

import pytest

from charts.values import Code, Identifier
from integrations.events import PatientChanged, PatientsMerged, VisitChanged
from integrations.hl7.adt import MERGE_LIKE, MERGES
from tests.integrations.hl7.golden import item_of, reading_of


def adt(event: str, *lines: str) -> str:
    return "\n".join([f"MSH|^~\\&|ADT|ELM|CC|ELM|20261116120000||ADT^{event}|C1|P|2.5.1", *lines])


def patient(pid: str):
    (event,) = reading_of(adt("A08", pid)).events
    return event.patient


@pytest.mark.parametrize(
    ("pid", "ids"),
    [
        ("PID|1|A2^^^OAK|A3^^^OAK|A4^^^OAK", [("A3", "OAK")]),
        ("PID|1|A2^^^OAK||A4^^^OAK", [("A2", "OAK")]),
        ("PID|1|||A4^^^OAK", [("A4", "OAK")]),
        ("PID|1||A3", [("A3", "ELM")]),
        ('PID|1|A2|""', [("A2", "ELM")]),
        ("PID|1||A3^^^OAK~B3^^^ELM~A3^^^OAK", [("A3", "OAK"), ("B3", "ELM")]),
        ("PID|1", []),
    ],
)
def test_ids_come_from_pid_3_or_where_old_systems_put_them(pid, ids):
    assert [(one.value, one.assigner) for one in patient(pid).identifiers] == ids


def test_what_is_said_what_is_deleted_and_what_is_left_out():
    said = patient('PID|1||5||DOE^""||19400101|F')
    assert (said.family, said.given, said.sex, said.language) == ("DOE", "", "F", None)


def test_the_legal_name_of_several():
    assert patient("PID|1||5||NICK^N^^^^^N~LEGAL^L^^^^^L").family == "LEGAL"


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("(555) 555-0101", "(555) 555-0101"),
        ("^PRN^PH^^1^555^5550101", "555 5550101"),
        ("^PRN^PH^^^^^^^^^(555)555-0101", "(555)555-0101"),
        ("^NET^Internet^a@example.org~5550101", "5550101"),
        ('""', ""),
        ("", None),
    ],
)
def test_the_phone_is_found_wherever_it_stands(field, found):
    assert patient(f"PID|1||5{'|' * 10}{field}").phone == found


@pytest.mark.parametrize(
    ("died", "flag", "deceased"),
    [("", "Y", True), ("", "N", False), ("20261101", "", True), ("", "", None), ('""', '""', None)],
)
def test_a_death(died, flag, deceased):
    assert patient(f"PID|1||5{'|' * 26}{died}|{flag}").deceased is deceased


def test_problems_with_a_code_or_only_words():
    reading = reading_of(adt("A08", "PID|1||5", "DG1|1||E11.9^Diabetes^I10", "DG1|2|||Gout"))
    assert reading.events[0].patient.problems == (
        Code("E11.9", "Diabetes", "icd10"),
        Code("", "Gout"),
    )


@pytest.mark.parametrize("event", sorted(MERGES))
def test_a_merge_says_who_goes_and_who_stays(event):
    (found,) = reading_of(adt(event, "PID|1||5^^^ELM", "MRG|6^^^ELM")).events
    assert isinstance(found, PatientsMerged)
    assert found.survivor.identifiers == (Identifier("5", "ELM"),)
    assert found.gone == (Identifier("6", "ELM"),)


@pytest.mark.parametrize("event", sorted(MERGE_LIKE - MERGES))
def test_links_and_moves_merge_nobody(event):
    lines = ["PID|1||5^^^ELM", "MRG|6^^^ELM", "PV1|1|O"]
    reading = reading_of(adt(event, *lines))
    assert reading.type == "merge"
    assert [type(one) for one in reading.events] == [PatientChanged]


def test_each_pair_of_a_message_is_merged():
    lines = ["PID|1||1", "MRG|2", "PID|1||3", "MRG|4~5", "MRG|6"]
    events = reading_of(adt("A40", *lines)).events
    pairs = [(e.survivor.identifiers[0].value, [g.value for g in e.gone]) for e in events]
    assert pairs == [("1", ["2"]), ("3", ["4", "5"]), ("3", ["6"])]


def test_mrg_may_stand_behind_the_visit():
    (found,) = reading_of(adt("A18", "PID|1||1", "PV1|1|O", "MRG|2")).events
    assert [one.value for one in found.gone] == ["2"]


@pytest.mark.parametrize("mrg", ["MRG|", "MRG|1^^^ELM", ""])
def test_a_merge_into_oneself_or_of_nobody_changes_nobody_and_needs_a_person(mrg):
    reading = reading_of(adt("A40", "PID|1||1^^^ELM", mrg))
    assert [type(one) for one in reading.events] == [PatientChanged]
    assert reading.needs_person


@pytest.mark.parametrize("mrg", ["MRG|||||4", "MRG||4"])
def test_older_places_of_the_id_that_goes(mrg):
    mrg = mrg.replace("MRG|||||4", "MRG||||4")
    (found,) = reading_of(adt("A40", "PID|1||1", mrg)).events
    assert [one.value for one in found.gone] == ["4"]


def test_a_message_without_a_patient_needs_a_person():
    for event in ("A08", "A40"):
        reading = reading_of(adt(event))
        assert (reading.events, reading.needs_person) == ((), True)


def visit(event: str, begun: str = "", ended: str = ""):
    pv1 = f"PV1|1|O|CLINIC{'|' * 16}V1{'|' * 25}{begun}|{ended}"
    found = [
        e for e in reading_of(adt(event, "PID|1||5", pv1)).events if isinstance(e, VisitChanged)
    ]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("event", "status"),
    [
        *(("A01", "in-progress"), ("A04", "in-progress"), ("A13", "in-progress")),
        *(("A03", "finished"), ("A05", "planned"), ("A11", "cancelled"), ("A38", "cancelled")),
    ],
)
def test_visits_begin_end_and_are_cancelled(event, status):
    found = visit(event)
    assert (found.number, found.status, found.location) == ("V1", status, "CLINIC")


def test_an_update_speaks_of_the_visit_only_by_its_dates():
    assert visit("A08") is None
    assert visit("A08", begun="202611160800").status == "in-progress"
    assert visit("A08", begun="202611160800", ended="202611160900").status == "finished"
    assert visit("A31", begun="202611160800") is None


def siu(event: str, *lines: str) -> str:
    header = f"MSH|^~\\&|SCH|ELM|CC|ELM|20261116120000||SIU^{event}|C1|P|2.5.1"
    return "\n".join([header, *lines])


@pytest.mark.parametrize(
    ("event", "status"),
    [
        *(("S12", "active"), ("S13", "active"), ("S14", "active"), ("S19", "active")),
        *(("S15", "withdrawn"), ("S16", "withdrawn"), ("S17", "withdrawn"), ("S26", "missed")),
    ],
)
def test_what_an_event_means_for_an_appointment(event, status):
    item = item_of(siu(event, "SCH|A1^ELM|B1", "PID|1||5"))
    assert (item.kind, item.key, item.status) == ("appointment", "A1", status)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        *(("Noshow", "missed"), ("Complete", "completed")),
        *(("Cancelled", "withdrawn"), ("Booked", "active")),
    ],
)
def test_a_modification_may_carry_the_news_in_its_status(state, status):
    assert item_of(siu("S14", f"SCH|A1{'|' * 24}{state}", "PID|1||5")).status == status


def test_slots_are_not_appointments():
    reading = reading_of(siu("S23", "SCH|A1", "PID|1||5"))
    assert (reading.type, reading.events) == ("schedule", ())


@pytest.mark.parametrize(
    "lines",
    [
        ["SCH|A1", "TQ1|1||||||20261210093000"],
        ["SCH|A1||||||||||^^^20261210093000"],
        ["SCH|A1", "AIS|1||X|20261210093000"],
        ["SCH|A1", "AIP|1||7^LIND|||20261210093000"],
    ],
)
def test_when_the_appointment_is(lines):
    item = item_of(siu("S12", *lines, "PID|1||5"))
    assert item.effective_at.isoformat() == "2026-12-10T14:30:00+00:00"


def test_an_appointment_without_a_number_needs_a_person():
    reading = reading_of(siu("S12", "SCH||", "PID|1||5"))
    assert (reading.events, reading.needs_person) == ((), True)
