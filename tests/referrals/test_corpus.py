"""Referral messages of a public corpus, through intake: the right axis, the right loop, and no loop
closed by an acceptance."""

import csv
import json
import re
from pathlib import Path

import pytest

from charts.values import ItemKind, ItemStatus
from integrations.cda import reading as cda
from referrals import following
from referrals.models import Fact, Referral
from referrals.states import Axis, Closure
from routing.models import Task
from tests.flows.doors import bring, bring_fhir, sweep
from tests.reports import file as file_report
from tests.reports import report

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"

pytestmark = pytest.mark.skipif(
    not (CORPUS / "INDEX.tsv").exists(), reason="there is no corpus beside this repository"
)

NUMBER = "R-2041"


def rows(kind: str) -> list:
    """The corpus's rows of a kind: the file, and what should be concluded from it."""
    if not (CORPUS / "INDEX.tsv").exists():
        return []
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        found = list(csv.DictReader(index, delimiter="\t"))
    return [
        pytest.param(row["file"], row["correct conclusion"], id=Path(row["file"]).stem)
        for row in found if re.match(kind, row["kind"]) and "us-core" not in row["file"]
    ]  # fmt: skip


def lines(file: str) -> list[str]:
    text = (CORPUS / file).read_bytes().decode("utf-8-sig", errors="replace")
    return [line for line in re.split(r"[\r\n]+", text) if line]


def put(line: str, number: int, value: str) -> str:
    """The segment with another value in a field."""
    fields = line.split("|")
    at = number - 1 if fields[0] == "MSH" else number
    fields += [""] * (at + 1 - len(fields))
    fields[at] = value
    return "|".join(fields)


def segment(message: list[str], name: str) -> str:
    return next((line for line in message if line.startswith(name)), f"{name}|")


def tell(elm, *sent: bytes | dict, now) -> None:
    for one in sent:
        if isinstance(one, dict):
            bring_fhir(elm.ehr, one, now=now)
        else:
            bring(elm.ehr, one, now=now)
        sweep(elm.ehr, now=now)
        following.sweep(now=now)


def resource(name: str) -> dict:
    return json.loads((CORPUS / "fhir" / "sdoh-cc" / f"{name}.json").read_text())


def of(elm) -> list[Referral]:
    """The referrals; every closed one was closed by a report or by whoever referred."""
    with elm.scoped():
        found = list(Referral.objects.order_by("ordered_at", "pk"))
        for one in found:
            reported = Fact.objects.filter(referral=one, axis=Axis.REPORT, value="received")
            assert one.closed_because in ("", Closure.REPORTED, Closure.WITHDRAWN)
            assert (one.closed_because == Closure.REPORTED) <= reported.exists()
    return found


def documents() -> list:
    """The consult reports among the corpus's C-CDA documents."""
    return [one for one in rows("C-CDA") if "candidate to close" in one.values[1]]


@pytest.mark.parametrize(("name", "conclusion"), documents())
@pytest.mark.parametrize("by_whose", [True, False])
def test_a_consult_document_answers_the_referral_whose_number_it_bears(
    elm_street, now, name, conclusion, by_whose
):
    """By number and assigner at once; by a bare number of another system, a person is asked."""
    [read] = cda.interpret((CORPUS / name).read_bytes(), zone="UTC").events
    known = {"assigner": read.item.details["order_assigner"]} if by_whose else {}
    ordered = report(ItemKind.REFERRAL, ItemStatus.ACTIVE, key="E-1", placer=read.item.placer,
                     details=known, issued_at=read.item.issued_at)  # fmt: skip
    with elm_street.scoped():
        file_report(ordered, now=now, of=read.patient, source="elm-ehr")
        file_report(read.item, now=now, of=read.patient, source="specialist")
    following.sweep(now=now)
    [one] = of(elm_street)
    assert one.closed_because == (Closure.REPORTED if by_whose else "")
    with elm_street.scoped():
        asked = Task.objects.filter(category="referral", about_id__isnull=False)
        assert asked.count() == (0 if by_whose else 1)


@pytest.mark.parametrize(("file", "conclusion"), rows("REF"))
def test_a_referral_message_opens_one_or_takes_it_back(elm_street, now, file, conclusion):
    tell(elm_street, "\r".join(lines(file)).encode(), now=now)
    [one] = of(elm_street)
    expected = Closure.WITHDRAWN if "cancel the tracked referral" in conclusion else ""
    assert one.closed_because == expected
    assert (one.acceptance, one.report_state) == ("pending", "none")


