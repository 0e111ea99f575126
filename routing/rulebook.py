"""The practice's published rules with all they consult, read once for many decisions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import Membership, ProviderIdentifier
from charts.models import ChartItem, Patient, PatientCode
from charts.values import ItemKind
from routing import authority
from routing.authority import Authority
from routing.conditions import holds
from routing.facts import Background, Thresholds
from routing.models import PRECEDENCE, Assignee, ListedCode, Queue, Rule, RuleScope, RuleSet
from tenants import scope
from tenants.models import Location


class NoRules(Exception):
    """The practice has no rule set in effect: publish one (`manage.py install_starter_pack`)."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a task goes, by which rule, on which facts."""

    rule: Rule
    queue: Queue
    owner: Membership | None
    location: Location | None
    facts: Mapping[str, Any]


@dataclass(slots=True)
class Rulebook:
    rule_set: RuleSet
    rules: list[Rule]
    queues: dict[tuple[str, UUID | None], Queue]
    members: dict[UUID, Membership]
    providers: dict[tuple[str, str], UUID]
    locations: dict[str, Location]
    listed: dict[str, frozenset[str]]
    authority: Authority

    @property
    def thresholds(self) -> Thresholds:
        """Of the rule set in effect."""
        rules = self.rule_set
        return Thresholds(rules.margin_percent, rules.change_percent, rules.risk_age)

    def decide(
        self, facts: Mapping[str, Any], *, people: Mapping[str, Any], location_code: str,
        closer_id: UUID | None = None,
    ) -> Decision:  # fmt: skip
        """The first rule that the facts meet, narrowest scope first; the fallback meets all."""
        location = self.locations.get(location_code)
        orderer = self.member_named(people.get("orderer"))
        rule = next(
            r
            for r in self.rules
            if self._applies(r, location, orderer) and holds(r.conditions, facts)
        )
        if location is None and orderer is not None:
            location = orderer.location
        closer = self.members.get(closer_id) if closer_id else None
        if (
            rule.assignee == Assignee.CLOSER
            and closer
            and self._may_close(closer, facts, closer.role)
        ):
            return Decision(rule, self.queue_of(closer.role, location), closer, location, facts)
        named = self._named(rule, people, orderer)
        owner = next((one for one in named if one and self._may_close(one, facts, rule.role)), None)
        return Decision(rule, self.queue_of(rule.role, location), owner, location, facts)

    def queue_of(self, role: str, location: Location | None) -> Queue:
        """The role's queue at the location, else the practice's, else the fallback's."""
        at = location.pk if location else None
        fallback = self.rules[-1].role
        for key in ((role, at), (role, None), (fallback, at), (fallback, None)):
            if queue := self.queues.get(key):
                return queue
        return next(iter(self.queues.values()))

    def member_named(self, named: Mapping[str, Any] | None) -> Membership | None:
        """The active member whom a message names by id."""
        if not named or not named.get("id"):
            return None
        for assigner in (named.get("assigner", ""), ""):
            member = self.members.get(self.providers.get((named["id"], assigner)))  # type: ignore[arg-type]
            if member is not None:
                return member
        return None

    def _named(
        self, rule: Rule, people: Mapping[str, Any], orderer: Membership | None
    ) -> list[Membership | None]:
        """Whom the rule would have own it, first choice first."""
        if rule.assignee in (Assignee.ORDERER, Assignee.CLOSER):
            return [orderer]
        signer = self.member_named(people.get("signer"))
        if rule.assignee == Assignee.SIGNER:
            return [signer, orderer]
        if rule.assignee == Assignee.AUTHOR:
            return [self.member_named(people.get("author")), signer]
        return []

    def _may_close(self, member: Membership, facts: Mapping[str, Any], role: str) -> bool:
        """Whether they could finish it. What an assistant ordered is not so theirs to judge."""
        severity, category = facts.get("severity", ""), facts["category"]
        return bool(
            self.authority.may_close(
                member.roles, category=category, severity=severity, queue_role=role
            )
        )

    @staticmethod
    def _applies(rule: Rule, location: Location | None, orderer: Membership | None) -> bool:
        if rule.scope == RuleScope.PRACTICE:
            return True
        at: dict[str, str] = {
            RuleScope.LOCATION: str(location.pk) if location else "",
            RuleScope.PROVIDER: str(orderer.pk) if orderer else "",
            RuleScope.SPECIALTY: orderer.specialty if orderer else "",
        }
        return bool(rule.scope_value) and at[rule.scope] == rule.scope_value


