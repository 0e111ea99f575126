"""What each move asks, and which operation makes it: two tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from dashboards import forms, task_forms
from dashboards.queries import listing, offers, worklist
from dashboards.queries.desk import Desk, zone_of
from dashboards.views.frame import Request
from escalation import operations as escalation
from routing import operations
from routing.models import Task
from routing.operations import TaskNotFound

MOST_ALONG = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A member asks for a move of a task."""

    request: Request
    desk: Desk
    task: Task

    @property
    def data(self) -> Any:
        """What was posted; None where nothing was."""
        return self.request.POST if self.request.method == "POST" else None

    @property
    def who(self) -> dict[str, Any]:
        """What every operation is called with."""
        return {
            "task_id": self.task.pk,
            "member": self.request.member,
            "actor": self.request.actor,
            "now": self.desk.now,
        }

    @property
    def seen(self) -> dict[str, Any]:
        """The same, with the version that the person saw."""
        text = self.request.POST.get("version", "")
        return self.who | {"version": int(text) if text.isdigit() else None}


def _done_form(asked: Asked) -> forms.DoneForm | None:
    friction = listing.friction(asked.task.category, asked.task.severity)
    if friction == "key":
        return None
    return forms.DoneForm(
        asked.data,
        outcomes=offers.outcomes(asked.task),
        spoken=friction == "spoken",
        zone=zone_of(asked.task.location, asked.desk.member),
        now=asked.desk.now,
    )


def _hold_form(asked: Asked) -> forms.HoldForm:
    zone = zone_of(asked.task.location, asked.desk.member)
    today = asked.desk.now.astimezone(zone).date()
    last = escalation.last_recheck(asked.task, now=asked.desk.now)
    return forms.HoldForm(asked.data, today=today, last=last)


def _reason_form(asked: Asked) -> forms.ReasonForm:
    return forms.ReasonForm(asked.data)


def _assign_form(asked: Asked) -> forms.AssignForm:
    members, queues = worklist.active_members(), worklist.all_queues()
    return forms.AssignForm(asked.data, members=members, queues=queues)


def _copy_form(asked: Asked) -> forms.CopyForm:
    me: Membership = asked.request.member
    others = [member for member in worklist.active_members() if member.pk != me.pk]
    return forms.CopyForm(asked.data, members=others)


def _note_form(asked: Asked) -> task_forms.NoteForm:
    return task_forms.NoteForm(asked.data)


def _informed_form(asked: Asked) -> task_forms.InformedForm:
    zone = zone_of(asked.task.location, asked.desk.member)
    return task_forms.InformedForm(asked.data, zone=zone, now=asked.desk.now)


FORMS: Mapping[str, Callable[[Asked], Any]] = {
    "complete": _done_form,
    "hold": _hold_form,
    "assign": _assign_form,
    "copy": _copy_form,
    "cancel": _reason_form,
    "reopen": _reason_form,
    "note": _note_form,
    "informed": _informed_form,
}

TITLES = {
    "complete": _("What was done?"),
    "hold": _("Hold until when, and why?"),
    "assign": _("Assign to whom?"),
    "copy": _("Copy to whom?"),
    "cancel": _("Why is this not to be done?"),
    "reopen": _("Why is it opened again?"),
    "note": _("Write a note"),
    "informed": _("Was the patient told?"),
}


def _complete(asked: Asked, form: forms.DoneForm | None) -> None:
    said: dict[str, Any] = {"outcome": offers.plain_outcome(asked.task)}
    if form is not None:
        said = {name: form.cleaned_data[name] for name in ("outcome", "told", "told_at")}
    operations.complete_with(**asked.seen, **said, also=_ids(asked.request.POST.getlist("also")))


def _ids(texts: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts[:MOST_ALONG]]
    except ValueError:
        raise TaskNotFound(gettext("No such task.")) from None


def _assign(asked: Asked, form: forms.AssignForm) -> None:
    note = form.cleaned_data["note"]
    operations.assign(**asked.seen, to=form.member, queue=form.queue, note=note)


def _take_back(asked: Asked) -> None:
    text = asked.request.POST.get("communication", "")
    try:
        held = UUID(text)
    except ValueError:
        raise TaskNotFound(gettext("No such entry.")) from None
    operations.withdraw_communication(**asked.who, communication_id=held)


RUNS: Mapping[str, Callable[[Asked, Any], object]] = {
    "claim": lambda asked, _form: operations.claim(**asked.seen),
    "take-over": lambda asked, _form: operations.claim(**asked.seen, take_over=True),
    "release": lambda asked, _form: operations.release(**asked.seen),
    "acknowledge": lambda asked, _form: operations.acknowledge(**asked.seen),
    "resume": lambda asked, _form: operations.resume(**asked.seen),
    "undo": lambda asked, _form: operations.undo(**asked.who),
    "complete": _complete,
    "assign": _assign,
    "hold": lambda asked, form: escalation.hold_until(**asked.seen, **form.cleaned_data),
    "copy": lambda asked, form: operations.copy(**asked.who, to=form.cleaned_data["to"]),
    "cancel": lambda asked, form: operations.cancel(
        **asked.seen, reason=form.cleaned_data["reason"]
    ),
    "reopen": lambda asked, form: operations.reopen(
        **asked.seen, reason=form.cleaned_data["reason"]
    ),
    "note": lambda asked, form: operations.comment(**asked.who, text=form.cleaned_data["text"]),
    "read": lambda asked, _form: operations.read_notes(**asked.who),
    "informed": lambda asked, form: operations.inform(**asked.who, **form.cleaned_data),
    "await-final": lambda asked, _form: operations.acknowledge(**asked.seen),
    "take-back": lambda asked, _form: _take_back(asked),
}
