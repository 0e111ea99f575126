"""The second version of a practice's rules, with one that was meant well: it sends the refills of
one site to people who cannot do them."""

from datetime import datetime, timedelta

from accounts.roles import Role
from audit.actors import Actor
from charts.values import Priority
from config.demo.cast import PracticePlan
from routing.categories import Category
from routing.models import Rule, RuleScope, RuleSet
from routing.publishing import publish
from tenants.models import Location

ACTOR = Actor.machine("demo.seed")
AFTER = timedelta(days=48)
"""How long the first version held: the refills of the last two weeks went astray."""


def misroute_refills(plan: PracticePlan, *, now: datetime) -> None:
    """Publish the version, to take effect when the first has held for its time."""
    first = RuleSet.objects.latest("version")
    draft = RuleSet.objects.create(version=first.version + 1, author=plan.approver)
    site = Location.objects.get(name=plan.misrouted)
    Rule.objects.bulk_create([_astray(draft, site), *_copied(first, draft)])
    publish(rule_set_id=draft.pk, clinical_approver=plan.approver, effective_at=now + AFTER,
            actor=ACTOR, now=now)  # fmt: skip


def _astray(draft: RuleSet, site: Location) -> Rule:
    return Rule(
        rule_set=draft, position=1, name=f"Refills at {site.name} go to the care coordinators",
        scope=RuleScope.LOCATION, scope_value=str(site.pk),
        conditions={"all": [{"fact": "category", "is": Category.REFILL.value}]},
        role=Role.CARE_COORDINATOR.value, priority=Priority.ROUTINE.value,
    )  # fmt: skip


def _copied(first: RuleSet, draft: RuleSet) -> list[Rule]:
    """Every rule of the version before, after the new one."""
    return [
        Rule(
            rule_set=draft, position=one.position + 1, name=one.name, scope=one.scope,
            scope_value=one.scope_value, conditions=one.conditions, role=one.role,
            assignee=one.assignee, priority=one.priority, is_fallback=one.is_fallback,
        )
        for one in Rule.objects.filter(rule_set=first).order_by("position")
    ]  # fmt: skip
