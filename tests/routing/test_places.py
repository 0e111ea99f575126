"""From where a task has its queue, its location and its owner."""

from dataclasses import replace

import pytest

from accounts import operations as accounts
from accounts.roles import Role
from charts import patients
from charts.values import (
    Identifier,
    ProviderRef,
    Severity,
)
from routing import operations as routing
from routing.models import Task
from tests.people import SETUP, admit
from tests.reports import FEED, bring, graded, patient

pytestmark = pytest.mark.django_db

CRITICAL, ABNORMAL, UNKNOWN, NORMAL = Severity
PHYSICIAN, NURSE, ASSISTANT = Role.PHYSICIAN, Role.NURSE, Role.MEDICAL_ASSISTANT


def test_work_of_a_location_goes_to_its_queue_and_the_rest_to_the_practices(elm_street, now):
    with elm_street.scoped():
        here = bring(graded(NORMAL, key="1", location="ELM"), now=now)
        named = bring(graded(NORMAL, key="2", location="Main Street"), now=now)
        unknown = bring(graded(NORMAL, key="3", location="MARS", orderer=None), now=now)
        assert here.queue.location == named.queue.location == here.location == elm_street.main
        assert (unknown.queue.location, unknown.location) == (None, None)
        assert unknown.queue.role == here.queue.role == ASSISTANT


def test_without_a_location_that_of_whoever_ordered_counts(elm_street, now):
    with elm_street.scoped():
        assert bring(graded(NORMAL), now=now).location == elm_street.main


def test_a_member_who_left_is_given_nothing(elm_street, now):
    with elm_street.scoped():
        accounts.deactivate(membership=elm_street.diaz, actor=SETUP, now=now)
        task = bring(graded(CRITICAL), now=now)
        assert (task.owner, task.queue.role) == (None, PHYSICIAN)


@pytest.mark.parametrize("severity", [CRITICAL, ABNORMAL, UNKNOWN])
def test_what_an_assistant_ordered_is_not_theirs_to_judge(elm_street, now, severity):
    ordered = graded(severity, orderer=ProviderRef(id="3003"))
    with elm_street.scoped():
        admit("Mia Assist", ASSISTANT, now=now, ids=("3003",))
        nurse = admit("Ned Nurse", NURSE, now=now, ids=("3004",))
        task = bring(ordered, now=now)
        assert (task.owner, task.queue.role) == (None, PHYSICIAN)
        theirs = bring(replace(ordered, key="2", orderer=ProviderRef(id="3004")), now=now)
        assert theirs.owner == nurse


def test_an_id_of_another_assigner_names_nobody(elm_street, now):
    with elm_street.scoped():
        known = elm_street.diaz.identifiers.model.objects
        known.create(membership=elm_street.nora, value="77", assigner="QUEST")
        quest = bring(
            graded(CRITICAL, key="1", orderer=ProviderRef(id="77", assigner="QUEST")), now=now
        )
        other = bring(
            graded(CRITICAL, key="2", orderer=ProviderRef(id="77", assigner="LABCORP")), now=now
        )
        assert (quest.owner, other.owner) == (elm_street.nora, None)


def test_the_tasks_of_a_merged_patient_follow(elm_street, oak_street, now):
    with elm_street.scoped():
        task = bring(graded(CRITICAL), now=now, of=patient("GONE"))
        other = bring(graded(CRITICAL, key="2"), now=now, of=patient("OTHER"))
        kept, gone = patients.merge(
            patient("KEPT"), [Identifier("GONE", "ELM", "MR")], actor=FEED, now=now
        )
        moved = routing.follow_merge(survivor=kept, gone=gone, actor=FEED, now=now)
        assert moved == [task.pk]
        assert Task.objects.get(pk=task.pk).patient == kept
        assert Task.objects.get(pk=other.pk).patient != kept
