"""One referral, whatever carried it, is one item with one task; answers change neither."""

from itertools import permutations

import pytest

from charts.models import Attachment, ChartItem
from charts.versions import only_answers
from routing.models import Task
from tests.flows.doors import bring, bring_fhir, sweep

PID = "PID|1||508773^^^ELM^MR||DIAZ^MARIA||19910302|F"
CARDIOLOGY = "CARD^AMB REFERRAL TO CARDIOLOGY^L"
NOTE = "11488-4^Consultation note^LN"


def message(kind: str, control: str, *lines: str, minute: int = 0, profile: str = "") -> bytes:
    header = f"MSH|^~\\&|EHR|ELM|CC|ELM|202611161{minute:03}00||{kind}|{control}|P|2.5.1"
    header += f"|||NE|NE|||||{profile}" if profile else ""
    return "\r".join([header, PID, *lines]).encode()


def orm(control="orm", number="P1^ELM", minute=0, **more) -> bytes:
    return message("ORM^O01", control, f"ORC|NW|{number}", f"OBR|1|{number}||{CARDIOLOGY}",
                   minute=minute, **more)  # fmt: skip


def omg(control="omg", minute=1) -> bytes:
    return message("OMG^O19", control, "ORC|NW|P1^ELM", f"OBR|1|P1^ELM||{CARDIOLOGY}",
                   minute=minute)  # fmt: skip


def ref(control="ref", event="I12", number="R9^ELM", order="P1^ELM", minute=2) -> bytes:
    orc = [f"ORC|NW|{order}"] if order else []
    lines = [f"RF1|P|R|||O|{number}", "PRD|RT|HART^HAL", *orc, f"OBR|1|||{CARDIOLOGY}"]
    return message(f"REF^{event}", control, *lines, minute=minute)


def rri(control="rri", said="A", number="R9^ELM", minute=5, *more: str) -> bytes:
    return message("RRI^I12", control, "MSA|AA|ref", f"RF1|{said}|R|||O|{number}", *more,
                   minute=minute)  # fmt: skip


def osu(control: str, orc: str, minute=6) -> bytes:
    return message("OSU^O51", control, orc, minute=minute, profile="360X")


SERVICE_REQUEST = {
    "resourceType": "ServiceRequest",
    "id": "sr-1",
    "meta": {"lastUpdated": "2026-11-16T15:03:00Z"},
    "status": "active",
    "intent": "order",
    "identifier": [
        {"type": {"coding": [{"code": "PLAC"}]}, "system": "urn:oid:ELM", "value": "P1"}
    ],
    "code": {"coding": [{"code": "57133-1", "system": "http://loinc.org"}], "text": "Referral"},
    "subject": {"identifier": {"system": "urn:oid:ELM", "value": "508773"}},
}


def referrals(elm) -> list[ChartItem]:
    with elm.scoped():
        return list(ChartItem.objects.filter(kind="referral").order_by("received_at"))


def tasks(elm, category="referral") -> list[Task]:
    with elm.scoped():
        return list(Task.objects.filter(category=category).select_related("item"))


def bring_all(elm, sent, now) -> None:
    for one in sent:
        if isinstance(one, dict):
            bring_fhir(elm.ehr, one, now=now)
        else:
            bring(elm.ehr, one, now=now)
        sweep(elm.ehr, now=now)


CARRIERS = {"orm": orm(), "omg": omg(), "ref": ref(), "fhir": SERVICE_REQUEST}


@pytest.mark.parametrize("order", list(permutations(CARRIERS)), ids="-".join)
def test_four_carriers_in_any_order_are_one_referral_with_one_task(elm_street, now, order):
    bring_all(elm_street, [CARRIERS[name] for name in order], now)
    [item], [task] = referrals(elm_street), tasks(elm_street)
    assert item.status == "active"
    assert (task.item_id, task.is_open) == (item.pk, True)
    assert item.details["referral_number"] in ("R9", "P1")


def test_four_carriers_that_came_at_once_are_one_referral_too(elm_street, now):
    bring(elm_street.ehr, orm(), omg(), ref(), now=now)
    bring_fhir(elm_street.ehr, SERVICE_REQUEST, now=now)
    sweep(elm_street.ehr, now=now)
    assert (len(referrals(elm_street)), len(tasks(elm_street))) == (1, 1)


def test_numbers_alike_of_two_patients_are_two_referrals(elm_street, now):
    other = orm("2", number="P2^ELM").replace(b"508773", b"508774")
    bring_all(elm_street, [ref(number="P2^ELM", order=""), other.replace(b"P2", b"P3")], now)
    assert len(referrals(elm_street)) == 2


def test_between_two_feeds_a_number_is_one_referral_only_with_its_assigner(elm_street, now):
    bring(elm_street.ehr, orm("1"), orm("2", number="77"), now=now)
    bring(elm_street.lab, ref("3", number="P1^ELM", order=""), now=now)
    bring(elm_street.lab, ref("4", number="77", order=""), now=now)
    sweep(elm_street.ehr, now=now)
    assert sorted(item.key for item in referrals(elm_street)) == ["77", "77", "P1"]


ANSWERS = [
    (rri("a1", "A"), "accepted"),
    (rri("a2", "R"), "rejected"),
    (osu("a3", "ORC|SC|P1^ELM|||IP"), "accepted"),
    (osu("a4", "ORC|SC|P1^ELM|||CA|||||||||||^No capacity until spring"), "rejected"),
    (osu("a5", "ORC|SC|P1^ELM|||A"), "in-progress"),
]


