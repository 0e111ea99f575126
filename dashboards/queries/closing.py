"""Who may close what, from the same tables that decide it; and why I cannot."""

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.permissions import MAY, Operation, may
from accounts.roles import Role
from charts.values import Severity
from dashboards.queries.desk import Desk
from dashboards.rows.duty import ClosingPage, ClosingRow
from dashboards.words import later
from routing.categories import Category
from routing.friction import Cell, cell_of, closing
from routing.models import CodeList, ListedCode

RESULT = Category.RESULT_REVIEW
CLINICIANS_QUEUE, ASSISTANTS_QUEUE = Role.NURSE, Role.MEDICAL_ASSISTANT

RESULTS = (
    (later("Critical result"), Severity.CRITICAL, CLINICIANS_QUEUE),
    (later("Abnormal result"), Severity.ABNORMAL, CLINICIANS_QUEUE),
    (later("Result that nobody graded"), "", CLINICIANS_QUEUE),
    (later("Normal result, in a clinicians' queue"), Severity.NORMAL, CLINICIANS_QUEUE),
    (later("Normal result that the rules delegate"), Severity.NORMAL, ASSISTANTS_QUEUE),
)
"""A result by its severity and the role of its queue."""


def page(desk: Desk) -> ClosingPage:
    """Each kind of work by each role."""
    held, mine = held_roles(), may(desk.member.roles, Operation.DELEGATE)
    results = tuple(
        _row(label, desk, held, severity=severity, queue_role=role)
        for label, severity, role in RESULTS
    )
    return ClosingPage(
        roles=tuple((role.label, role in desk.member.roles) for role in Role),
        groups=((_("Results"), results), (_("Other work"), tuple(_others(desk, held)))),
        delegated=tuple(
            (one.display or one.code, one.protocol)
            for one in ListedCode.objects.filter(list=CodeList.DELEGABLE_RESULT).order_by("display")
        ),
        may_change=mine.allowed, why_not=mine.reason,
    )  # fmt: skip


def held_roles() -> frozenset[str]:
    """The roles that somebody who works here holds."""
    rows = Membership.objects.filter(is_active=True).values_list("roles", flat=True)
    return frozenset(role for roles in rows for role in roles)


def _others(desk: Desk, held: Collection[str]) -> Iterator[ClosingRow]:
    for category in Category:
        if category != RESULT:
            yield _row(category.label, desk, held, category=category)
    yield _row(_("Any of it, once it is critical"), desk, held,
               category=Category.REFERRAL, severity=Severity.CRITICAL)  # fmt: skip


def _row(
    work: str, desk: Desk, held: Collection[str], *, category: str = RESULT, severity: str = "",
    queue_role: str = ASSISTANTS_QUEUE,
) -> ClosingRow:  # fmt: skip
    mine = desk.authority.may_close(
        desk.member.roles, category=category, severity=severity, queue_role=queue_role
    )
    cell = cell_of(category, severity, queue_role)
    allowed = desk.authority.closers(cell) if cell else MAY[closing(category, severity, queue_role)]
    is_mine = cell is not None and bool(may(desk.member.roles, Operation.DELEGATE))
    return ClosingRow(
        work=work, allowed=tuple(role in allowed for role in Role),
        who=listed(allowed), mine=mine.allowed, why_not=mine.reason,
        notes=(*_notes(desk, cell), *_nobody(allowed, held)),
        change_url=reverse("dashboards:delegation", args=[cell.slug]) if is_mine and cell else "",
    )  # fmt: skip


def listed(roles: Collection[str]) -> str:
    """`Physician, Nurse`: in the order of every list of roles."""
    return ", ".join(role.label for role in Role if role in roles)


def _nobody(allowed: Collection[str], held: Collection[str]) -> Iterator[str]:
    if not any(role in held for role in allowed):
        yield _("Nobody who works here may close this.")


def _notes(desk: Desk, cell: Cell | None) -> Iterator[str]:
    """By whose word it is so, and what will be otherwise from when."""
    if cell is None:
        return
    version = desk.authority.holding(cell)
    if version is not None:
        yield _("By the word of %(name)s.") % {"name": version.delegated_by.name}
    for at in desk.authority.changes(cell)[:1]:
        if desk.authority.closers(cell, at=at) != desk.authority.closers(cell):
            yield _("From %(day)s: %(roles)s.") % {
                "day": desk.authority.day(at),
                "roles": listed(desk.authority.closers(cell, at=at)),
            }
