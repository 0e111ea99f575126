"""What the other side answers changes a referral and never opens one."""

from charts.models import ChartItem
from routing.models import Task
from tests.flows.doors import bring, sweep

PID = "PID|1||508773^^^ELM^MR||DIAZ^MARIA||19910302|F\r"


def referral(control: str, kind: str) -> bytes:
    status = "A^Accepted^HL70283" if kind.startswith("RRI") else "P^Pending^HL70283"
    acknowledgment = "MSA|AA|X\r" if kind.startswith("RRI") else ""
    return (
        f"MSH|^~\\&|EHR|ELM|CC|ELM|20261116100000||{kind}|{control}|P|2.5.1\r{acknowledgment}"
        f"RF1|{status}|R|CAR^Cardiology||O|RF-77|20261116\rPRD|RP|DIAZ^ANA\rPRD|RT|HART^HAL\r{PID}"
    ).encode()


def test_an_answer_to_no_referral_opens_no_work(elm_street, now):
    bring(elm_street.ehr, referral("1", "RRI^I12"), now=now)
    sweep(elm_street.ehr, now=now)
    with elm_street.scoped():
        assert not Task.objects.filter(category="referral").exists()


def test_a_referral_that_was_accepted_is_still_open(elm_street, now):
    bring(elm_street.ehr, referral("1", "REF^I12"), referral("2", "RRI^I12"), now=now)
    sweep(elm_street.ehr, now=now)
    with elm_street.scoped():
        task = Task.objects.get(category="referral")
        assert task.is_open
        assert task.queue.role == "care-coordinator"
        assert ChartItem.objects.filter(kind="referral").count() == 1
