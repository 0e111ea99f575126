"""What people do about a late task: one address for each action, a form that needs no script."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.permissions import Operation, PermissionRefused
from dashboards import escalation_forms as forms
from dashboards.queries import escalation_offers as offers
from dashboards.queries import ladders, worklist
from dashboards.queries import task_page as pages
from dashboards.queries.desk import Desk, zone_of
from dashboards.queries.ladders import Sight
from dashboards.rows import Notice
from dashboards.views.frame import Request, back_of, desk_of, for_members, require, screen
from dashboards.views.task import opened
from dashboards.words import later
from escalation import operations as escalation
from escalation.models import Call, Clock
from escalation.operations import CannotExtend
from routing import operations as routing
from routing.models import Task
from routing.operations import LostRace, OutcomeNeeded, TaskNotFound
from routing.states import MoveNotAllowed

CONFLICT, UNPROCESSABLE, REFUSED = 409, 422, 403
LATE = later("Late and not answered")
REFUSALS: dict[type[Exception], tuple[int, str]] = {
    LostRace: (CONFLICT, "%(refusal)s"),
    MoveNotAllowed: (CONFLICT, later("It was changed meanwhile. Your change was not saved.")),
    PermissionRefused: (REFUSED, later("%(refusal)s Nothing was saved.")),
    OutcomeNeeded: (UNPROCESSABLE, "%(refusal)s"),
    CannotExtend: (UNPROCESSABLE, "%(refusal)s"),
}
"""What a refusal is answered with, and how it is said."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A member acts on a late task."""

    request: Request
    desk: Desk
    task: Task
    sight: Sight

    @property
    def clocks(self) -> Sequence[Clock]:
        """Those that run."""
        return self.sight.clocks.get(self.task.pk, ())

    @property
    def data(self) -> Any:
        """What was posted; None where nothing was."""
        return self.request.POST if self.request.method == "POST" else None

    @property
    def who(self) -> dict[str, Any]:
        """What every operation is called with."""
        return {"actor": self.request.actor, "now": self.desk.now}

    @property
    def seen(self) -> dict[str, Any]:
        """The task, the member, and the version that they saw."""
        text = self.request.POST.get("version", "")
        version = int(text) if text.isdigit() and len(text) < 9 else None
        mine = {"task_id": self.task.pk, "member": self.request.member, "version": version}
        return mine | self.who


def _reassign_form(asked: Asked) -> forms.ReassignForm:
    members, queues = worklist.active_members(), worklist.all_queues()
    others = [one for one in members if one.pk != asked.task.owner_id]
    return forms.ReassignForm(asked.data, members=others, queues=queues, initial={"reason": LATE})


def _call_form(asked: Asked) -> forms.CallForm:
    me = asked.request.member
    others = [one for one in worklist.active_members() if one.pk != me.pk]
    return forms.CallForm(asked.data, members=others)


def _override_form(asked: Asked) -> forms.OverrideForm:
    return forms.OverrideForm(asked.data)


def _extend_form(asked: Asked) -> forms.ExtendForm:
    zone = zone_of(asked.task.location, asked.desk.member)
    return forms.ExtendForm(
        asked.data, clocks=offers.extendable(asked.clocks), zone=zone, now=asked.desk.now
    )


FORMS: Mapping[str, Callable[[Asked], Any]] = {
    "reassign": _reassign_form,
    "call": _call_form,
    "extend": _extend_form,
    "override": _override_form,
}


def _reassign(asked: Asked, form: forms.ReassignForm) -> None:
    routing.assign(
        **asked.seen, to=form.member, queue=form.queue, reason=form.cleaned_data["reason"]
    )


def _call(asked: Asked, form: forms.CallForm) -> None:
    said = form.cleaned_data
    escalation.log_call(
        task_id=asked.task.pk, caller=asked.request.member, called=form.member, whom=said["whom"],
        outcome=said["outcome"], note=said["note"], takes_it=said["takes_it"], **asked.who,
    )  # fmt: skip


