"""Unmapped and unmatched: what feeds sent that somebody must explain, once."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Operation
from audit import log
from charts.values import Code
from dashboards import words
from dashboards.queries import answering
from dashboards.queries import mapping as queries
from dashboards.queries.desk import Desk
from dashboards.rows import Notice
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from integrations import mapping
from integrations.mapping import Answer, BadAnswer
from integrations.models import Unmapped

FIELDS = ("answer", "display", "number", "patient", "every_feed", "one_person")
REFUSED = 422


@for_members
@require_safe
def unmapped(request: Request) -> HttpResponse:
    """The list, by kind."""
    require(request, Operation.MAP_CODES)
    desk = desk_of(request)
    return screen(
        request, "dashboards/mapping.html", desk, here="mapping", page=queries.page(desk),
        notices=_notices(request),
    )  # fmt: skip


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, unmapped_id: UUID) -> HttpResponse:
    """One of them: what it is, the form, and what an answer would do."""
    require(request, Operation.MAP_CODES)
    desk = desk_of(request)
    row = queries.find(unmapped_id)
    if row is None:
        raise Http404
    if not queries.may_answer(row, desk):
        raise PermissionDenied(queries.WHY_NOT)
    if row.kind in queries.PATIENTS:
        log.record("unmapped.read", entity=row, patient_id=row.patient_id,
                   actor=request.actor, now=desk.now)  # fmt: skip
    if request.method != "POST":
        return _form(request, desk, row)
    try:
        return _answered(request, desk, row)
    except BadAnswer as error:
        return _form(request, desk, row, errors=[str(error)], status=REFUSED)


def _answered(request: Request, desk: Desk, row: Unmapped) -> HttpResponse:
    actor, now = request.actor, desk.now
    do = request.POST.get("do", "preview")
    if do == "ignore":
        mapping.set_aside(unmapped_id=row.pk, actor=actor, now=now)
        return _back("said=aside")
    said = _said(request, row)
    if do == "save":
        done = mapping.resolve(unmapped_id=row.pk, answer=said, actor=actor, now=now)
        return _back(f"moved={done.moved}&replayed={len(done.replayed)}")
    found = mapping.preview(unmapped_id=row.pk, answer=said, actor=actor, now=now)
    return _form(request, desk, row, preview=answering.effects(found))


def _said(request: Request, row: Unmapped) -> Answer:
    """What the form says.

    Raises:
        BadAnswer: it says nothing that fits.
    """
    data, kind = request.POST, Unmapped.Kind(row.kind)
    every_feed = data.get("every_feed") == "on"
    text = data.get("answer", "").strip()
    if kind == kind.CODE:
        code = Code(text[:80], data.get("display", "").strip()[:200], "loinc")
        return Answer(code=code, every_feed=every_feed)
    if kind == kind.PROVIDER:
        return Answer(member_id=_id(text), every_feed=every_feed)
    if kind == kind.LOCATION:
        return Answer(location_id=_id(text), every_feed=every_feed)
    one_person = data.get("one_person", "")
    if kind == kind.TWO_PATIENTS and one_person not in ("yes", "no"):
        raise BadAnswer(_("Say whether they are one person or two."))
    return Answer(patient_id=_whom(request), is_one_person=one_person == "yes")


def _whom(request: Request) -> UUID | None:
    """A patient of the list, one by their number, or (`new`) nobody we have."""
    chosen = request.POST.get("patient", "")
    if chosen == "new":
        return None
    if chosen == "number":
        named = answering.numbered(request.POST.get("number", ""))
        if len(named) != 1:
            raise BadAnswer(_("This number names nobody, or more than one. Look at it again."))
        return named[0].pk
    found = _id(chosen)
    if found is None:
        raise BadAnswer(_("Choose who it is."))
    return found


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _form(
    request: Request, desk: Desk, row: Unmapped, *, errors: list[str] | None = None,
    preview: list[str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    said = {name: request.POST[name] for name in FIELDS if name in request.POST}
    page = answering.page(row, desk, said=said, errors=errors or (), preview=preview or ())
    return screen(
        request, "dashboards/mapping_answer.html", desk, here="mapping", page=page, status=status
    )


def _back(said: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('dashboards:mapping')}?{said}")


def _notices(request: Request) -> tuple[Notice, ...]:
    """What the last answer did, counted; addresses hold numbers only."""
    if request.GET.get("said") == "aside":
        return (Notice(text=_("Set aside. It will not be asked for again."), tone="done"),)
    moved, replayed = (request.GET.get(name, "") for name in ("moved", "replayed"))
    if not (moved.isdigit() and replayed.isdigit() and len(moved + replayed) < 12):
        return ()
    said = [
        words.plural(
            "Answered. %(count)s open task moved.",
            "Answered. %(count)s open tasks moved.",
            int(moved),
        )
    ]
    if int(replayed):
        said.append(
            words.plural(
                "%(count)s message went back in line.",
                "%(count)s messages went back in line.",
                int(replayed),
            )
        )
    return (Notice(text=" ".join(said), tone="done"),)
