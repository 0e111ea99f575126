"""The checklists that a practice begins with, and what a checklist may say. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.permissions import Operation, Permission, PermissionRefused, may
from accounts.roles import Role
from charts.values import VisitType
from routing.categories import Category
from routing.models.checklist import ChartAnswer

C, T = ChartAnswer, VisitType
MOST_LINES = 20
LONGEST_WAIT = 14 * 24
"""Hours."""

ROLES = (
    Role.PHYSICIAN, Role.NURSE, Role.MEDICAL_ASSISTANT, Role.CARE_COORDINATOR,
    Role.PRACTICE_MANAGER,
)  # fmt: skip
"""Who may be asked for a line."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line as it is written, before it belongs to a version."""

    title: str
    role: Role
    answered_by: str = ""
    hours: int = 0


class ChecklistRefused(ValueError):
    """The checklist cannot be published; the text says what to mend."""


HOLDS_UP: Mapping[ChartAnswer, frozenset[Category]] = {
    C.NOTE_SIGNED: frozenset({Category.INCOMPLETE_NOTE, Category.MISSING_NOTE}),
    C.ORDERS_SIGNED: frozenset({Category.UNSIGNED_ORDER}),
    C.RESULTS_REVIEWED: frozenset({Category.RESULT_REVIEW, Category.OVERDUE_RESULT}),
    C.REFERRALS_SENT: frozenset({Category.REFERRAL}),
}
"""While one of these is open at the visit, the chart cannot say yes."""

NOTE = DraftLine(_("Note signed"), Role.PHYSICIAN, C.NOTE_SIGNED)
ORDERS = DraftLine(_("Orders signed"), Role.PHYSICIAN, C.ORDERS_SIGNED)
RESULTS = DraftLine(_("Results reviewed"), Role.PHYSICIAN, C.RESULTS_REVIEWED)
REFERRALS = DraftLine(_("Referrals sent"), Role.CARE_COORDINATOR, C.REFERRALS_SENT)
CHARGES = DraftLine(_("Charges dropped"), Role.PHYSICIAN, hours=48)
FOLLOW_UP = DraftLine(_("Follow-up booked"), Role.CARE_COORDINATOR, hours=24)


def _instructions(title: str) -> DraftLine:
    return DraftLine(title, Role.MEDICAL_ASSISTANT, hours=4)


STARTER: Mapping[VisitType, Sequence[DraftLine]] = {
    T.OFFICE: (
        NOTE, ORDERS, RESULTS, REFERRALS, _instructions(_("Patient instructions given")),
        FOLLOW_UP, CHARGES,
    ),
    T.TELEHEALTH: (
        NOTE, ORDERS, RESULTS, REFERRALS,
        DraftLine(_("Consent and location of the patient written down"), Role.MEDICAL_ASSISTANT),
        _instructions(_("Patient instructions sent")), FOLLOW_UP, CHARGES,
    ),
    T.WELLNESS: (
        NOTE, ORDERS, RESULTS, REFERRALS,
        DraftLine(
            _("Screenings and vaccines brought up to date"), Role.MEDICAL_ASSISTANT, hours=24
        ),
        _instructions(_("Prevention plan given")), FOLLOW_UP, CHARGES,
    ),
    T.PROCEDURE: (
        NOTE, ORDERS,
        DraftLine(_("Consent in the chart"), Role.NURSE),
        DraftLine(_("Specimens sent and logged"), Role.NURSE, hours=4),
        RESULTS, _instructions(_("Aftercare instructions given")), FOLLOW_UP, CHARGES,
    ),
    T.OTHER: (NOTE, ORDERS, RESULTS, REFERRALS, CHARGES),
}  # fmt: skip


def check(lines: Sequence[DraftLine]) -> None:
    """Refuse what nobody could work by.

    Raises:
        ChecklistRefused: the sentence says what to mend.
    """
    titles = [line.title.strip().casefold() for line in lines]
    if not titles or not all(titles):
        raise ChecklistRefused(gettext("A checklist has at least one line, and each line a name."))
    if len(lines) > MOST_LINES:
        raise ChecklistRefused(
            gettext("A checklist has at most {many} lines.").format(many=MOST_LINES)
        )
    if len(set(titles)) < len(titles):
        raise ChecklistRefused(gettext("Two lines have the same name. Name each once."))
    if any(line.role not in ROLES for line in lines):
        raise ChecklistRefused(gettext("A line is asked of a role that works with charts."))
    if any(not 0 <= line.hours <= LONGEST_WAIT for line in lines):
        raise ChecklistRefused(
            gettext("A line is asked for within {hours} hours of the visit.").format(
                hours=LONGEST_WAIT
            )
        )


def may_tick(roles: Collection[str], role: str) -> Permission:
    """Whether these roles may say that a line of this role is done: a physician's is theirs alone,
    any other is open to all who close charts."""
    if role == Role.PHYSICIAN and Role.PHYSICIAN not in roles:
        return Permission(allowed=False, reason=gettext("Only a physician can tick this line."))
    return may(roles, Operation.CLOSE_CHART)


def require_tick(roles: Collection[str], role: str) -> None:
    """Refuse where `may_tick` does.

    Raises:
        PermissionRefused: with the reason as its text.
    """
    permission = may_tick(roles, role)
    if not permission:
        raise PermissionRefused(permission.reason)
