"""Who may close what, from the same tables that decide it; and why I cannot."""

from collections.abc import Iterator

from accounts.permissions import MAY, Operation, may
from accounts.roles import Role
from charts.values import Severity
from dashboards.queries.desk import Desk
from dashboards.rows.duty import ClosingPage, ClosingRow
from routing.categories import Category
from routing.friction import closing
from routing.models import CodeList, ListedCode

RESULT = Category.RESULT_REVIEW
CLINICIANS_QUEUE, ASSISTANTS_QUEUE = Role.NURSE, Role.MEDICAL_ASSISTANT

RESULTS = (
    ("Critical result", Severity.CRITICAL, CLINICIANS_QUEUE),
    ("Abnormal result", Severity.ABNORMAL, CLINICIANS_QUEUE),
    ("Result that nobody graded", "", CLINICIANS_QUEUE),
    ("Normal result, in a clinicians' queue", Severity.NORMAL, CLINICIANS_QUEUE),
    ("Normal result that the rules delegate", Severity.NORMAL, ASSISTANTS_QUEUE),
)
"""A result by its severity and the role of its queue."""


def page(desk: Desk) -> ClosingPage:
    """Each kind of work by each role."""
    results = tuple(
        _row(label, closing(RESULT, severity, role), desk) for label, severity, role in RESULTS
    )
    return ClosingPage(
        roles=tuple((role.label, role in desk.member.roles) for role in Role),
        groups=(("Results", results), ("Other work", tuple(_others(desk)))),
        delegated=tuple(
            (one.display or one.code, one.protocol)
            for one in ListedCode.objects.filter(list=CodeList.DELEGABLE_RESULT).order_by("display")
        ),
    )


def _others(desk: Desk) -> Iterator[ClosingRow]:
    for category in Category:
        if category != RESULT:
            operation = closing(category, "", ASSISTANTS_QUEUE)
            yield _row(category.label, operation, desk)
    yield _row("Any of it, once it is critical",
               closing(Category.REFERRAL, Severity.CRITICAL, ASSISTANTS_QUEUE), desk)  # fmt: skip


def _row(work: str, operation: Operation, desk: Desk) -> ClosingRow:
    mine = may(desk.member.roles, operation)
    allowed = MAY[operation]
    return ClosingRow(
        work=work, allowed=tuple(role in allowed for role in Role),
        who=", ".join(role.label for role in Role if role in allowed),
        mine=mine.allowed, why_not=mine.reason,
    )  # fmt: skip
