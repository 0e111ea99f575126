"""Whether a report answers what was asked: said where the report is read."""

from django.urls import reverse

from accounts.permissions import Operation, may
from dashboards import referral_words as said
from dashboards.queries.desk import Desk
from dashboards.rows.question import ReportQuestion
from referrals.models import Referral
from referrals.states import Answered, Axis
from routing.categories import Category
from routing.models import Task


def report_question(task: Task, desk: Desk) -> ReportQuestion | None:
    """What the referral asked that this report answers; None: it answers none."""
    if task.category != Category.CONSULT_REPORT or task.item_id is None:
        return None
    referral: Referral | None = Referral.objects.filter(report=task.item_id).first()
    if referral is None:
        return None
    permission = may(desk.member.roles, Operation.ANSWER_REFERRAL)
    answered = Answered(referral.question_answered)
    return ReportQuestion(
        question=referral.question, version=referral.version,
        answered="" if answered is Answered.NOT_ASKED else str(said.VALUES[Axis.ANSWER][answered]),
        answer_url=reverse("dashboards:referral_act", args=[referral.pk, "answered"]),
        referral_url=reverse("dashboards:referral", args=[referral.pk]),
        why_not=permission.reason,
    )  # fmt: skip
