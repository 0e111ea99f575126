"""Targets and ladders: the version in force to read, the next one to draft and publish."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Operation
from dashboards import policy_forms as forms
from dashboards.queries import policy as queries
from dashboards.queries.hours import tabs
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from escalation import operations, publishing
from escalation.models import Ladder, LadderStep, Policy, Target
from escalation.operations.drafts import NotADraft
from escalation.operations.ladders import RungRefused
from escalation.operations.targets import TargetRefused
from escalation.policies import NoPolicy
from escalation.publishing import CannotPublish

REFUSED = 422
Row = TypeVar("Row", bound=Model)


@for_members
@require_safe
def policy(request: Request) -> HttpResponse:
    """The version in force."""
    desk = desk_of(request)
    found = queries.in_force(desk.now)
    return screen(
        request, "dashboards/policy.html", desk, here="hours", tabs=tabs("policy"),
        page=queries.page(desk, found) if found else None,
        notices=flash.notices(request, desk),
    )  # fmt: skip


@for_members
@require_safe
def versions(request: Request) -> HttpResponse:
    """Every version, who drafted it and who approved it."""
    desk = desk_of(request)
    return screen(
        request, "dashboards/versions.html", desk, here="hours", tabs=tabs("versions"),
        versions=queries.versions(desk),
    )  # fmt: skip


@for_members
@require_POST
def begin_draft(request: Request) -> HttpResponse:
    """The next version, to be changed."""
    require(request, Operation.MANAGE_HOURS)
    try:
        operations.begin_draft(
            author=request.member.name, actor=request.actor, now=desk_of(request).now
        )
    except NoPolicy:
        return _to("policy")
    return _to("draft")


@for_members
@require_safe
def draft(request: Request) -> HttpResponse:
    """The open draft, with all that stands in its way."""
    found = queries.draft()
    return _to("policy") if found is None else _draft(request, found)


def _draft(
    request: Request, found: Policy, *, form: forms.PublishForm | None = None,
    ladder: forms.LadderForm | None = None,
) -> HttpResponse:  # fmt: skip
    desk = desk_of(request)
    refused = any(one is not None and one.errors for one in (form, ladder))
    return screen(
        request, "dashboards/policy.html", desk, here="hours", tabs=tabs("draft"),
        page=queries.page(desk, found), form=form or forms.PublishForm(),
        ladder_form=ladder or forms.LadderForm(), notices=flash.notices(request, desk),
        status=REFUSED if refused else 200,
    )  # fmt: skip


@for_members
@require_POST
def publish(request: Request) -> HttpResponse:
    """Make the draft the policy in force, from now on."""
    require(request, Operation.MANAGE_HOURS)
    found, desk = _open(), desk_of(request)
    form = forms.PublishForm(request.POST)
    if form.is_valid():
        try:
            publishing.publish(
                policy_id=found.pk, clinical_approver=form.cleaned_data["clinical_approver"],
                effective_at=desk.now, actor=request.actor, now=desk.now,
            )  # fmt: skip
        except CannotPublish as refused:
            for fault in refused.faults:
                form.add_error(None, fault.sentence)
        else:
            return _to("policy", said="published")
    return _draft(request, found, form=form)


@for_members
@require_POST
def discard_draft(request: Request) -> HttpResponse:
    """Give the draft up."""
    require(request, Operation.MANAGE_HOURS)
    operations.discard_draft(policy_id=_open().pk, actor=request.actor, now=desk_of(request).now)
    return _to("policy", said="draft-discarded")


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def target(request: Request, target_id: UUID | None = None) -> HttpResponse:
    """One target of the draft; without an id, a further one."""
    require(request, Operation.MANAGE_HOURS)
    found = _open()
    held = _found(Target.objects.filter(policy=found, pk=target_id)) if target_id else None
    about = _about(request, found)
    if request.POST.get("do") == "remove" and target_id:
        return _done(lambda: operations.remove_target(target_id=target_id, **about))
    form = forms.TargetForm(
        request.POST if request.method == "POST" else None,
        initial=forms.target_initial(held), options=queries.options(found),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            return _done(
                lambda: operations.set_target(target_id=target_id, wish=form.wish(), **about)
            )
        except TargetRefused as refused:
            form.refuse(refused.faults)
    return screen(
        request, "dashboards/target_form.html", desk_of(request), here="hours", form=form,
        is_new=held is None, status=REFUSED if form.errors else 200,
    )  # fmt: skip


@for_members
@require_POST
def ladder(request: Request, ladder_id: UUID | None = None) -> HttpResponse:
    """Name a ladder of the draft, add one, or remove it."""
    require(request, Operation.MANAGE_HOURS)
    found = _open()
    if ladder_id:
        _found(Ladder.objects.filter(policy=found, pk=ladder_id))
    about, form = _about(request, found), forms.LadderForm(request.POST)
    try:
        if request.POST.get("do") == "remove" and ladder_id:
            return _done(lambda: operations.remove_ladder(ladder_id=ladder_id, **about))
        if form.is_valid():
            name = form.cleaned_data["name"]
            return _done(lambda: operations.name_ladder(ladder_id=ladder_id, name=name, **about))
    except RungRefused as refused:
        form.add_error("name", str(refused))
    return _draft(request, found, ladder=form)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def rung(request: Request, ladder_id: UUID, step_id: UUID | None = None) -> HttpResponse:
    """One rung of a ladder of the draft; without an id, a further one at its top."""
    require(request, Operation.MANAGE_HOURS)
    found = _open()
    whose = _found(Ladder.objects.filter(policy=found, pk=ladder_id))
    held = _found(LadderStep.objects.filter(ladder=whose, pk=step_id)) if step_id else None
    about = _about(request, found) | {"ladder_id": ladder_id}
    do = request.POST.get("do", "")
    if step_id and do in MOVES:
        return _done(lambda: MOVES[do](step_id=step_id, **about))
    form = forms.RungForm(
        request.POST if request.method == "POST" else None,
        initial=forms.rung_initial(held), options=queries.options(found),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            return _done(lambda: operations.set_rung(step_id=step_id, wish=form.wish(), **about))
        except RungRefused as refused:
            form.refuse(refused.faults)
    return screen(
        request, "dashboards/rung_form.html", desk_of(request), here="hours", form=form,
        ladder=whose.name, is_new=held is None, status=REFUSED if form.errors else 200,
    )  # fmt: skip


MOVES: dict[str, Callable[..., object]] = {
    "up": lambda **about: operations.move_rung(up=True, **about),
    "down": lambda **about: operations.move_rung(up=False, **about),
    "remove": operations.remove_rung,
}


def _about(request: Request, found: Policy) -> dict[str, Any]:
    """What every change of the draft takes."""
    return {"policy_id": found.pk, "actor": request.actor, "now": desk_of(request).now}


def _open() -> Policy:
    found = queries.draft()
    if found is None:
        raise Http404
    return found


def _found(rows: QuerySet[Row]) -> Row:
    row = rows.first()
    if row is None:
        raise Http404
    return row


def _done(change: Callable[[], object]) -> HttpResponse:
    """Change it and go back to the draft; what somebody published meanwhile is left as it is."""
    try:
        change()
    except NotADraft:
        return _to("policy", said="draft-gone")
    return _to("draft", said="saved")


def _to(name: str, *, said: str = "") -> HttpResponse:
    url = reverse(f"dashboards:{name}")
    return HttpResponseRedirect(f"{url}?said={said}" if said else url)
