"""What callers get of referrals. A list names no patient; one referral does, audited."""

from typing import Any

from rest_framework import serializers

from charts.values import Priority
from integrations.api.answered import Named, PatientRow
from referrals.folding import COLUMNS
from referrals.models import Referral
from referrals.standing import PARTS
from referrals.states import VALUES, Axis, Step, Turn
from tenants.columns import choices


def _standing_on(axis: Axis) -> serializers.ChoiceField:
    """REST framework refuses a source that is called as its field."""
    words, column = choices(VALUES[axis]), COLUMNS[axis]
    if column == axis:
        return serializers.ChoiceField(words)
    return serializers.ChoiceField(words, source=column)


class StandingRow(serializers.Serializer[Referral]):
    """What stands on each axis, whatever the others say."""

    def get_fields(self) -> dict[str, Any]:
        """One for each axis."""
        return {axis.value: _standing_on(axis) for axis in Axis}


class ReferralRow(serializers.Serializer[Referral]):
    """A referral, without its patient's name and what it is about."""

    id = serializers.UUIDField(source="pk")
    version = serializers.IntegerField(help_text="Also the ETag: send it as If-Match with a verb.")
    number = serializers.SerializerMethodField(help_text="By which it is known for ever.")
    patient_id = serializers.UUIDField()
    item_id = serializers.UUIDField(allow_null=True, help_text="Its order, where a feed told one.")
    referrer = Named(allow_null=True)
    specialist_name = serializers.CharField()
    specialty = serializers.CharField()
    urgency = serializers.ChoiceField(choices(Priority))
    ordered_at = serializers.DateTimeField()
    expected_on = serializers.DateField(allow_null=True)
    stands = StandingRow(source="*")
    appointment_at = serializers.DateTimeField(allow_null=True)
    report_id = serializers.UUIDField(allow_null=True)
    step = serializers.ChoiceField(choices(Step))
    turn = serializers.ChoiceField(choices(Turn))
    missing = serializers.SerializerMethodField(
        help_text="Which parts of a whole loop are not known to be true."
    )
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_because = serializers.CharField()

    def get_number(self, referral: Referral) -> str:
        return referral.loop_key.partition("/")[2]

    def get_missing(self, referral: Referral) -> list[str]:
        return [
            part
            for part, (axis, good) in PARTS.items()
            if getattr(referral, COLUMNS[axis]) not in good
        ]


class FactRow(serializers.Serializer[Any]):
    """One thing that was told; the oldest telling first."""

    id = serializers.UUIDField(source="pk")
    axis = serializers.ChoiceField(choices(Axis))
    value = serializers.CharField()
    at = serializers.DateTimeField()
    told_at = serializers.DateTimeField()
    way = serializers.CharField(source="source", help_text="By which it was told.")
    actor = serializers.CharField(source="actor_name")
    member = Named(allow_null=True)
    item_id = serializers.UUIDField(allow_null=True)
    appointment_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.SerializerMethodField(help_text="Why a specialist declined.")
    held = serializers.CharField(
        help_text="Not empty: what stood when it was told would not let it follow."
    )
    undoes = serializers.UUIDField(source="undoes_id", allow_null=True)

    def get_reason(self, fact: Any) -> str:
        return str(fact.detail.get("reason", ""))


class RemarkRow(serializers.Serializer[Any]):
    """What the specialist asks, in their words."""

    text = serializers.CharField()
    at = serializers.DateTimeField()
    way = serializers.CharField(source="source", help_text="By which it was told.")


class InvitationRow(serializers.Serializer[Any]):
    """A link and a code by which the specialist can answer; never the secrets themselves."""

    id = serializers.UUIDField(source="pk")
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    locked_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class WorkRow(serializers.Serializer[Any]):
    """Work that the referral asked of a person."""

    id = serializers.UUIDField(source="pk")
    work = serializers.CharField()
    asked_at = serializers.DateTimeField()


class ReferralWhole(ReferralRow):
    """A referral with its patient, its question, and all that was told of it."""

    patient = PatientRow()
    reason = serializers.CharField()
    question = serializers.CharField()
    facts = FactRow(many=True, source="told")
    remarks = RemarkRow(many=True, source="asked_back")
    invitations = InvitationRow(many=True, source="invited")
    work = WorkRow(many=True, source="work_asked")


class ReferralPage(serializers.Serializer[Any]):
    referrals = ReferralRow(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="null on the last page.")


class InvitedRow(serializers.Serializer[Any]):
    """An invitation with its secrets, which are said once: a repeat has null for them."""

    id = serializers.UUIDField()
    version = serializers.IntegerField(help_text="Of the referral.")
    link = serializers.CharField(allow_null=True)
    code = serializers.CharField(allow_null=True)
    address = serializers.CharField(help_text="Where the code alone is typed.")
    expires_at = serializers.DateTimeField()
