"""What each move asks, and which operation makes it: two tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Membership
from dashboards import forms
from dashboards.queries import listing, offers, worklist
from dashboards.queries.desk import Desk, zone_of
from dashboards.views.frame import Request
from routing import operations
from routing.models import Task


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
    return forms.HoldForm(asked.data, today=asked.desk.now.astimezone(zone).date())


def _reason_form(asked: Asked) -> forms.ReasonForm:
    return forms.ReasonForm(asked.data)


def _assign_form(asked: Asked) -> forms.AssignForm:
    members, queues = worklist.active_members(), worklist.all_queues()
    return forms.AssignForm(asked.data, members=members, queues=queues)


def _copy_form(asked: Asked) -> forms.CopyForm:
    me: Membership = asked.request.member
    others = [member for member in worklist.active_members() if member.pk != me.pk]
    return forms.CopyForm(asked.data, members=others)


FORMS: Mapping[str, Callable[[Asked], Any]] = {
    "complete": _done_form,
    "hold": _hold_form,
    "assign": _assign_form,
    "copy": _copy_form,
    "cancel": _reason_form,
    "reopen": _reason_form,
}

TITLES = {
    "complete": "What was done?",
    "hold": "Hold until when, and why?",
    "assign": "Assign to whom?",
    "copy": "Copy to whom?",
    "cancel": "Why is this not to be done?",
    "reopen": "Why is it opened again?",
}


def _complete(asked: Asked, form: forms.DoneForm | None) -> None:
    said: dict[str, Any] = {"outcome": offers.plain_outcome(asked.task)}
    if form is not None:
        said = {name: form.cleaned_data[name] for name in ("outcome", "told", "told_at")}
    operations.complete(**asked.seen, **said)


def _assign(asked: Asked, form: forms.AssignForm) -> None:
    reason = form.cleaned_data["reason"]
    operations.assign(**asked.seen, to=form.member, queue=form.queue, reason=reason)


RUNS: Mapping[str, Callable[[Asked, Any], object]] = {
    "claim": lambda asked, _: operations.claim(**asked.seen),
    "take-over": lambda asked, _: operations.claim(**asked.seen, take_over=True),
    "release": lambda asked, _: operations.release(**asked.seen),
    "acknowledge": lambda asked, _: operations.acknowledge(**asked.seen),
    "resume": lambda asked, _: operations.resume(**asked.seen),
    "undo": lambda asked, _: operations.undo(**asked.who),
    "complete": _complete,
    "assign": _assign,
    "hold": lambda asked, form: operations.hold(**asked.seen, **form.cleaned_data),
    "copy": lambda asked, form: operations.copy(**asked.who, to=form.cleaned_data["to"]),
    "cancel": lambda asked, form: operations.cancel(
        **asked.seen, reason=form.cleaned_data["reason"]
    ),
    "reopen": lambda asked, form: operations.reopen(
        **asked.seen, reason=form.cleaned_data["reason"]
    ),
}
