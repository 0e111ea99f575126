"""Targets and ladders of a version as sentences, and what stands in the way of publishing it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.roles import CHOICES as ROLES
from charts.values import Priority
from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.queries.hours import tabs, why_not
from dashboards.rows.hours import (
    LadderCard,
    Options,
    PolicyPage,
    RungLine,
    TargetLine,
    VersionLine,
)
from dashboards.rows.task import Choice
from dashboards.words import later
from escalation import phrases, policies
from escalation.faults import Fault, faults_of
from escalation.models import Ladder, LadderStep, Policy, Rotation, Target
from routing.categories import CHOICES as CATEGORIES
from routing.models import Queue
from tenants.models import Location

Listed = tuple[Choice, ...]

STATUS = {"draft": later("Draft"), "published": later("In force"), "retired": later("Replaced")}


def in_force(now: datetime) -> Policy | None:
    """The version that new work is measured by."""
    return policies.in_force(Policy.objects.exclude(status=Policy.Status.DRAFT), now=now)


def draft() -> Policy | None:
    """The open draft of the next version."""
    return Policy.objects.filter(status=Policy.Status.DRAFT).order_by("-version").first()


def page(desk: Desk, policy: Policy) -> PolicyPage:
    """One version, as its sentences."""
    is_draft = policy.status == Policy.Status.DRAFT
    faults = faults_of(policy, now=desk.now) if is_draft else []
    targets = _targets(policy)
    return PolicyPage(
        tabs=tabs("draft" if is_draft else "policy"), version=policy.version,
        says=_says(policy, desk),
        targets=tuple(_line(one, faults) for one in targets),
        ladders=tuple(_ladders(policy, targets, faults)), why_not=why_not(desk),
        is_draft=is_draft, draft="" if is_draft else _open_draft(),
        faults=tuple(fault.sentence for fault in faults),
    )  # fmt: skip


def _targets(policy: Policy) -> list[Target]:
    rows = Target.objects.filter(policy=policy).select_related("queue", "ladder")
    return sorted(rows, key=lambda one: (*(not part for part in one.weight()), one.category))


def _says(policy: Policy, desk: Desk) -> str:
    if policy.status == Policy.Status.DRAFT:
        return _("Begun by %(author)s. It holds for nothing before it is published.") % {
            "author": policy.author
        }
    since = words.at_words(policy.effective_at, zone=desk.zone, now=desk.now) if (
        policy.effective_at) else "never"  # fmt: skip
    return _("In force since %(since)s, approved by %(approver)s.") % {
        "since": since,
        "approver": policy.clinical_approver,
    }


def _open_draft() -> str:
    found = draft()
    return (
        _("Version %(version)s is being drafted by %(author)s.")
        % {"version": found.version, "author": found.author}
        if found
        else ""
    )


def _line(target: Target, faults: Sequence[Fault]) -> TargetLine:
    says = phrases.target_words(target)
    hold = (
        _("Counting rests while it is on hold.") if target.pauses else _("Counts on while on hold.")
    )
    if target.lapse_minutes:
        hold += _(" An acknowledgement holds %(minutes)s.") % {
            "minutes": phrases.minutes(target.lapse_minutes)
        }
    return TargetLine(
        id=target.pk, scope=phrases.scope_words(target), says=f"{says[0].upper()}{says[1:]}",
        hold=hold, ladder=target.ladder.name, is_critical=target.priority == Priority.STAT,
        is_at_fault=any(fault.target_id == target.pk for fault in faults),
    )  # fmt: skip


def _ladders(
    policy: Policy, targets: Sequence[Target], faults: Sequence[Fault]
) -> list[LadderCard]:
    steps: dict[UUID, list[LadderStep]] = defaultdict(list)
    rows = LadderStep.objects.filter(ladder__policy=policy).order_by("position")
    for step in rows.select_related("member", "rotation", "queue"):
        steps[step.ladder_id].append(step)
    return [
        _ladder(one, steps[one.pk], targets, faults)
        for one in Ladder.objects.filter(policy=policy).order_by("name")
    ]


def _ladder(
    ladder: Ladder, steps: Sequence[LadderStep], targets: Sequence[Target], faults: Sequence[Fault]
) -> LadderCard:
    used = sum(target.ladder_id == ladder.pk for target in targets)
    return LadderCard(
        id=ladder.pk,
        name=ladder.name,
        is_used=bool(used),
        used_by=words.plural("Climbed by %(count)s target.", "Climbed by %(count)s targets.", used)
        if used
        else _("No target uses it."),
        rungs=tuple(
            RungLine(step.pk, at, phrases.rung_words(step), at == 1, at == len(steps))
            for at, step in enumerate(steps, start=1)
        ),
        faults=tuple(one.sentence for one in faults if one.ladder_id == ladder.pk),
    )


def versions(desk: Desk) -> tuple[VersionLine, ...]:
    """Every version, the newest first."""
    zone = ZoneInfo(str(desk.zone))
    counts: dict[UUID, int] = defaultdict(int)
    for policy_id in Target.objects.values_list("policy", flat=True):
        counts[policy_id] += 1
    current = in_force(desk.now)
    return tuple(
        VersionLine(
            one.version, _status(one, current, desk.now), one.author, one.clinical_approver,
            words.moment(one.effective_at, zone=zone, now=desk.now) if one.effective_at else None,
            one.note, words.plural("%(count)s target", "%(count)s targets", counts[one.pk]),
        )
        for one in Policy.objects.order_by("-version")
    )  # fmt: skip


def _status(policy: Policy, current: Policy | None, now: datetime) -> str:
    if policy == current:
        return STATUS["published"]
    if policy.effective_at is not None and policy.effective_at > now:
        return _("Begins later")
    return STATUS["draft" if policy.status == Policy.Status.DRAFT else "retired"]


def options(policy: Policy | None) -> Options:
    """What the forms of a draft, and of the tester, offer."""
    members = Membership.objects.filter(is_active=True).order_by("name")
    ladders = Ladder.objects.filter(policy=policy).order_by("name") if policy else ()
    return Options(
        categories=tuple(Choice(value=value, label=str(label)) for value, label in CATEGORIES),
        priorities=tuple(
            Choice(value=value, label=str(label)) for value, label in phrases.PRIORITIES.items()
        ),
        queues=_choices(Queue.objects.order_by("name")), ladders=_choices(ladders),
        locations=_choices(Location.objects.order_by("name")), members=_choices(members),
        rotations=_choices(Rotation.objects.filter(retired_at__isnull=True).order_by("name")),
        roles=tuple(Choice(value=value, label=str(label)) for value, label in ROLES),
    )  # fmt: skip


def _choices(rows: Iterable[Queue | Ladder | Location | Membership | Rotation]) -> Listed:
    return tuple(Choice(value=str(one.pk), label=one.name) for one in rows)
