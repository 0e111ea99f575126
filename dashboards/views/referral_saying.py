"""What people say of a referral: one address for each act, a form that needs no script."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dashboards.queries import chart, referral_papers
from dashboards.queries import referral_page as pages
from dashboards.queries import referral_sending as queries
from dashboards.queries.referral_timeline import is_undone_alone
from dashboards.referral_acts import ACTS, Act, Group
from dashboards.referral_forms import ActForm
from dashboards.rows import Notice
from dashboards.views.frame import (
    Request,
    as_parameter,
    back_of,
    desk_of,
    for_members,
    require,
    screen,
    wants_part,
)
from dashboards.views.planning import uuid_of
from dashboards.views.referral import Asked, opened, show
from dashboards.words import later
from referrals import operations
from referrals.models import Fact
from referrals.operations import ClosingRefused, NoFact, NotMatched, Overtaken, Word
from referrals.saying import Declining, Heard, Mistake
from referrals.states import Answered, Closure

CONFLICT, UNPROCESSABLE = 409, 422

Run = Callable[[Asked, Any], object]


def _say(act: Act) -> Run:
    def say(asked: Asked, given: dict[str, Any]) -> object:
        assert act.says is not None
        axis, value = act.says
        word = Word(
            axis=axis, value=value, at=given.get("at") or asked.desk.now,
            appointment_at=given.get("appointment_at"),
            heard=Heard(given["heard"]) if given.get("heard") else None,
            why=Declining(given["why"]) if given.get("why") else None,
        )  # fmt: skip
        return operations.say(word=word, **asked.seen)

    return say


def _answer(asked: Asked, given: dict[str, Any]) -> object:
    answered, missing = Answered(given["answered"]), given["missing"]
    if answered is Answered.NO:
        return operations.ask_again(missing=missing, **asked.seen)
    return operations.answer_question(answered=answered, missing=missing, **asked.seen)


def _unmatch(asked: Asked, _given: dict[str, Any]) -> object:
    if asked.referral.report_id is None:
        raise NoFact(_("This report does not answer this referral."))
    return operations.unmatch(report_id=asked.referral.report_id, **asked.seen)


RUNS: Mapping[str, Run] = {
    "insure": lambda asked, given: operations.insure(
        payer=given["payer"], rest=given["rest"], **asked.seen
    ),
    "told": lambda asked, _: operations.tell_patient(**asked.seen),
    "answered": _answer,
    "match": lambda asked, given: operations.match(report_id=UUID(given["report"]), **asked.seen),
    "unmatch": _unmatch,
    "close": lambda asked, given: operations.close(because=Closure(given["because"]),
                                                   **asked.seen),
    "reopen": lambda asked, _: operations.reopen(**asked.seen),
}  # fmt: skip
"""What is said in another way than by telling a fact."""
UNDO = Act("undo", later("Take back"), later("Why is it taken back?"), later("Take it back"),
           Group.LOOP, asks=("mistake",))  # fmt: skip


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: Request, referral_id: UUID, code: str) -> HttpResponse:
    """Say one thing: a form, or a press where it asks nothing."""
    if code not in ACTS:
        raise Http404
    one = ACTS[code]
    return _act(request, referral_id, one, RUNS.get(code) or _say(one))


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: Request, referral_id: UUID, fact_id: UUID) -> HttpResponse:
    """Take a fact back, with why."""

    fact = Fact.objects.filter(pk=fact_id, referral=referral_id).first()
    if fact is None or not is_undone_alone(fact):
        require(request, UNDO.needs)
        raise Http404

    def run(asked: Asked, given: dict[str, Any]) -> object:
        because = Mistake(given["mistake"])
        return operations.undo(fact_id=fact_id, because=because, **asked.seen)

    return _act(request, referral_id, UNDO, run)


def _act(request: Request, referral_id: UUID, one: Act, run: Run) -> HttpResponse:
    require(request, one.needs)
    desk = desk_of(request)
    asked = Asked(request, desk, opened(request, desk, referral_id))
    form = _form(asked, one)
    if request.method != "POST" or not form.is_valid():
        status = UNPROCESSABLE if request.method == "POST" else 200
        return _ask(asked, one, form, status=status)
    try:
        run(asked, form.cleaned_data)
    except (Overtaken, ClosingRefused, NoFact, NotMatched) as refused:
        return _to_task(asked, "referral-changed") or _refused(asked, str(refused))
    return _to_task(asked, "referral-said") or HttpResponseRedirect(_after(asked, one))


def _to_task(asked: Asked, said: str) -> HttpResponse | None:
    """Back to the task on which it was said; None: it was said on the referral's own page."""
    task_id = uuid_of(asked.request.POST.get("task", ""))
    if task_id is None:
        return None
    here = reverse("dashboards:task", args=[task_id])
    return HttpResponseRedirect(f"{here}?back={as_parameter(back_of(asked.request))}&said={said}")


def _form(asked: Asked, one: Act) -> ActForm:
    posted = asked.request.POST if asked.request.method == "POST" else None
    at = asked.desk.now.astimezone(asked.zone)
    return ActForm(
        posted, asks=one.asks, zone=asked.zone, now=asked.desk.now,
        initial={"at": f"{at:%Y-%m-%dT%H:%M}", **queries.insured(asked.referral)},
        reports=referral_papers.choices(asked.referral, asked.desk) if "report" in one.asks else (),
    )  # fmt: skip


def _ask(asked: Asked, one: Act, form: ActForm, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {
        "act": one, "form": form, "back": asked.here, "title": one.title,
        "patient": chart.banner(asked.referral.patient, asked.desk),
        "version": asked.referral.version, "list": back_of(asked.request),
        "zone": asked.desk.now.astimezone(asked.zone).tzname(),
        "address": asked.request.path,
    }  # fmt: skip
    if wants_part(asked.request):
        return render(asked.request, "parts/referral_act.html", context, status=status)
    return screen(asked.request, "dashboards/referral_act.html", asked.desk, here="referrals",
                  status=status, **context)  # fmt: skip


def _after(asked: Asked, one: Act) -> str:
    """Where one came from, with what was written down."""
    newest = Fact.objects.filter(referral=asked.referral).order_by("-told_at", "-pk").first()
    held = one.says is not None and newest is not None and bool(newest.held)
    said = "referral-held" if held else f"referral-{one.code if one.code in OWN else 'said'}"
    at = asked.here
    return f"{at}{'&' if '?' in at else '?'}said={said}"


OWN = {"close", "reopen", "undo", "match", "unmatch"}


def _refused(asked: Asked, said: str) -> HttpResponse:
    """The page as it is now, with who was first."""
    fresh = pages.find(asked.referral.pk) or asked.referral
    newest = pages.newest(fresh, asked.desk)
    notice = Notice(text=said, tone="warn", lines=(newest,) if newest else ())
    return show(replace(asked, referral=fresh), notices=(notice,), status=CONFLICT)
