"""Why a task is where it is, for a clinician: the rule, its version, the facts that decided."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import Role
from charts.values import ItemStatus, Severity
from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.queries.values import LEVELS, STATUS_WORDS
from dashboards.rows import Fact, Why
from dashboards.words import later
from routing.categories import Category
from routing.conditions import named
from routing.models import RoutingDecision, Task
from routing.said import spoken

LABELS = {
    "category": later("Kind of work"),
    "kind": later("Came as"),
    "severity": later("Severity"),
    "status": later("Status"),
    "code": later("Code"),
    "document_type": later("Document"),
    "urgency": later("Asked for"),
    "patient_age": later("Patient's age"),
    "delegable": later("On the delegation list"),
    "watched_problem": later("Watched problem"),
    "watched_medication": later("Watched medication"),
    "changed_since_last": later("Changed since the last one"),
    "raised_risk": later("Raised risk"),
    "near_limit": later("Near a limit of its range"),
    "refill_protocol": later("Under a refill protocol"),
    "closed_before": later("Closed before"),
    "asked_role": later("Asked of"),
}


def why(task: Task, desk: Desk, *, message: str, may_open: bool) -> Why:
    """The newest decision, with the facts its rule asked for."""
    decision = (
        RoutingDecision.objects.filter(task=task)
        .select_related("rule", "rule_set", "queue", "owner")
        .order_by("-at")
        .first()
    )
    url = reverse("dashboards:message", args=[task.message_id]) if task.message_id else ""
    if decision is None:
        return Why(
            queue=task.queue.name, rule="None", version="", sentence=_("Opened by a person.")
        )
    rule, version = decision.rule, decision.rule_set.version
    published = decision.rule_set.published_at
    since = words.long_date(published.astimezone(desk.zone).date()) if published else ""
    return Why(
        queue=decision.queue.name
        + (_(", for %(name)s") % {"name": decision.owner.name} if decision.owner else ""),
        rule=_("Rule %(position)s") % {"position": rule.position},
        version=_("%(version)s, published %(since)s") % {"version": version, "since": since}
        if since
        else f"{version}",
        sentence=f"{spoken(rule.name)}.",
        facts=tuple(
            _fact(name, decision.facts) for name in _decisive(rule.conditions, decision.facts)
        ),
        message=message,
        message_url=url if may_open else "",
    )


def _decisive(conditions: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
    """The facts that the rule named, and no others; its risk is said by what raised it."""
    asked = [name for name in named(conditions) if facts.get(name) is not None]
    if "raised_risk" in asked and facts.get("raised_risk"):
        parts = ("watched_problem", "watched_medication", "changed_since_last")
        asked += [part for part in parts if facts.get(part)] + ["patient_age"]
    return list(dict.fromkeys(asked))


def _fact(name: str, facts: Mapping[str, Any]) -> Fact:
    return Fact(
        LABELS.get(name, name.replace("_", " ").capitalize()), _words(name, facts.get(name))
    )


def _words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "severity":
        unknown = value == Severity.UNKNOWN
        return (
            _("no flag was sent") if unknown else LEVELS[Severity(value)].word if value else "none"
        )
    if name == "asked_role":
        return Role(value).label if value else _("not said")
    if name == "category":
        return Category(value).label
    if name == "status":
        return STATUS_WORDS.get(ItemStatus(value), "not said")
    if name == "patient_age":
        return f"{value} y" if value is not None else _("not known")
    return str(value) or _("not said")
