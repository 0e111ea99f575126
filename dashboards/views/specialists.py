"""The directory of specialists: the list, an entry, and what is made sure of."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Operation
from dashboards.queries import specialists as queries
from dashboards.rows import Notice
from dashboards.specialist_forms import SpecialistForm
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from dashboards.views.planning import REFUSED, went
from referrals import operations
from referrals.directory import EntryRefused
from referrals.models import Specialist
from referrals.operations import NoSpecialist

STEPS: Mapping[str, tuple[str, Callable[..., object]]] = {
    "verify": ("specialist-verified", operations.verify_fax),
    "doubt": ("specialist-doubted", operations.doubt_fax),
    "retire": ("specialist-retired", operations.retire_specialist),
}
"""What is done to an entry by one press, and how the next page says it."""


@for_members
@require_safe
def specialists(request: Request) -> HttpResponse:
    """Whom this practice refers to."""
    require(request, Operation.MANAGE_SPECIALISTS)
    desk = desk_of(request)
    return screen(request, "dashboards/specialists.html", desk, here="specialists",
                  page=queries.listed(), notices=flash.notices(request, desk))  # fmt: skip


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponse:
    """Somebody new."""
    require(request, Operation.MANAGE_SPECIALISTS)
    form = SpecialistForm(request.POST if request.method == "POST" else None)
    row = _kept(form, operations.add_specialist, request) if request.method == "POST" else None
    if row is not None:
        return went("specialist", "specialist-added", row.pk)
    return _show(request, form)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, specialist_id: UUID) -> HttpResponse:
    """One entry, to write anew."""
    require(request, Operation.MANAGE_SPECIALISTS)
    row = _find(specialist_id)
    form = SpecialistForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and _kept(
        form, operations.change_specialist, request, specialist_id=row.pk
    ):
        return went("specialist", "specialist-changed", row.pk)
    return _show(request, form, row)


@for_members
@require_POST
def step(request: Request, specialist_id: UUID, code: str) -> HttpResponse:
    """Make sure of a fax number, doubt it, take the entry out of use."""
    require(request, Operation.MANAGE_SPECIALISTS)
    if code not in STEPS:
        raise Http404
    row, (said, run) = _find(specialist_id), STEPS[code]
    shown = {"fax": request.POST.get("fax", "")} if code == "verify" else {}
    try:
        run(specialist_id=row.pk, actor=request.actor, now=desk_of(request).now, **shown)
    except EntryRefused as refused:
        return _show(request, SpecialistForm(row=row), row, refusal=str(refused))
    except NoSpecialist:
        raise Http404 from None
    return went("specialists", said) if code == "retire" else went("specialist", said, row.pk)


def _kept(
    form: SpecialistForm, keep: Callable[..., Specialist], request: Request, **which: Any
) -> Specialist | None:
    """The entry as it is kept now; None: the form says why it is not."""
    if not form.is_valid():
        return None
    try:
        return keep(entry=form.entry(), actor=request.actor, now=desk_of(request).now, **which)
    except EntryRefused as refused:
        form.add_error(refused.column, str(refused))
        return None
    except NoSpecialist:
        raise Http404 from None


def _find(specialist_id: UUID) -> Specialist:
    found = queries.find(specialist_id)
    if found is None:
        raise Http404
    return found


def _show(
    request: Request, form: SpecialistForm, row: Specialist | None = None, *, refusal: str = ""
) -> HttpResponse:
    desk = desk_of(request)
    notices = flash.notices(request, desk)
    if refusal:
        notices = (Notice(text=refusal, tone="warn"),)
    return screen(
        request, "dashboards/specialist.html", desk, here="specialists", form=form,
        page=queries.page(row, desk) if row else None, notices=notices,
        status=REFUSED if form.errors or refusal else 200,
    )  # fmt: skip
