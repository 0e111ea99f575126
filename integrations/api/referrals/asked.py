"""What callers send about referrals: typed, bounded, nothing unknown."""

from typing import Any

from rest_framework import serializers

from charts.values import Priority
from integrations.api.asked import MOST, USUAL, Asked, Verb
from referrals.saying import Declining
from referrals.specialties import Specialty
from referrals.states import VALUES, Answered, Axis, Closure, Source, Step, Turn
from tenants.columns import choices

TOLD = (Axis.TRANSMISSION, Axis.ACCEPTANCE, Axis.APPOINTMENT, Axis.ATTENDANCE, Axis.AUTHORIZATION)
"""Axes on which a fact is told as such; a report is matched, what people say of it has verbs."""
WAYS = (Source.STAFF, Source.FAX, Source.DIRECT, Source.PATIENT)
CLOSURES = [one for one in choices(Closure) if one[0] != Closure.REPORTED]
SAID = [one for one in choices(Answered) if one[0] != Answered.NOT_ASKED]
WHEN = "When it happened; without it now. Late facts are put in their order."


class ReferralReading(Asked):
    """On whose behalf is read."""

    member = serializers.UUIDField(
        required=False,
        help_text="An active member: of restricted charts those are shown that they may open.",
    )


class ReferralFilter(ReferralReading):
    """Which referrals, and from where on. Without `closed` all of them, the newest first."""

    closed = serializers.BooleanField(required=False, allow_null=True, default=None)
    turn = serializers.MultipleChoiceField(choices=choices(Turn), required=False)
    step = serializers.MultipleChoiceField(choices=choices(Step), required=False)
    specialty = serializers.MultipleChoiceField(choices=choices(Specialty), required=False)
    patient = serializers.UUIDField(required=False)
    limit = serializers.IntegerField(required=False, default=USUAL, min_value=1, max_value=MOST)
    cursor = serializers.CharField(
        required=False, max_length=400, help_text="`next_cursor` of the page before."
    )


class ReferralOpening(Verb):
    """A referral that no feed tells of."""

    number = serializers.CharField(
        max_length=120, help_text="That of its order, or one that names it for ever."
    )
    patient = serializers.UUIDField()
    ordered_at = serializers.DateTimeField()
    specialty = serializers.CharField(required=False, max_length=120, default="")
    specialist_name = serializers.CharField(required=False, max_length=200, default="")
    reason = serializers.CharField(required=False, max_length=250, default="")
    question = serializers.CharField(required=False, max_length=2000, default="")
    urgency = serializers.ChoiceField(choices(Priority), default=Priority.ROUTINE.value)
    expected_on = serializers.DateField(required=False, allow_null=True, default=None)


class ReferralTelling(Verb):
    """One fact on one axis."""

    axis = serializers.ChoiceField([(one.value, one.value) for one in TOLD])
    value = serializers.CharField(max_length=12, help_text="A word of the axis: docs/states.md.")
    at = serializers.DateTimeField(required=False, allow_null=True, default=None, help_text=WHEN)
    way = serializers.ChoiceField(
        [(one.value, one.value) for one in WAYS], default=Source.STAFF.value
    )
    reason = serializers.ChoiceField(
        choices(Declining), required=False, default="", help_text="Why a specialist declined."
    )
    key = serializers.CharField(
        required=False, max_length=80, default="",
        help_text="Names the occasion: told twice, it is one fact.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The value is one of its axis.

        Raises:
            ValidationError: it is not.
        """
        words = [value.value for value in VALUES[Axis(attrs["axis"])]]
        if attrs["value"] not in words:
            raise serializers.ValidationError({"value": [f"One of: {', '.join(words)}."]})
        return attrs


class ReferralBooking(Verb):
    """An appointment; another one takes the place of the one before."""

    appointment_at = serializers.DateTimeField()
    at = serializers.DateTimeField(required=False, allow_null=True, default=None, help_text=WHEN)


class ReferralClosing(Verb):
    because = serializers.ChoiceField(CLOSURES)


class ReferralReport(Verb):
    """A document of the same patient that answers, or does not answer, the referral."""

    report = serializers.UUIDField(help_text="Its item.")


class ReferralUndoing(Verb):
    fact = serializers.UUIDField()


class ReferralAnswering(Verb):
    answered = serializers.ChoiceField(SAID)


class InvitationRevoking(Verb):
    invitation = serializers.UUIDField()
