"""Whether the patient knows: a fact of its own, said where the task is shown."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards import words
from dashboards.queries.desk import Desk, zone_of
from dashboards.rows.informed import HandedNote, Informed, InformedLine
from dashboards.words import Tone
from routing.categories import Category
from routing.models import Channel, Communication, Task, TaskNote

OWED = frozenset({Category.RESULT_REVIEW, Category.CONSULT_REPORT})
"""Work that brings news: every result is told, a normal one too."""

LATE = ((timedelta(days=14), Tone.LATE), (timedelta(days=7), Tone.SOON))
"""After how many days without a word to the patient it is said how loudly."""


def informed(task: Task, desk: Desk) -> Informed | None:
    """What stands there; None for work that brings no news and of which nobody told anybody."""
    held = list(Communication.objects.standing().filter(task=task).order_by("-at"))
    if task.patient_id is None or not (held or task.category in OWED):
        return None
    said, tone = _said(task, held, now=desk.now)
    return Informed(
        words=said,
        tone=tone,
        lines=tuple(_line(one, task, desk) for one in held),
        url=reverse("dashboards:move", args=[task.pk, "informed"]),
        take_back_url=reverse("dashboards:move", args=[task.pk, "take-back"]),
    )


def _said(task: Task, held: Iterable[Communication], *, now: datetime) -> tuple[str, Tone]:
    if any(one.reached for one in held):
        return _("The patient was told."), Tone.PLAIN
    tried = sum(1 for _one in held)
    waited = now - task.issued_at
    tone = next((tone for days, tone in LATE if waited >= days), Tone.PLAIN)
    said = _("The patient was not told yet.")
    if tried:
        said = ngettext(
            "The patient was not reached, %(n)d attempt.",
            "The patient was not reached, %(n)d attempts.",
            tried,
        ) % {"n": tried}
    if tone is Tone.PLAIN:
        return said, tone
    return f"{said} {_('%(n)d days since the result.') % {'n': waited.days}}", tone


def _line(one: Communication, task: Task, desk: Desk) -> InformedLine:
    zone, mine = zone_of(task.location, desk.member), one.member_id == desk.member.pk
    return InformedLine(
        id=str(one.pk),
        when=words.moment(one.at, zone=zone, now=desk.now),
        words=told_words(one),
        who=_("you") if mine else one.by_name,
        is_mine=mine,
    )


def told_words(one: Communication) -> str:
    """`Told: Phone`, `Not reached: Phone`."""
    verb = _("Told") if one.reached else _("Not reached")
    return f"{verb}: {Channel(one.channel).label}"


def handed(task: Task, desk: Desk) -> tuple[HandedNote, ...]:
    """Hand-off notes that nobody has read, of somebody else; the oldest first."""
    if not task.is_open:
        return ()
    zone = zone_of(task.location, desk.member)
    notes = TaskNote.objects.unread().filter(task=task).exclude(author=desk.member)
    return tuple(
        HandedNote(
            who=note.by_name, when=words.moment(note.at, zone=zone, now=desk.now), text=note.text
        )
        for note in notes.order_by("at")
    )
