"""A rule set that could lose or misplace work is never published; a published one never changes."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.roles import Role
from routing import publishing, rulebook, starter
from routing.models import Queue, Rule, RuleSet
from routing.publishing import CannotPublish
from routing.rulebook import NoRules
from tests.people import SETUP

pytestmark = pytest.mark.django_db

CRITICAL = {
    "all": [{"fact": "category", "is": "result-review"}, {"fact": "severity", "is": "critical"}]
}
ALWAYS = {"all": []}


def draft(*rules: dict, fallback: bool = True) -> RuleSet:
    """An unpublished version with these rules and, unless told otherwise, the usual two."""
    version = RuleSet.objects.order_by("-version").first().version + 1
    rule_set = RuleSet.objects.create(version=version, author="Dr Ana Diaz")
    usual = [{"name": "critical", "conditions": CRITICAL, "role": Role.PHYSICIAN}]
    last = [{"name": "rest", "conditions": ALWAYS, "role": Role.SUPERVISOR, "is_fallback": True}]
    every = [*rules, *usual, *(last if fallback else [])]
    for position, rule in enumerate(every, start=1):
        Rule.objects.create(rule_set=rule_set, position=position, **({"priority": "urgent"} | rule))
    return rule_set


def publish(rule_set: RuleSet, now, **more) -> RuleSet:
    details = {"clinical_approver": "Dr Ana Diaz", "effective_at": now} | more
    return publishing.publish(rule_set_id=rule_set.pk, actor=SETUP, now=now, **details)


@pytest.fixture
def elm(elm_street):
    with elm_street.scoped(), transaction.atomic():
        yield elm_street


def test_a_whole_rule_set_is_published_and_takes_effect_on_its_day(elm, now):
    tomorrow = now + timedelta(days=1)
    before = rulebook.load(now=now).rule_set
    new = publish(draft(), now, effective_at=tomorrow)
    assert (new.status, new.published_at, new.effective_at) == ("published", now, tomorrow)
    assert rulebook.load(now=tomorrow - timedelta(seconds=1)).rule_set == before
    assert rulebook.load(now=tomorrow).rule_set == new


def test_a_draft_has_no_effect(elm, now):
    before = rulebook.load(now=now).rule_set
    draft()
    assert rulebook.load(now=now).rule_set == before


def test_before_any_version_there_are_no_rules(elm, now):
    with pytest.raises(NoRules):
        rulebook.load(now=now - timedelta(days=1))


@pytest.mark.parametrize("last", [
    None,
    {"conditions": ALWAYS, "role": Role.SUPERVISOR},
    {"conditions": CRITICAL, "role": Role.PHYSICIAN, "is_fallback": True},
], ids=["none", "not marked", "with a condition"])  # fmt: skip
def test_without_a_fallback_nothing_is_published(elm, now, last):
    rule_set = draft(fallback=False)
    if last:
        Rule.objects.create(rule_set=rule_set, position=9, name="last", priority="urgent", **last)
    with pytest.raises(CannotPublish, match="fallback"):
        publish(rule_set, now)


def test_rules_after_the_fallback_are_refused(elm, now):
    rule_set = draft()
    Rule.objects.create(rule_set=rule_set, position=9, name="late", conditions=ALWAYS,
                        role=Role.NURSE, priority="routine")  # fmt: skip
    with pytest.raises(CannotPublish, match="fallback"):
        publish(rule_set, now)


def test_a_role_without_a_queue_is_refused_by_the_rules_name(elm, now):
    Queue.objects.filter(role=Role.NURSE).delete()
    rule = {
        "name": "To the nurses",
        "conditions": {"fact": "kind", "is": "order"},
        "role": Role.NURSE,
    }
    with pytest.raises(CannotPublish, match=r"To the nurses.*no queue: nurse"):
        publish(draft(rule), now)


def test_an_unreadable_condition_is_refused_by_the_rules_name(elm, now):
    rule = {"name": "Odd", "conditions": {"fact": "moon", "is": "full"}, "role": Role.NURSE}
    with pytest.raises(CannotPublish, match=r"Odd.*names one fact"):
        publish(draft(rule), now)


def test_without_an_approver_nothing_is_published(elm, now):
    with pytest.raises(CannotPublish, match="approved"):
        publish(draft(), now, clinical_approver="  ")


def test_a_version_is_published_once(elm, now):
    rule_set = publish(draft(), now)
    with pytest.raises(CannotPublish, match="new one"):
        publish(rule_set, now)


SOME = {"all": [{"fact": "severity", "is": "critical"}, {"fact": "patient_age", "at_least": 18}]}
HIDDEN = {"any": [{"fact": "severity", "is": "normal"}, {"fact": "near_limit", "is": True}]}


@pytest.mark.parametrize(
    "conditions", [CRITICAL, SOME, HIDDEN, ALWAYS], ids=["all", "some", "hidden", "any"]
)
@pytest.mark.parametrize("scope", [
    {}, {"scope": "provider", "scope_value": "x"}, {"scope": "specialty", "scope_value": "x"},
    {"scope": "location", "scope_value": "x"},
], ids=["practice", "provider", "specialty", "location"])  # fmt: skip
def test_no_rule_of_any_reach_takes_a_critical_result_to_who_cannot_judge_it(
    elm, now, conditions, scope
):
    rule = {"name": "Wrong", "conditions": conditions, "role": Role.MEDICAL_ASSISTANT} | scope
    with pytest.raises(CannotPublish, match=r"Wrong.*critical result to a medical-assistant"):
        publish(draft(rule), now)
    rule["role"] = Role.NURSE
    publish(draft(rule), now)


def test_a_fallback_that_critical_results_reach_is_refused(elm, now):
    rule_set = draft()
    Rule.objects.filter(rule_set=rule_set, name="critical").update(conditions=SOME)
    with pytest.raises(CannotPublish, match="rest"):
        publish(rule_set, now)


def test_a_scoped_rule_that_comes_later_by_number_is_judged_too(elm, now):
    """It has a higher position, and still is asked first."""
    rule_set = draft(fallback=False)
    common = {"rule_set": rule_set, "priority": "urgent"}
    Rule.objects.create(
        position=8,
        name="narrow",
        conditions=CRITICAL,
        role=Role.IT,
        scope="provider",
        scope_value="x",
        **common,
    )
    Rule.objects.create(
        position=9, name="rest", conditions=ALWAYS, role=Role.SUPERVISOR, is_fallback=True, **common
    )
    with pytest.raises(CannotPublish, match="narrow"):
        publish(rule_set, now)


def _add(rule_set: RuleSet) -> None:
    Rule.objects.create(
        rule_set=rule_set, position=99, name="new", conditions=ALWAYS, role="it", priority="stat"
    )


def _first(rule_set: RuleSet):
    return Rule.objects.filter(rule_set=rule_set, position=1)


CHANGES = {
    "another author": lambda s: RuleSet.objects.filter(pk=s.pk).update(author="somebody"),
    "back to a draft": lambda s: RuleSet.objects.filter(pk=s.pk).update(status="draft"),
    "deleted": lambda s: RuleSet.objects.filter(pk=s.pk).delete(),
    "a rule rewritten": lambda s: Rule.objects.filter(rule_set=s).update(role="it"),
    "a rule deleted": lambda s: _first(s).delete(),
    "a rule added": _add,
    "a rule moved out": lambda s: _first(s).update(rule_set=draft()),
    "a rule moved in": lambda s: _first(draft()).update(rule_set=s, position=98),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_database_refuses_to_change_what_is_published(elm, now, change):
    rule_set = publish(draft(), now)
    before = list(Rule.objects.filter(rule_set=rule_set).order_by("position").values())
    with (
        pytest.raises(DatabaseError, match=r"never change|Cannot update|Cannot delete"),
        transaction.atomic(),
    ):
        change(rule_set)
    assert list(Rule.objects.filter(rule_set=rule_set).order_by("position").values()) == before


def test_a_draft_may_still_change(elm, now):
    rule_set = draft()
    assert Rule.objects.filter(rule_set=rule_set, position=1).update(role=Role.NURSE) == 1
    Rule.objects.filter(rule_set=rule_set).delete()
    RuleSet.objects.filter(pk=rule_set.pk).delete()


def test_the_starter_pack_installed_again_is_the_next_version_with_the_same_queues(elm, now):
    queues = Queue.objects.count()
    again = starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=now)
    assert again.version == 2
    assert Queue.objects.count() == queues
