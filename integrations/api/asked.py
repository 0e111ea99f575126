"""What callers send: typed, bounded, nothing unknown."""

from typing import Any

from rest_framework import serializers

from charts.values import Severity
from routing.categories import CHOICES as CATEGORIES
from routing.models import NOT_CHOSEN, Outcome
from routing.states import TaskStatus

NO_SUCH_NAME = "There is no such name."
MOST = 200
USUAL = 50

OUTCOMES = [choice for choice in Outcome.choices if choice[0] not in NOT_CHOSEN]


class Asked(serializers.Serializer[Any]):
    """Refuses names that it does not know: a misspelt filter must not read as no filter."""

    def to_internal_value(self, data: Any) -> Any:
        """The values, typed.

        Raises:
            ValidationError: a name or a value cannot be used.
        """
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError({name: [NO_SUCH_NAME] for name in unknown[:10]})
        return super().to_internal_value(data)


class TaskFilter(Asked):
    """Which tasks, and from where on. Without `status` the open ones."""

    status = serializers.MultipleChoiceField(choices=TaskStatus.choices, required=False)
    category = serializers.MultipleChoiceField(choices=CATEGORIES, required=False)
    severity = serializers.MultipleChoiceField(
        choices=[(one.value, one.value) for one in Severity], required=False
    )
    queue = serializers.UUIDField(required=False)
    owner = serializers.UUIDField(required=False)
    unowned = serializers.BooleanField(
        required=False, default=False, help_text="Only tasks that nobody owns yet."
    )
    limit = serializers.IntegerField(required=False, default=USUAL, min_value=1, max_value=MOST)
    cursor = serializers.CharField(
        required=False, max_length=400, help_text="`next_cursor` of the page before."
    )


class TaskSearch(TaskFilter):
    """As TaskFilter; the patient is named in the body, for addresses end in logs."""

    mrn = serializers.CharField(max_length=120, help_text="An identifier of the patient.")
    assigner = serializers.CharField(
        required=False, max_length=120, allow_blank=True,
        help_text="Who gave the identifier (PID-3.4, Identifier.system); without it any.",
    )  # fmt: skip


class Verb(Asked):
    """What every verb needs: the member on whose behalf the key works. Their role decides."""

    member = serializers.UUIDField(help_text="An active member of the practice (`GET /members`).")


class Claim(Verb):
    take_over = serializers.BooleanField(
        default=False, help_text="Take the task although another member's lease runs."
    )


class Hold(Verb):
    reason = serializers.CharField(max_length=120, help_text="What the task waits for.")
    recheck_date = serializers.DateField(
        help_text="The day to look again; not past, and not after the task's close-by."
    )


class Assign(Verb):
    to = serializers.UUIDField(required=False, allow_null=True, help_text="The member who gets it.")
    queue = serializers.UUIDField(
        required=False, allow_null=True, help_text="The queue it moves to; alone: back to the pool."
    )
    reason = serializers.CharField(required=False, max_length=250, allow_blank=True, default="")


class Complete(Verb):
    outcome = serializers.ChoiceField(OUTCOMES, default=Outcome.DONE)
    told = serializers.CharField(
        required=False, max_length=120, allow_blank=True, default="",
        help_text="Who was told of a critical result; required for one.",
    )  # fmt: skip
    told_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default=None,
        help_text="When; required for a critical one.",
    )


class Reopen(Verb):
    reason = serializers.CharField(max_length=250, help_text="Why the task is opened again.")