def answer_to(message: list[str], said: str) -> bytes:
    """An RRI of the other side, made from the referral: the corpus holds none."""
    msh = put(put(message[0], 9, "RRI^I12"), 10, f"answer-{said}")
    rf1 = put(segment(message, "RF1"), 1, said)
    kept = [line for line in message[1:] if line[:3] in ("PRD", "PID", "ORC", "OBR")]
    return "\r".join([msh, "MSA|AA|1", rf1, *kept, "OBX|1|TX|X^Note||All is well."]).encode()


@pytest.mark.parametrize(("file", "conclusion"), rows("REF.I12"))
@pytest.mark.parametrize(("said", "stands"), [("A", "accepted"), ("R", "declined")])
def test_an_answer_to_a_referral_says_acceptance_and_closes_nothing(
    elm_street, now, file, conclusion, said, stands
):
    message = lines(file)
    tell(elm_street, "\r".join(message).encode(), answer_to(message, said), now=now)
    [one] = of(elm_street)
    assert (one.acceptance, one.report_state, one.is_open) == (stands, "none", True)


SCHEDULED = {"move it to scheduled": ("booked", "unknown")}
AT_RISK = {"S26": ("none", "no-show")}


@pytest.mark.parametrize(("file", "conclusion"), rows("SIU"))
def test_an_appointment_of_no_referral_opens_none(elm_street, now, file, conclusion):
    tell(elm_street, "\r".join(lines(file)).encode(), now=now)
    assert of(elm_street) == []


@pytest.mark.parametrize(("file", "conclusion"), rows("SIU"))
def test_an_appointment_that_names_a_referral_moves_its_own_axis(elm_street, now, file, conclusion):
    message = lines(file)
    named = [put(line, 26, NUMBER) if line.startswith("SCH") else line for line in message]
    named[0] = put(named[0], 21, "360X")
    ordered = [put(put(message[0], 9, "REF^I12"), 10, "order"), segment(message, "PID"),
               f"RF1|P|R|||O|{NUMBER}", f"ORC|NW|{NUMBER}"]  # fmt: skip
    tell(elm_street, *("\r".join(one).encode() for one in (ordered, named)), now=now)
    [one] = of(elm_street)
    expected = next((end for words, end in SCHEDULED.items() if words in conclusion), None)
    expected = expected or AT_RISK.get(message[0].split("|")[8].split("^")[1])
    assert (one.appointment, one.attendance) == (expected or ("cancelled", "unknown"))
    assert (one.acceptance, one.report_state, one.is_open) == ("pending", "none", True)


@pytest.mark.parametrize(("file", "conclusion"), rows("OMG"))
def test_an_order_that_is_no_referral_opens_none(elm_street, now, file, conclusion):
    tell(elm_street, "\r".join(lines(file)).encode(), now=now)
    assert of(elm_street) == []


ACTIVE = "ServiceRequest-SDOHCC-ServiceRequestActiveFoodPantryApplicationAssistExample"
SUMMER = "ServiceRequest-SDOHCC-ServiceRequestSubreferralSummerFoodProgramExample"
TASK = "Task-SDOHCC-TaskReferralManagementOrder"


@pytest.mark.parametrize("name", [ACTIVE, SUMMER])
def test_a_social_referral_is_followed_and_completed_is_no_report(elm_street, now, name):
    tell(elm_street, resource(name), now=now)
    [one] = of(elm_street)
    assert (one.specialty, one.report_state, one.is_open) == ("social-service", "none", True)


@pytest.mark.parametrize(
    ("order", "task"), [(ACTIVE, f"{TASK}Fulfillment"), (SUMMER, f"{TASK}Subtask")]
)
def test_a_task_that_is_accepted_closes_nothing_and_fulfilled_with_its_output_does(
    elm_street, now, order, task
):
    tell(elm_street, resource(order), resource(f"{task}AcceptedExample"), now=now)
    [one] = of(elm_street)
    assert (one.acceptance, one.is_open) == ("accepted", True)
    tell(elm_street, resource(f"{task}CompletedExample"), now=now)
    [one] = of(elm_street)
    assert (one.attendance, one.report_state) == ("seen", "received")
    assert one.closed_because == Closure.REPORTED


def test_a_task_that_is_fulfilled_without_an_output_closes_nothing(elm_street, now):
    done = resource(f"{TASK}FulfillmentCompletedExample")
    del done["output"]
    tell(elm_street, resource(ACTIVE), done, now=now)
    [one] = of(elm_street)
    assert (one.attendance, one.report_state, one.is_open) == ("seen", "none", True)


@pytest.mark.parametrize(("file", "conclusion"), rows("FHIR Task"))
def test_a_task_about_no_referral_of_ours_opens_none(elm_street, now, file, conclusion):
    tell(elm_street, json.loads((CORPUS / file).read_text()), now=now)
    assert of(elm_street) == []
