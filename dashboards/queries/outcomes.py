"""The outcomes of results as this practice calls them, under the digits that never change."""

from dashboards.rows.outcomes import OutcomeRow
from routing.models import RESULT_OUTCOMES, OutcomeName, outcome_names


def rows() -> tuple[OutcomeRow, ...]:
    """Each with its digit, its name here and ours."""
    names, renamed = outcome_names(), set(OutcomeName.objects.values_list("outcome", flat=True))
    return tuple(
        OutcomeRow(
            code=outcome.value, digit=digit, name=names[outcome], ours=str(outcome.label),
            is_renamed=outcome.value in renamed,
        )
        for digit, outcome in enumerate(RESULT_OUTCOMES, start=1)
    )  # fmt: skip