def load(*, now: datetime) -> Rulebook:
    """The rules in effect now.

    Raises:
        NoRules: nothing was ever published.
    """
    in_effect = RuleSet.objects.filter(status=RuleSet.Status.PUBLISHED, effective_at__lte=now)
    rule_set = in_effect.order_by("-effective_at", "-version").first()
    if rule_set is None:
        raise NoRules("No rule set is in effect. Install the starter pack or publish one.")
    rules = sorted(
        Rule.objects.filter(rule_set=rule_set),
        key=lambda rule: (rule.is_fallback, PRECEDENCE.index(RuleScope(rule.scope)), rule.position),
    )
    return Rulebook(
        rule_set=rule_set,
        rules=rules,
        queues={(queue.role, queue.location_id): queue for queue in Queue.objects.order_by("pk")},
        members={
            m.pk: m for m in Membership.objects.filter(is_active=True).select_related("location")
        },
        providers={
            (row.value, row.assigner): row.membership_id for row in ProviderIdentifier.objects.all()
        },
        locations={
            code: site for site in Location.objects.all() for code in (site.name, *site.codes)
        },
        listed=_listed(),
        authority=authority.load(now=now),
    )


def _listed() -> dict[str, frozenset[str]]:
    """The codes of each list of the practice."""
    listed: dict[str, set[str]] = defaultdict(set)
    for row in ListedCode.objects.all():
        listed[row.list].add(row.code)
    return {name: frozenset(codes) for name, codes in listed.items()}


LAST_VALUES = """
SELECT own.patient_id, own.item_id, own.code, earlier.number FROM charts_resultvalue own
CROSS JOIN LATERAL (
  SELECT v.number, v.observed_at FROM charts_resultvalue v
  WHERE v.practice_id = own.practice_id AND v.patient_id = own.patient_id AND v.code = own.code
    AND v.observed_at <= own.observed_at
    AND (v.observed_at, v.item_id) < (own.observed_at, own.item_id) AND v.number IS NOT NULL
  ORDER BY v.observed_at DESC LIMIT 1) earlier
WHERE own.practice_id = %s AND own.item_id = ANY(%s::uuid[])
ORDER BY earlier.observed_at
"""
"""One probe of one index a value: a join would be planned by statistics, and those are old just
when much has come. Of two values of one code, the newest earlier one stands last."""


FOLLOWERS = """
SELECT DISTINCT later.item_id FROM charts_resultvalue mine
CROSS JOIN LATERAL (
  SELECT v.item_id FROM charts_resultvalue v
  WHERE v.practice_id = mine.practice_id AND v.patient_id = mine.patient_id AND v.code = mine.code
    AND v.observed_at > mine.observed_at AND v.item_id <> mine.item_id AND v.number IS NOT NULL
  ORDER BY v.observed_at LIMIT 1) later
WHERE mine.practice_id = %s AND mine.item_id = ANY(%s::uuid[])
"""


def followers(item_ids: Iterable[UUID]) -> list[UUID]:
    """The results that come next after these, by when they were taken: these are what they changed
    from, though they may have come first."""
    asked = list(item_ids)
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(FOLLOWERS, [scope.current(), asked])
        return [row[0] for row in cursor.fetchall()]


def background(book: Rulebook, items: Iterable[tuple[ChartItem, Patient]]) -> Background:
    """What the facts of these items need beside them, in two statements."""
    results = [(patient.pk, item.pk) for item, patient in items if item.kind == ItemKind.RESULT]
    if not results:
        return Background(book.listed)
    codes: dict[UUID, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in PatientCode.objects.filter(patient_id__in={patient for patient, _ in results}):
        codes[row.patient_id][row.list].add(row.code)
    with connection.cursor() as cursor:
        cursor.execute(LAST_VALUES, [scope.current(), [item_id for _, item_id in results]])
        last = {(patient, item, code): number for patient, item, code, number in cursor.fetchall()}
    held = {
        patient: {of: frozenset(c) for of, c in lists.items()} for patient, lists in codes.items()
    }
    return Background(book.listed, held, last)
