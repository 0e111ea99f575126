"""A patient sent to another clinician, and what is true of it by now."""

from enum import StrEnum
from typing import Any

from django.db import models

from accounts.models import Membership
from charts.models import ChartItem, Patient
from charts.values import Priority
from referrals.models.ordering import DUE, OVER, RANK, UNDERWAY
from referrals.specialties import Specialty
from referrals.states import (
    Acceptance,
    Answered,
    Appointment,
    Attendance,
    Authorization,
    Closure,
    PatientTold,
    Report,
    Step,
    Transmission,
    Turn,
)
from tenants.columns import choices, known
from tenants.models import Location, PracticeForeignKey, PracticeModel


def axis(values: type[StrEnum]) -> Any:
    """What stands on one axis."""
    first = next(iter(values)).value
    return models.CharField(max_length=12, choices=choices(values), default=first)


class Referral(PracticeModel):
    """One loop that leaves the building (FHIR ServiceRequest with its coordination Task).

    The axes are the fold of its facts (`referrals.standing`); `step` and `turn` are derived from
    them. Closed is never deleted: order and receipt both stay.
    """

    item = PracticeForeignKey(ChartItem, null=True, related_name="+")
    """The order in the EHR; None of one opened by hand or from a list that the EHR has not told."""
    patient = PracticeForeignKey(Patient, related_name="referrals")
    location = PracticeForeignKey(Location, null=True, related_name="+")
    referrer = PracticeForeignKey(Membership, null=True, related_name="referrals")
    referrer_name = models.CharField(max_length=120, blank=True)
    """As the order names them."""
    specialist_name = models.CharField(max_length=200, blank=True)
    """Whom the order names."""
    specialist = PracticeForeignKey("Specialist", null=True, related_name="referrals")
    """Whom of the directory it goes to."""
    insurance = models.CharField(max_length=250, blank=True)
    """Payer, plan and member number, as somebody here wrote them down."""
    payer = models.CharField(max_length=120, blank=True)
    """As somebody here wrote them down with it, else as the order says."""
    specialty = models.CharField(max_length=20, choices=choices(Specialty), blank=True)
    reason = models.CharField(max_length=250, blank=True)
    question = models.TextField(blank=True)
    """What the referrer wants to know."""
    urgency = models.CharField(max_length=10, choices=choices(Priority), default=Priority.ROUTINE)
    loop_key = models.CharField(max_length=340)
    """Source and number: whoever tells of the same one again tells of this row."""
    ordered_at = models.DateTimeField()
    expected_on = models.DateField(null=True)
    """By when the report should be here."""
    transmission = axis(Transmission)
    acceptance = axis(Acceptance)
    appointment = axis(Appointment)
    appointment_at = models.DateTimeField(null=True)
    attendance = axis(Attendance)
    report_state = axis(Report)
    report = PracticeForeignKey(ChartItem, null=True, related_name="+")
    """The report that stands."""
    question_answered = axis(Answered)
    patient_told = axis(PatientTold)
    patient_told_at = models.DateTimeField(null=True)
    authorization = axis(Authorization)
    chased_since = models.DateTimeField(null=True)
    """When a cadence looked at it first; None: none has."""
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=20, choices=choices(Closure), blank=True)
    step = models.CharField(max_length=10, choices=choices(Step), default=Step.ORDERED)
    turn = models.CharField(max_length=10, choices=choices(Turn), default=Turn.US)
    version = models.PositiveIntegerField(default=0)
    """Counts what was told; a form says which one it was filled in for."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "loop_key"], name="referral_once"),
            models.UniqueConstraint(
                fields=["practice", "item"],
                condition=models.Q(item__isnull=False),
                name="one_referral_an_item",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_because="")
                | models.Q(closed_at__isnull=False) & ~models.Q(closed_because=""),
                name="referral_closed_with_its_reason",
            ),
            known("specialty", Specialty, name="referral_specialty_known", blank=True),
            known("urgency", Priority, name="referral_urgency_known"),
            known("transmission", Transmission, name="referral_transmission_known"),
            known("acceptance", Acceptance, name="referral_acceptance_known"),
            known("appointment", Appointment, name="referral_appointment_known"),
            known("attendance", Attendance, name="referral_attendance_known"),
            known("report_state", Report, name="referral_report_known"),
            known("question_answered", Answered, name="referral_answer_known"),
            known("patient_told", PatientTold, name="referral_told_known"),
            known("authorization", Authorization, name="referral_authorization_known"),
            known("closed_because", Closure, name="referral_closure_known", blank=True),
            known("step", Step, name="referral_step_known"),
            known("turn", Turn, name="referral_turn_known"),
        ]
        indexes = [
            models.Index(
                fields=["practice", "patient", "-ordered_at"], name="referrals_of_patient"
            ),
            models.Index(
                fields=["practice", "turn", "ordered_at"],
                name="referrals_open_by_turn",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.Index(fields=["practice", "-ordered_at"], name="referrals_by_day"),
            models.Index(
                "practice",
                RANK,
                DUE,
                "id",
                name="referrals_underway",
                condition=UNDERWAY,
                include=[
                    "turn",
                    "step",
                    "closed_at",
                    "expected_on",
                    "ordered_at",
                    "urgency",
                    "specialty",
                    "location",
                ],
            ),
            models.Index(
                fields=["practice", "-closed_at", "-id"], name="referrals_over", condition=OVER
            ),
            models.Index(
                fields=["practice", "id"],
                name="referrals_not_chased",
                condition=models.Q(closed_at__isnull=True, chased_since__isnull=True),
            ),
            models.Index(
                fields=["practice", "payer"],
                name="referrals_by_payer",
                condition=~models.Q(payer=""),
            ),
            models.Index(
                fields=["practice", "report"],
                name="referrals_by_report",
                condition=models.Q(report__isnull=False),
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits for it."""
        return self.closed_at is None
