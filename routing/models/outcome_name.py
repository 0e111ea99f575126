"""What a practice calls an outcome."""

from django.db import models

from routing.models.task import Outcome
from tenants.models import PracticeModel

RESULT_OUTCOMES = (
    Outcome.NORMAL_TOLD, Outcome.NORMAL_QUIET, Outcome.DISCUSSED,
    Outcome.FOLLOW_UP, Outcome.REFERRED, Outcome.REPEAT,
)  # fmt: skip
"""Under the digits 1 to 6, in this order for ever: fingers learn it."""


class OutcomeName(PracticeModel):
    """The practice's own words for one outcome, in place of ours."""

    outcome = models.CharField(
        max_length=20, choices=[(one.value, one.label) for one in RESULT_OUTCOMES]
    )
    name = models.CharField(max_length=60)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "outcome"], name="outcome_named_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=[one.value for one in RESULT_OUTCOMES]),
                name="named_outcome_known",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="outcome_has_a_name"),
        ]


def outcome_names() -> dict[str, str]:
    """What each outcome is called here."""
    ours = {outcome.value: str(outcome.label) for outcome in Outcome}
    return ours | dict(OutcomeName.objects.values_list("outcome", "name"))
