"""Which referrals a list holds, and in which order; the indexes of `Referral` are of these."""

from datetime import date

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

from charts.values import Priority
from referrals.states import Turn

NEVER = date(9999, 12, 31)
UNDERWAY = Q(closed_at__isnull=True) | Q(turn=Turn.US.value)
"""Open, or with a report that nobody has read."""
OVER = Q(closed_at__isnull=False) & ~Q(turn=Turn.US.value)
URGENT_FIRST = (Priority.STAT, Priority.ASAP, Priority.URGENT, Priority.ROUTINE)
RANK = Case(
    *(When(urgency=one.value, then=Value(rank)) for rank, one in enumerate(URGENT_FIRST)),
    default=Value(len(URGENT_FIRST)), output_field=IntegerField(),
)  # fmt: skip
DUE = Coalesce(F("expected_on"), Value(NEVER))
"""The day by which its report should be here."""
