"""The same referrals as columns, one for each step, with how many and the oldest."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, F, Min, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from dashboards import referral_words as said
from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.queries.referral_frame import framed
from dashboards.queries.referral_order import MOST_URGENT, in_order, narrowed
from dashboards.queries.referral_rows import rows_of, step_of
from dashboards.referral_lists import ReferralList
from dashboards.rows.referral import BoardColumn, ReferralRow, ReferralTable
from referrals.models import Referral
from referrals.states import Step, Turn

STEPS = tuple(step for step in Step if step is not Step.CLOSED)
EACH = 12
"""Cards of a column; the others are in the table."""
COLUMN = Case(
    When(Q(step=Step.CLOSED, turn=Turn.US), then=Value(Step.ANSWERED.value)),
    default=F("step"), output_field=CharField(),
)  # fmt: skip


def board(desk: Desk, at: ReferralList) -> tuple[ReferralTable, list[UUID]]:
    """The columns, and whose names are on them."""
    found = narrowed(desk, at)
    first = [_ids(found.annotate(column=COLUMN).filter(column=step)) for step in STEPS]
    few = Referral.objects.filter(pk__in=first[0].union(*first[1:], all=True))
    shown = list(in_order(few, MOST_URGENT).select_related("patient"))
    rows = rows_of(desk, shown, back=at.back)
    counted = found.order_by().annotate(column=COLUMN).values("column")
    known = {
        row["column"]: (row["many"], row["oldest"])
        for row in counted.annotate(many=Count("pk"), oldest=Min("ordered_at"))
    }
    columns = []
    for step in STEPS:
        cards = tuple(row for row, one in zip(rows, shown, strict=True) if step_of(one) is step)
        columns.append(_column(desk, at, step, cards, *known.get(step, (0, None))))
    page = framed(desk, at, rows)
    return replace(page, columns=tuple(columns)), [one.patient_id for one in shown]


def _ids(found: QuerySet[Referral]) -> Any:
    """Of the cards of one column; read from the index alone."""
    return in_order(found, MOST_URGENT).values("pk")[:EACH]


def _column(
    desk: Desk, at: ReferralList, step: Step, cards: tuple[ReferralRow, ...], many: int,
    oldest: datetime | None,
) -> BoardColumn:  # fmt: skip
    left = many - len(cards)
    age = words.span((desk.now - oldest).total_seconds()) if oldest else ""
    return BoardColumn(
        title=said.STEPS[step], count=f"{many:,}", rows=cards,
        oldest=_("oldest %(span)s") % {"span": age} if age else "",
        more=words.plural("%(count)s more", "%(count)s more", left) if left else "",
        more_url=replace(at, step=step, view="").url() if left else "",
    )  # fmt: skip
