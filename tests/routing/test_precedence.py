"""Which rule decides, and that one always does."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from charts.values import (
    Priority,
    Severity,
)
from routing import rulebook
from routing.categories import Category
from routing.conditions import FactType
from routing.facts import TYPES
from routing.models import Assignee, Queue, Rule, RuleSet
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db

CRITICAL, ABNORMAL, UNKNOWN, NORMAL = Severity
PHYSICIAN = Role.PHYSICIAN


def own_rules(now, *rules: dict) -> None:
    """Publish a version in which these rules stand before a plain fallback."""
    rule_set = RuleSet.objects.create(version=2, author="test")
    last = {"role": Role.PHYSICIAN, "is_fallback": True, "name": "rest"}
    for position, rule in enumerate([*rules, last], start=1):
        Rule.objects.create(rule_set=rule_set, position=position, **(
            {"conditions": {"all": []}, "priority": "routine"} | rule))  # fmt: skip
    rule_set.status, rule_set.clinical_approver = "published", "Dr Ana Diaz"
    rule_set.effective_at = rule_set.published_at = now
    rule_set.save(update_fields=["status", "clinical_approver", "effective_at", "published_at"])


def test_the_narrower_reach_is_asked_first_whatever_the_order_of_the_rules(elm_street, now):
    with elm_street.scoped():
        elm_street.diaz.specialty = "cardiology"
        elm_street.diaz.save(update_fields=["specialty"])
        reaches = [
            ("practice", ""), ("location", str(elm_street.main.pk)), ("specialty", "cardiology"),
            ("provider", str(elm_street.diaz.pk)),
        ]  # fmt: skip
        own_rules(
            now,
            *({"scope": s, "scope_value": v, "name": s, "role": Role.NURSE} for s, v in reaches),
        )
        ordered = graded(NORMAL, location="ELM")
        nobody = replace(ordered, key="2", orderer=None)
        nowhere = replace(nobody, key="3", location="")
        names = [
            bring(one, now=now).decisions.get().rule.name for one in (ordered, nobody, nowhere)
        ]
        assert names == ["provider", "location", "practice"]
        book = rulebook.load(now=now)
        assert [rule.scope for rule in book.rules[:4]] == [
            "provider",
            "specialty",
            "location",
            "practice",
        ]


@pytest.mark.parametrize(
    ("specialty", "expected"), [("cardiology", "hearts"), ("dermatology", "rest"), ("", "rest")]
)
def test_a_rule_of_a_specialty_is_for_what_its_members_ordered(
    elm_street, now, specialty, expected
):
    with elm_street.scoped():
        elm_street.diaz.specialty = specialty
        elm_street.diaz.save(update_fields=["specialty"])
        own_rules(
            now,
            {
                "scope": "specialty",
                "scope_value": "cardiology",
                "name": "hearts",
                "role": Role.NURSE,
            },
            {"scope": "specialty", "scope_value": "", "name": "of none", "role": Role.NURSE},
        )
        assert bring(graded(NORMAL), now=now).decisions.get().rule.name == expected


def test_of_two_rules_that_fit_the_first_wins(elm_street, now):
    with elm_street.scoped():
        own_rules(
            now, {"name": "first", "role": Role.NURSE}, {"name": "second", "role": Role.PHYSICIAN}
        )
        assert bring(graded(NORMAL), now=now).decisions.get().rule.name == "first"


def test_a_role_that_lost_its_queue_falls_back_to_one_that_has(elm_street, now):
    with elm_street.scoped():
        Queue.objects.exclude(role=Role.SUPERVISOR).delete()
        task = bring(graded(CRITICAL), now=now)
        assert (task.queue.role, task.owner) == (Role.SUPERVISOR, elm_street.diaz)


VALUES = {
    FactType.TEXT: st.sampled_from(
        ["", "critical", "normal", "final", "corrected", "result-review", "refill", "made-up", "☃"]
    ),
    FactType.FLAG: st.booleans(),
    FactType.NUMBER: st.none() | st.integers(-5, 200),
}
WORLDS = st.fixed_dictionaries(
    {"category": st.sampled_from([c.value for c in Category])},
    optional={name: VALUES[kind] for name, kind in TYPES.items() if name != "category"},
)
SEVERITIES = st.sampled_from(["", *(one.value for one in Severity)])
NAMES = st.sampled_from(
    [
        {},
        {"orderer": {"id": "1001"}},
        {"author": {"id": "?"}},
        {"orderer": {}},
        {"signer": {"id": ""}},
    ]
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None
)
@given(facts=WORLDS, severity=SEVERITIES, people=NAMES, place=st.sampled_from(["", "ELM", "MARS"]))
def test_whatever_the_facts_are_a_task_has_a_queue(book, facts, severity, people, place):
    decision = book.decide(facts | {"severity": severity}, people=people, location_code=place)
    assert decision.queue is not None
    assert decision.rule in book.rules
    if severity == "critical" and facts["category"] == Category.RESULT_REVIEW:
        assert decision.queue.role == PHYSICIAN


@pytest.fixture
def book(elm_street, now):
    with elm_street.scoped():
        yield rulebook.load(now=now)


def test_a_rule_may_ask_who_is_to_own_it_and_find_nobody(elm_street, now):
    with elm_street.scoped():
        every = {
            name: {"name": name, "assignee": name, "role": Role.NURSE} for name in Assignee.values
        }
        own_rules(now, every["author"])
        assert bring(graded(NORMAL), now=now).owner is None


def test_the_word_on_the_priority_is_the_rules_not_the_senders(elm_street, now):
    with elm_street.scoped():
        task = bring(graded(NORMAL, priority=Priority.STAT), now=now)
        assert task.priority == "routine"
        assert task.decisions.get().facts["urgency"] == "stat"
