"""A sweep: what did not come by its date becomes a task; what has come since closes it."""

from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_noop as _

from audit.actors import Actor
from charts import expecting
from charts.expecting import Answer, Overdue
from charts.models import Wait
from routing.categories import Category
from routing.models import Task
from routing.operations import Absence, End, close_absences, open_absences
from routing.rulebook import NoRules
from tenants.models import Practice
from tenants.rounds import each_practice

ACTOR = Actor.machine("routing.chasing")
BATCH = 200

CATEGORIES = {
    Wait.LABORATORY: Category.OVERDUE_RESULT,
    Wait.IMAGING: Category.OVERDUE_RESULT,
    Wait.URGENT_ORDER: Category.OVERDUE_RESULT,
    Wait.NOTE: Category.MISSING_NOTE,
    Wait.REFERRAL: Category.MISSING_REPORT,
    Wait.URGENT_REFERRAL: Category.MISSING_REPORT,
}
MISSING = {
    Category.OVERDUE_RESULT: (_("No result"), _("Ordered {day}; no final result has come.")),
    Category.MISSING_NOTE: (_("No signed note"), _("Visit of {day}; no signed note has come.")),
    Category.MISSING_REPORT: (_("No report"), _("Referred {day}; no report has come.")),
}
"""What the title begins with, and the reason."""

ENDS = {
    (Category.OVERDUE_RESULT, Answer.CAME): End(_("the result came")),
    (Category.OVERDUE_RESULT, Answer.WITHDRAWN): End(_("the order was cancelled"), came=False),
    (Category.MISSING_NOTE, Answer.CAME): End(_("the note came")),
    (Category.MISSING_NOTE, Answer.WITHDRAWN): End(_("the visit was cancelled"), came=False),
    (Category.MISSING_REPORT, Answer.CAME): End(_("the report came")),
    (Category.MISSING_REPORT, Answer.WITHDRAWN): End(_("the referral was withdrawn"), came=False),
}


def sweep(*, now: datetime) -> int:
    """Every practice once; returns how many rows were looked at and tasks ended. A practice in
    trouble is alone in it."""
    # Without rules messages wait too, and say so.
    return each_practice(partial(sweep_practice, now=now), put_off=(NoRules,))


@transaction.atomic
def sweep_practice(practice_id: UUID, *, now: datetime) -> int:
    """One batch of the practice in scope."""
    zone = ZoneInfo(Practice.objects.get(pk=practice_id).time_zone)
    looked, late = expecting.overdue(now=now, limit=BATCH)
    open_absences([_absence(one, zone) for one in late], actor=ACTOR, now=now)
    return looked + _close_answered(now=now)


def _absence(late: Overdue, zone: ZoneInfo) -> Absence:
    category = CATEGORIES[late.wait]
    begins, reason = MISSING[category]
    day = late.since.astimezone(zone)
    return Absence(
        category=category, about_id=late.about_id, since=late.since,
        title=f"{begins}: {late.what}" if late.what else f"{begins}: visit of {day:%b} {day.day}",
        reason=reason.format(day=f"{day:%b} {day.day}"), patient_id=late.patient_id,
        location_code=late.location_code, people=late.people,
    )  # fmt: skip


def _close_answered(*, now: datetime) -> int:
    """The open tasks about what has come, or is not awaited any more."""
    waiting: dict[UUID, Category] = {
        about: Category(category)
        for about, category in Task.objects.open()
        .filter(about_id__isnull=False, category__in=list(MISSING))
        .values_list("about_id", "category")
        if about
    }
    found = expecting.answers(waiting)
    ends = {about: ENDS[waiting[about], answer] for about, answer in found.items()}
    return close_absences(ends, actor=ACTOR, now=now) if ends else 0