def _extend(asked: Asked, form: forms.ExtendForm) -> None:
    clock = form.clocks[form.cleaned_data["clock"]]
    minutes = offers.minutes_until(
        clock, asked.sight.place(asked.task), form.cleaned_data["until"], now=asked.desk.now
    )
    escalation.extend(
        clock_id=clock.pk, member=asked.request.member, minutes=minutes,
        reason=form.cleaned_data["reason"], **asked.who,
    )  # fmt: skip


def _override(asked: Asked, form: forms.OverrideForm) -> None:
    routing.force_close(**asked.seen, reason=form.cleaned_data["reason"])


RUNS: Mapping[str, Callable[[Asked, Any], object]] = {
    "take": lambda asked, _: routing.take_charge(**asked.seen),
    "reassign": _reassign,
    "call": _call,
    "extend": _extend,
    "override": _override,
}
SAID = {
    "take": "taken", "reassign": "reassigned", "call": "call-logged", "extend": "extended",
    "override": "overridden",
}  # fmt: skip
TITLES = {
    "take": later("Take it over?"),
    "reassign": later("Give it to whom?"),
    "call": later("Who was called?"),
    "extend": later("Until when, and why?"),
    "override": later("Close it by override?"),
}


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: Request, task_id: UUID, code: str) -> HttpResponse:
    """Ask for what an action needs (GET), or do it (POST)."""
    if code not in RUNS:
        raise Http404
    require(request, Operation.WORK_TASKS)
    desk = desk_of(request)
    task = opened(request, desk, task_id)
    asked = Asked(request, desk, task, ladders.sight(desk, [task]))
    form = FORMS[code](asked) if code in FORMS else None
    if request.method != "POST" or (form is not None and not form.is_valid()):
        invalid = request.method == "POST"
        return _sheet(asked, code, form, status=UNPROCESSABLE if invalid else 200)
    try:
        RUNS[code](asked, form)
    except tuple(REFUSALS) as refusal:
        status, problem = REFUSALS[type(refusal)]
        problem = str(problem) % {"refusal": refusal}
        return _sheet(asked, code, form, problem=problem, status=status)
    except TaskNotFound:
        raise Http404 from None
    return HttpResponseRedirect(_after(request, SAID[code]))


def _after(request: Request, said: str) -> str:
    back = _back(request)
    return f"{back}{'&' if '?' in back else '?'}said={said}"


def _back(request: Request) -> str:
    """The list, or the page of the task, that they came from."""
    return back_of(request, also=("/tasks/",)) or reverse("dashboards:escalations")


def _sheet(
    asked: Asked, code: str, form: Any, *, problem: str = "", status: int = 200
) -> HttpResponse:
    request, desk, task = asked.request, asked.desk, asked.task
    allowed = {one.code: one.why_not for one in offers.actions(task, desk, asked.clocks)}
    why_not = "" if problem else allowed[code]
    notices = [Notice(text=one, tone="stop") for one in (problem, why_not) if one]
    return screen(
        request, "dashboards/escalation_act.html", desk, here="escalations", status=status,
        form=form, code=code, title=TITLES[code], why_not=why_not, notices=notices,
        task=pages.page(task, desk, back=back_of(request)), back=_back(request),
        **_choices(asked, code),
    )  # fmt: skip


def _choices(asked: Asked, code: str) -> dict[str, Any]:
    """What the form of an action offers."""
    seen, task, desk = asked.sight, asked.task, asked.desk
    if code == "reassign":
        members = [one for one in worklist.active_members() if one.pk != task.owner_id]
        return {"people": offers.to_give(members, seen.here, task, desk.authority)}
    if code == "call":
        others = [one for one in worklist.active_members() if one.pk != desk.member.pk]
        return {
            "people": offers.to_call(others, {one.pk: seen.phone(one.pk) for one in others}),
            "outcomes": Call.Outcome.choices,
            "may_take": bool(desk.authority.may_close_task(desk.member.roles, task)),
        }
    if code == "extend":
        zone = zone_of(task.location, desk.member)
        return {
            "clock_choices": [
                (str(one.pk), ", ".join(filter(None, (spelled.by, spelled.state))))
                for one in offers.extendable(asked.clocks)
                for spelled in (ladders.spelled(one, zone=zone, now=desk.now),)
            ]
        }
    return {}
