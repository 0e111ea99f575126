"""What somebody who leaves still has, as a list that ends."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from accounts.models import Membership
from dashboards.queries.desk import Desk
from dashboards.rows import Choice
from dashboards.rows.duty import LeavingPage, LeavingStep
from dashboards.words import later
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
    return tuple(
        LeavingStep(
            label=label, code=code, url=f"{staff}#{part}" if part else "",
            left=_left(what, getattr(held, what)),
        )
        for what, code, part, label in STEPS
    )  # fmt: skip


STEPS = (
    ("tasks", "tasks", "", later("Open tasks are somebody else's")),
    ("turns", "turns", "rota", later("Nobody waits for their turn on call")),
    ("stands_in", "overrides", "rota", later("They stand in for nobody on call")),
    ("covers", "covers", "absences", later("They cover nobody's absence")),
    ("queues", "queues", "", later("They answer for no queue")),
    ("rungs", "rungs", "", later("No ladder pages them by name")),
)
"""What is held, the code of its step, where it is let go of, and what is true then."""

LEFT = {
    "tasks": ngettext_lazy("%(count)s open task left", "%(count)s open tasks left", "count"),
    "turns": ngettext_lazy("%(count)s rotation left", "%(count)s rotations left", "count"),
    "stands_in": ngettext_lazy("%(count)s override left", "%(count)s overrides left", "count"),
    "covers": ngettext_lazy("%(count)s absence left", "%(count)s absences left", "count"),
    "queues": ngettext_lazy("%(count)s queue left", "%(count)s queues left", "count"),
    "rungs": ngettext_lazy("%(count)s rung left", "%(count)s rungs left", "count"),
}


def _left(what: str, number: int) -> str:
    return LEFT[what] % {"count": number} if number else ""


def _covered(gone: Absence | None) -> str:
    if gone is None:
        return ""
    if gone.cover is None:
        return _("What was theirs goes back to its queues, and what comes stays there.")
    return _("%(name)s takes what was theirs, and what comes.") % {"name": gone.cover.name}


def _choice(member: Membership) -> Choice:
    return Choice(value=str(member.pk), label=f"{member.name}, {member.role.label}")
