"""Orders, prescriptions, refills and referrals: what each message asks for, and what it ends."""

import pytest

from tests.integrations.hl7.golden import item_of, reading_of

PID = "PID|1||5^^^ELM^MR||A^B"


def message(kind: str, *lines: str) -> str:
    header = f"MSH|^~\\&|EHR|ELM|CC|ELM|20261116120000||{kind}|C1|P|2.5.1"
    return "\n".join([header, PID, *lines])


def order(kind: str = "ORM^O01", *, control: str = "NW", state: str = "", code: str = "CBC^CBC^L"):
    orc = f"ORC|{control}|P1^EHR|F1^LIS||{state}||||20261116115900"
    return item_of(message(kind, orc, f"OBR|1|P1|F1|{code}"))


def items(text: str) -> list:
    return [(e.item.kind.value, e.item.status.value) for e in reading_of(text).events]


KINDS = [
    *("ORM^O01", "OMG^O19", "OML^O21", "OML^O33"),
    *("OML^O35", "OML^O39", "OMI^O23", "OMD^O03"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_order_is_an_order_by_its_placer_number(kind):
    reading = reading_of(message(kind, "ORC|NW|P1|F1", "OBR|1|P1|F1|CBC^CBC^L"))
    (event,) = reading.events
    assert (reading.type, event.item.kind, event.item.key) == ("order", "order", "P1")


@pytest.mark.parametrize(
    ("control", "state", "status"),
    [
        ("NW", "", "active"),
        ("SN", "", "active"),
        ("XO", "", "active"),
        ("RO", "", "active"),
        ("SC", "IP", "active"),
        ("SC", "CM", "completed"),
        ("SC", "CA", "withdrawn"),
        ("SC", "DC", "withdrawn"),
        ("CA", "", "withdrawn"),
        ("CA", "CM", "withdrawn"),
        ("OC", "", "withdrawn"),
        ("CR", "", "withdrawn"),
        ("DC", "", "withdrawn"),
        ("RP", "", "withdrawn"),
        ("UA", "", "withdrawn"),
        ("UC", "IP", "active"),
        ("HD", "", "on-hold"),
        ("SC", "HD", "on-hold"),
        ("RL", "", "active"),
        ("", "", "active"),
        ("ca", "", "withdrawn"),
    ],
)
def test_what_ends_an_order_and_what_does_not(control, state, status):
    assert order(control=control, state=state).status == status


def test_no_order_is_ever_a_draft():
    controls = ["NW", "SN", "XO", "SC", "CA", "HD", "RE", "PA", "CH", "NA", "OK"]
    assert all(order(control=control).status != "draft" for control in controls)


@pytest.mark.parametrize(
    "code",
    [
        "57133-1^Referral note^LN",
        "REF^AMB REFERRAL TO CARDIOLOGY^L",
        "C1^Consult to neurology^L",
        "C2^Outpatient consultation^L",
        "X^Y^L^57133-1^Referral note^LN",
    ],
)
def test_an_order_that_sends_the_patient_elsewhere_is_a_referral(code):
    assert order("OMG^O19", code=code).kind == "referral"


@pytest.mark.parametrize(
    "code", ["CBC^CBC^L", "11488-4^Consult note^LN", "PT^Physical therapy evaluation^L", ""]
)
def test_other_orders_are_no_referrals(code):
    assert order("OMG^O19", code=code).kind == "order"


def test_a_referral_order_says_to_whom_and_why():
    orc = f"ORC|NW|R9{'|' * 14}^Chest pain"
    text = message(
        "OMG^O19", orc, "OBR|1|R9||REF^Referral to Cardiology^L", "TQ1|1|||||||20270101|A"
    )
    item = item_of(text)
    assert item.details == {"request": "NW", "reason": "Chest pain", "specialty": "Cardiology"}
    assert item.due_date.isoformat() == "2027-01-01"
    assert item.priority == "asap"


def test_each_order_of_a_message_is_an_item():
    lines = ["ORC|NW|P1", "OBR|1|P1||A^A", "ORC|CA|P2", "OBR|1|P2||B^B"]
    assert items(message("OML^O21", *lines)) == [("order", "active"), ("order", "withdrawn")]


def test_earlier_results_sent_along_are_no_orders():
    same = ["ORC|NW|P1", "OBR|1|P1||A^A", PID, "ORC|RE|P0", "OBR|1|P0||B^B", "OBX|1|NM|K||5||||||F"]
    marked = ["ORC|NW|P1", "OBR|1|P1||A^A", "ORC|PR|P0", "OBR|1|P0||B^B"]
    for lines in (same, marked):
        assert items(message("OML^O21", *lines)) == [("order", "active")]


def test_an_order_without_orc_is_a_new_order():
    assert items(message("OML^O21", "OBR|1|P1||A^A")) == [("order", "active")]


def test_an_order_without_a_patient_needs_a_person():
    reading = reading_of("MSH|^~\\&|A|B|C|D|2026||ORM^O01|1|P|2.5\nORC|NW|P1\nOBR|1|P1||A^A")
    assert reading.needs_person
    assert reading.events[0].patient is None


def test_a_message_without_an_order_needs_a_person():
    reading = reading_of(message("ORM^O01"))
    assert (reading.events, reading.needs_person) == ((), True)


@pytest.mark.parametrize("kind", ["RDE^O11", "RDS^O13", "RAS^O17"])
def test_pharmacy_messages_are_orders_of_a_drug(kind):
    segment = {"RDE": "RXE||1^Aspirin^NDC", "RDS": "RXD|1|1^Aspirin^NDC"}
    drug = segment.get(kind[:3], "RXA|0|1|20261116||1^Aspirin^NDC")
    reading = reading_of(message(kind, "ORC|NW|RX1", drug))
    (event,) = reading.events
    assert (reading.type, event.item.kind, event.item.status) == (
        "pharmacy-order",
        "order",
        "active",
    )
    assert event.item.details["drug"] == "Aspirin"
    assert [code.system for code in event.patient.medications] == ["ndc"]


@pytest.mark.parametrize("kind", ["RDE^O11", "OMP^O09", "ORM^O01"])
@pytest.mark.parametrize(("control", "change"), [("XO", "changed"), ("DC", "discontinued")])
def test_a_changed_prescription_is_to_be_documented(kind, control, change):
    text = message(kind, f"ORC|{control}|RX1|||||||20261116115900", "RXO|1^Aspirin^NDC")
    first, second = (event.item for event in reading_of(text).events)
    assert (first.kind, first.key) == ("order", "RX1")
    assert (second.kind, second.status) == ("medication", "active")
    assert second.details["change"] == change
    assert second.key == f"RX1|{control}|20261116115900"


def test_two_changes_of_one_prescription_are_two_items():
    texts = [
        message("RDE^O11", f"ORC|XO|RX1|||||||{at}", "RXE||1^A^NDC") for at in (20261101, 20261201)
    ]
    keys = {reading_of(text).events[1].item.key for text in texts}
    assert len(keys) == 2


def test_a_laboratory_order_that_changed_is_no_medication():
    assert order(control="XO").kind == "order"
    assert len(reading_of(message("ORM^O01", "ORC|XO|P1", "OBR|1|P1||A^A")).events) == 1


def test_a_drug_that_was_stopped_is_not_one_the_patient_takes():
    (first, _) = reading_of(message("RDE^O11", "ORC|DC|RX1", "RXE||1^Aspirin^NDC")).events
    assert first.patient.medications == ()


@pytest.mark.parametrize(
    ("kind", "control", "status"),
    [
        ("RDE^O25", "NW", "active"),
        ("RDE^O25", "RF", "active"),
        ("RDE^O25", "CA", "withdrawn"),
        ("RDE^O11", "RF", "active"),
        ("ORM^O01", "RF", "active"),
        ("OMP^O09", "RF", "active"),
        ("RDE^O11", "AF", "completed"),
        ("ORM^O01", "DF", "completed"),
        ("RDE^O11", "OF", "completed"),
    ],
)
def test_a_refill_request_is_open_until_it_is_answered(kind, control, status):
    reading = reading_of(message(kind, f"ORC|{control}|RX1|PH1", "RXE||1^Aspirin^NDC"))
    (event,) = reading.events
    assert (reading.type, event.item.kind, event.item.status) == ("refill", "refill", status)
    assert event.item.key == "RX1"


def test_a_refill_request_that_says_nothing_else_reaches_a_person():
    reading = reading_of("MSH|^~\\&|A|B|C|D|20261116||RDE^O25|1|P|2.5")
    (event,) = reading.events
    assert (reading.type, event.item.status, event.patient) == ("refill", "active", None)
    assert reading.needs_person


@pytest.mark.parametrize(
    ("event", "status"), [("I12", "active"), ("I13", "active"), ("I14", "withdrawn")]
)
def test_the_event_decides_over_a_referral_not_its_status_field(event, status):
    text = message(f"REF^{event}", "RF1|P^Pending|S|||||", "RF1|P")
    item = item_of(text.replace("RF1|P^Pending|S|||||", "RF1|P^Pending|S||||R-1"))
    assert (item.kind, item.key, item.status, item.priority) == ("referral", "R-1", status, "stat")


def test_a_question_about_a_referral_says_nothing_new():
    reading = reading_of(message("REF^I15", "RF1|P|||||R-1"))
    assert (reading.type, reading.events) == ("referral", ())


@pytest.mark.parametrize("said", ["A", "R", "P", "E"])
def test_an_answer_never_closes_a_referral(said):
    reading = reading_of(message("RRI^I12", f"RF1|{said}|||||R-1"))
    (event,) = reading.events
    assert (reading.type, event.item.status) == ("referral-response", "active")
    assert event.item.details["response"] in ("accepted", "rejected", "pending", "expired")


def test_a_referral_without_a_number_is_noted_and_still_opened():
    reading = reading_of(message("REF^I12", "PRD|RP|OKAFOR^GRACE"))
    (event,) = reading.events
    assert (event.item.status, event.item.orderer.family) == ("active", "OKAFOR")
    assert [fault.location for fault in reading.faults] == ["RF1-6"]


def test_the_kind_of_a_referral_is_not_its_specialty():
    medical = item_of(message("REF^I12", "RF1|P||MED^Medical^HL70281|||R-1"))
    cardiology = item_of(message("REF^I12", "RF1|P||207RC0000X^Cardiology^NUCC|||R-1"))
    assert "specialty" not in medical.details
    assert cardiology.details["specialty"] == "Cardiology"