@pytest.mark.parametrize(("answer", "said"), ANSWERS)
@pytest.mark.parametrize("first", ["referral", "answer"])
def test_an_answer_is_kept_and_closes_nothing_and_opens_nothing(
    elm_street, now, answer, said, first
):
    sent = [ref(), answer] if first == "referral" else [answer, ref()]
    bring_all(elm_street, sent[:1], now)
    assert len(tasks(elm_street)) == (first == "referral")
    bring_all(elm_street, sent[1:], now)
    [task] = tasks(elm_street)
    assert task.is_open
    assert task.item.status == "active"
    assert task.item.title == "AMB REFERRAL TO CARDIOLOGY"


def test_two_answers_to_no_referral_open_no_task(elm_street, now):
    bring_all(elm_street, [rri("1", "P"), rri("2", "A", minute=7)], now)
    assert tasks(elm_street) == []
    assert [item.details["response"] for item in referrals(elm_street)] == ["accepted"]


def test_the_reason_of_a_refusal_stands_beside_that_of_the_referral(elm_street, now):
    request = message("OMG^O19", "1", "ORC|NW|P1^ELM" + "|" * 14 + "^Chest pain",
                      "OBR|1|P1^ELM||57133-1^Referral^LN")  # fmt: skip
    bring_all(elm_street, [request, ANSWERS[3][0]], now)
    [item] = referrals(elm_street)
    assert item.details["reason"] == "Chest pain"
    assert item.details["response_reason"] == "No capacity until spring"


CANCELS = [ref("c1", "I14", minute=8), osu("c2", "ORC|CA|P1^ELM" + "|" * 14 + "^Moved", 8)]


@pytest.mark.parametrize("cancel", CANCELS)
def test_a_referral_taken_back_stays_so_whenever_an_answer_comes(elm_street, now, cancel):
    for number, order in enumerate(permutations([ref(), cancel, rri("late", minute=9)])):
        about = str(600000 + number).encode()
        sent = [one.replace(b"508773", about).replace(b"P1", b"P" + about) for one in order]
        sent = [one.replace(b"R9", b"R" + about) for one in sent]
        bring_all(elm_street, sent, now)
    sent = [item for item in referrals(elm_street) if not only_answers(item.revision)]
    assert {item.status for item in sent} == {"withdrawn"}
    assert not any(task.is_open for task in tasks(elm_street))


def test_a_question_about_a_referral_changes_nothing(elm_street, now):
    bring_all(elm_street, [ref(), ref("q", "I15", minute=9)], now)
    [item] = referrals(elm_street)
    assert item.version == 1


def test_an_appointment_and_a_missed_one_are_told_on_the_referral(elm_street, now):
    sch = "SCH|A1|||||||||||||||||||||||||P1^ELM"
    booked = message("SIU^S12", "s1", sch, "TQ1|1||||||20261201090000", minute=6, profile="360X")
    missed = message("SIU^S26", "s2", sch, minute=9, profile="360X")
    bring_all(elm_street, [ref(), booked], now)
    [item] = referrals(elm_street)
    assert item.details["response"] == "scheduled"
    assert item.details["appointment"].startswith("2026-12-01T")
    bring_all(elm_street, [missed], now)
    [item] = referrals(elm_street)
    assert (item.status, item.details["response"]) == ("active", "missed")
    assert [task.is_open for task in tasks(elm_street)] == [True]


def outcome(state: str, *more: str) -> bytes:
    orc, obr = f"ORC|RE|P1^ELM|||{state}", "OBR|1|P1^ELM||57133-1^Referral^LN"
    return message("OMG^O19", f"out-{state}", orc, obr, *more, minute=9, profile="360X")


REPORT = f"OBX|1|ED|{NOTE}||^application^pdf^Base64^JVBERi0="


def test_an_interim_note_closes_nothing_and_is_kept(elm_street, now):
    bring_all(elm_street, [ref(), outcome("A", REPORT)], now)
    [item], [task] = referrals(elm_street), tasks(elm_street)
    assert (task.is_open, item.details["response"]) == (True, "in-progress")
    with elm_street.scoped():
        assert Attachment.objects.filter(item=item, content_type="application/pdf").exists()


@pytest.mark.parametrize("first", ["referral", "outcome"])
def test_an_outcome_closes_the_loop_and_asks_for_a_reader(elm_street, now, first):
    sent = [ref(), outcome("CM", REPORT)]
    bring_all(elm_street, sent if first == "referral" else sent[::-1], now)
    assert not any(task.is_open for task in tasks(elm_street))
    [review] = tasks(elm_street, "consult-report")
    assert review.is_open
    with elm_street.scoped():
        assert Attachment.objects.filter(item=review.item_id).exists()


def test_what_is_sent_along_with_a_referral_is_kept(elm_street, now):
    sent = ref() + b"\r" + REPORT.encode() + b"\rOBX|2|RP|X^Film||https://pacs/1^PACS^image^jpeg"
    bring_all(elm_street, [sent], now)
    with elm_street.scoped():
        kept = Attachment.objects.order_by("content_type")
        assert [one.content_type for one in kept] == ["application/pdf", "image/jpeg"]
