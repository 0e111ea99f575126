"""What somebody who leaves still has, as a list that ends."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.rows import Choice
from dashboards.rows.duty import LeavingPage, LeavingStep
from escalation.models import Absence
from escalation.operations import Holds, holds
from escalation.standins import stand_ins


def find(member_id: UUID) -> Membership | None:
    """Somebody who works here."""
    return Membership.objects.filter(pk=member_id, is_active=True).first()


def page(member: Membership, desk: Desk) -> LeavingPage:
    """The list for one member."""
    held = holds(member.pk, now=desk.now)
    for_good = Absence.objects.running(desk.now).filter(member=member, ends_at__isnull=True)
    gone = for_good.select_related("cover").first()
    others = Membership.objects.filter(is_active=True).exclude(pk=member.pk).order_by("name")
    return LeavingPage(
        id=str(member.pk), name=member.name, role=member.role.label, steps=_steps(held),
        is_done=not held.anything, covered=_covered(gone),
        choices=tuple(_choice(one) for one in stand_ins(member, desk.now, None)),
        colleagues=tuple(_choice(one) for one in others),
    )  # fmt: skip


def _steps(held: Holds) -> tuple[LeavingStep, ...]:
    staff = reverse("dashboards:staff")
    return (
        LeavingStep(
            label=_("Open tasks are somebody else's"),
            code="tasks",
            left=_left("%(count)s open task left", "%(count)s open tasks left", held.tasks),
        ),
        LeavingStep(
            label=_("Nobody waits for their turn on call"),
            code="turns",
            url=f"{staff}#rota",
            left=_left("%(count)s rotation left", "%(count)s rotations left", held.turns),
        ),
        LeavingStep(
            label=_("They stand in for nobody on call"),
            code="overrides",
            url=f"{staff}#rota",
            left=_left("%(count)s override left", "%(count)s overrides left", held.stands_in),
        ),
        LeavingStep(
            label=_("They cover nobody's absence"),
            code="covers",
            url=f"{staff}#absences",
            left=_left("%(count)s absence left", "%(count)s absences left", held.covers),
        ),
        LeavingStep(
            label=_("They answer for no queue"),
            code="queues",
            left=_left("%(count)s queue left", "%(count)s queues left", held.queues),
        ),
        LeavingStep(
            label=_("No ladder pages them by name"),
            code="rungs",
            left=_left("%(count)s rung left", "%(count)s rungs left", held.rungs),
        ),
    )


def _left(one: str, many: str, number: int) -> str:
    return words.plural(one, many, number) if number else ""


def _covered(gone: Absence | None) -> str:
    if gone is None:
        return ""
    if gone.cover is None:
        return _("What was theirs goes back to its queues, and what comes stays there.")
    return _("%(name)s takes what was theirs, and what comes.") % {"name": gone.cover.name}


def _choice(member: Membership) -> Choice:
    return Choice(value=str(member.pk), label=f"{member.name}, {member.role.label}")
