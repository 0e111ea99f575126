"""Work that a referral asks of a person: once, and ended when nothing lacks."""

from datetime import timedelta

import pytest

from audit.models import AuditEvent
from charts import patients
from referrals import operations
from referrals.lacking import Lack
from referrals.models import FollowUp
from referrals.works import WORKS, Work
from routing.models import Task
from routing.said import title_of
from tests.referrals.test_operations import CORA, opened, patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def elm(elm_street, now):
    with elm_street.scoped():
        patients.find_or_register([patient()], overwrite=True, actor=CORA, now=now)
        yield elm_street


def test_every_work_says_what_it_is_for(elm):
    assert set(WORKS) == set(Work)
    for_good = {work for work, said in WORKS.items() if said.lack is None}
    by_person = {Work.READ_REPLY, Work.READ_QUESTION, Work.CALL_BACK, Work.PATIENT_DECLINED,
                 Work.CODE_LOCKED}  # fmt: skip
    assert for_good == by_person
    assert {said.lack for said in WORKS.values()} - {None} == set(Lack)


def test_the_same_occasion_is_asked_once_and_the_task_leads_to_it(elm, now):
    referral = opened(now, specialist_name="Hart Clinic")
    asked = operations.ask(referral_id=referral.pk, work=Work.ASK_SPECIALIST, key="a", actor=CORA,
                           now=now)  # fmt: skip
    assert asked is not None
    for key in ("a", "b"):
        assert operations.ask(referral_id=referral.pk, work=Work.ASK_SPECIALIST, key=key,
                              actor=CORA, now=now) is None  # fmt: skip
    task = Task.objects.get(about_id=asked.pk)
    assert (task.category, task.queue.role) == ("referral", "care-coordinator")
    assert title_of(task.category, task.title) == "Ask the specialist's office: Hart Clinic"
    assert AuditEvent.objects.filter(action="referral.asked").count() == 1
    other = operations.ask(referral_id=referral.pk, work=Work.COORDINATE, key="c", actor=CORA,
                           now=now)  # fmt: skip
    assert other is not None
    assert Task.objects.open().filter(about_id__isnull=False).count() == 2


def test_what_ends_by_itself_may_be_asked_on_another_occasion_and_not_on_the_same(elm, now):
    referral = opened(now)
    later = now + timedelta(days=1)
    asking = {"referral_id": referral.pk, "work": Work.SEND, "actor": CORA}
    assert operations.ask(**asking, key="a", now=now)
    ending = {"referral_id": referral.pk, "works": {Work.SEND}, "actor": CORA, "now": later}
    assert operations.end_work(**ending) == 1
    assert operations.end_work(**ending) == 0
    assert operations.open_work(referral.pk) == {}
    assert operations.ask(**asking, key="a", now=later) is None
    assert operations.ask(**asking, key="b", now=later)
    assert FollowUp.objects.count() == 2


def test_authorization_is_work_of_its_own_category(elm, now):
    asked = operations.ask(referral_id=opened(now).pk, work=Work.AUTHORIZE, key="a", actor=CORA,
                           now=now)  # fmt: skip
    assert asked is not None
    assert Task.objects.get(about_id=asked.pk).category == "prior-authorization"
