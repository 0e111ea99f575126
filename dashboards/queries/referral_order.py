"""Which referrals a list holds, and in which order: pages go by what the last row of one was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from dashboards.queries.desk import Desk
from dashboards.queries.referral_cohorts import behind
from dashboards.referral_lists import CLOSED, ReferralList
from referrals.models import Referral
from referrals.models.ordering import DUE, OVER, RANK, UNDERWAY
from referrals.states import Step, Turn


def narrowed(desk: Desk, at: ReferralList) -> QuerySet[Referral]:
    """The referrals of the list, in no order. Of a cohort it holds what is closed too, but as a
    board, whose columns are of what is not."""
    whole = UNDERWAY
    if at.state == CLOSED:
        whole = OVER
    elif at.sent and not at.view:
        whole = Q()
    clauses: dict[str, Q] = {
        "turn": Q(turn=at.turn), "step": _at_step(at.step), "specialty": Q(specialty=at.specialty),
        "urgency": Q(urgency=at.urgency), "loc": Q(location=at.loc or None),
        "payer": Q(payer__iexact=at.payer), "fate": Q(),
        "sent": Q(pk__in=behind(desk, at.sent, at.fate)) if at.sent else Q(),
        "late": Q(closed_at__isnull=True, expected_on__lt=desk.today), "state": Q(),
    }  # fmt: skip
    for name in at.given:
        whole &= clauses[name]
    return Referral.objects.filter(whole)


def _at_step(step: str) -> Q:
    if step == Step.ANSWERED:
        return Q(step=Step.ANSWERED) | Q(step=Step.CLOSED, turn=Turn.US)
    return Q(step=step)


@dataclass(frozen=True, slots=True)
class Order:
    """The columns that a list goes by, and how each is read from an address."""

    columns: tuple[str, ...]
    readers: tuple[Callable[[str], Any], ...]

    def place_of(self, last: Referral) -> str:
        """Where the next page begins, for its address."""
        values = [getattr(last, name.lstrip("-")) for name in self.columns]
        said = (one.isoformat() if isinstance(one, date) else str(one) for one in values)
        return "_".join(said)

    def beyond(self, text: str) -> Q | None:
        """Whatever comes after that place; None for what was not written by us."""
        parts = text.split("_")
        if len(parts) != len(self.columns):
            return None
        try:
            values = [read(part) for read, part in zip(self.readers, parts, strict=True)]
        except ValueError:
            return None
        return _after(self.columns, values)


def _after(columns: Sequence[str], values: Sequence[Any]) -> Q:
    found, same = Q(pk__in=[]), Q()
    for column, value in zip(columns, values, strict=True):
        name = column.lstrip("-")
        further = f"{name}__lt" if column.startswith("-") else f"{name}__gt"
        found |= same & Q(**{further: value})
        same &= Q(**{name: value})
    return found


def _aware(text: str) -> datetime:
    """An instant.

    Raises:
        ValueError: it is none, or of no zone.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant has a zone")
    return at


def _rank(text: str) -> int:
    return int(text[:2])


MOST_URGENT = Order(("rank", "due", "pk"), (_rank, date.fromisoformat, UUID))
"""Most urgent first, then the longest past its date."""
LAST_CLOSED = Order(("-closed_at", "-pk"), (_aware, UUID))


LAST_ORDERED = Order(("-ordered_at", "-pk"), (_aware, UUID))


def order_of(at: ReferralList) -> Order:
    """What is closed stands newest first, so does a cohort; what is not, most urgent first."""
    if at.state == CLOSED:
        return LAST_CLOSED
    return LAST_ORDERED if at.sent and not at.view else MOST_URGENT


def in_order(found: QuerySet[Referral], order: Order) -> QuerySet[Referral]:
    ranked: QuerySet[Referral] = found.annotate(rank=RANK, due=DUE).order_by(*order.columns)
    return ranked
