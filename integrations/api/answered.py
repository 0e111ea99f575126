"""What callers get. A list names no patient; one task does, and that it was read is audited."""

from typing import Any

from rest_framework import serializers

from charts.models import ChartItem
from charts.values import Priority
from routing.categories import CHOICES as CATEGORIES
from routing.models import Channel, Task
from routing.states import Move, TaskStatus

PRIORITIES = [(priority.value, priority.value) for priority in Priority]


class Named(serializers.Serializer[Any]):
    """A member or a queue, by id and name."""

    id = serializers.UUIDField(source="pk")
    name = serializers.CharField()


class QueueRow(Named):
    role = serializers.CharField()
    location = serializers.CharField(source="location.name", default=None, allow_null=True)


class MemberRow(Named):
    roles = serializers.ListField(child=serializers.CharField())
    specialty = serializers.CharField()
    provider_ids = serializers.SerializerMethodField(help_text="How messages name this member.")

    def get_provider_ids(self, member: Any) -> list[str]:
        return sorted(known.value for known in member.identifiers.all())


class QueueList(serializers.Serializer[Any]):
    queues = QueueRow(many=True)


class MemberList(serializers.Serializer[Any]):
    members = MemberRow(many=True)


class TaskRow(serializers.Serializer[Task]):
    """A task, without its patient's name."""

    id = serializers.UUIDField(source="pk")
    version = serializers.IntegerField(help_text="Also the ETag: send it as If-Match with a verb.")
    category = serializers.ChoiceField(CATEGORIES)
    title = serializers.CharField()
    status = serializers.ChoiceField(TaskStatus.choices)
    status_reason = serializers.CharField()
    priority = serializers.ChoiceField(PRIORITIES)
    severity = serializers.SerializerMethodField()
    queue = Named()
    owner = Named(allow_null=True)
    claimed_by = Named(allow_null=True)
    claimed_until = serializers.DateTimeField(allow_null=True)
    patient_id = serializers.UUIDField(allow_null=True)
    item_id = serializers.UUIDField(allow_null=True)
    message_id = serializers.UUIDField(allow_null=True)
    authored_at = serializers.DateTimeField()
    issued_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    recheck_date = serializers.DateField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = Named(allow_null=True)
    outcome = serializers.CharField(
        allow_null=True, help_text="What the closing person did; source-closed: the EHR closed it."
    )

    def get_severity(self, task: Task) -> str | None:
        return task.severity or None

    def to_representation(self, task: Task) -> Any:
        """Empty outcomes and severities are null, not a code that no list has."""
        shown = super().to_representation(task)
        shown["outcome"] = shown["outcome"] or None
        return shown


class PatientIdentifierRow(serializers.Serializer[Any]):
    value = serializers.CharField()
    assigner = serializers.CharField()
    type = serializers.CharField()


class PatientRow(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="pk")
    family = serializers.CharField()
    given = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)
    sex = serializers.CharField()
    identifiers = PatientIdentifierRow(many=True)


class ValueRow(serializers.Serializer[Any]):
    """One value of a result."""

    code = serializers.CharField()
    display = serializers.CharField()
    value = serializers.CharField()
    units = serializers.CharField()
    range = serializers.CharField()
    flags = serializers.ListField(child=serializers.CharField())
    severity = serializers.CharField(help_text="Empty: carries no result.")
    status = serializers.CharField()
    withdrawn = serializers.BooleanField()


class ItemRow(serializers.Serializer[ChartItem]):
    """What keeps the chart open."""

    id = serializers.UUIDField(source="pk")
    kind = serializers.CharField()
    status = serializers.CharField()
    code = serializers.CharField()
    code_system = serializers.CharField()
    title = serializers.CharField()
    placer = serializers.CharField()
    filler = serializers.CharField()
    issued_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    observations = ValueRow(many=True)


class DecisionRow(serializers.Serializer[Any]):
    """Which rule sent the task where, on which facts; the newest first."""

    at = serializers.DateTimeField()
    rule = serializers.CharField(source="rule.name")
    rule_set_version = serializers.IntegerField(source="rule_set.version")
    queue = Named()
    owner = Named(allow_null=True)
    facts = serializers.DictField()
    message_id = serializers.UUIDField(allow_null=True)


class CommunicationRow(serializers.Serializer[Any]):
    """That the patient was told, or was not reached; what was taken back is left out."""

    channel = serializers.ChoiceField(Channel.choices)
    reached = serializers.BooleanField()
    at = serializers.DateTimeField(help_text="When they were told, or when it was tried.")
    recorded_at = serializers.DateTimeField()
    by = serializers.CharField(source="by_name")


class MoveRow(serializers.Serializer[Any]):
    """One move of the task; the oldest first."""

    version = serializers.IntegerField()
    move = serializers.ChoiceField(Move.choices)
    before = serializers.CharField()
    after = serializers.CharField()
    at = serializers.DateTimeField()
    actor = serializers.CharField(source="actor_name")
    member = Named(allow_null=True)
    queue = Named()
    owner = Named(allow_null=True)
    reason = serializers.CharField()


class TaskWhole(TaskRow):
    """A task with its patient, its item, why it is where it is, and what was done to it."""

    patient = PatientRow(allow_null=True)
    item = ItemRow(allow_null=True)
    decisions = DecisionRow(many=True)
    history = MoveRow(many=True, source="transitions")
    informed = CommunicationRow(
        many=True, help_text="Whether the patient knows: apart from whether the task is done."
    )


class TaskPage(serializers.Serializer[Any]):
    tasks = TaskRow(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="null on the last page.")


class ProblemRow(serializers.Serializer[Any]):
    """problem+json (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
