"""How I am reached: my phones and addresses, proven by a code; a PIN; a test page; quiet hours."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from dashboards.queries import reach as queries
from dashboards.queries.desk import Desk
from dashboards.reach_forms import AddForm, CodeForm, PinForm, WishForm, initial
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, screen, wants_part
from dashboards.words import later
from outbox import operations as outbox
from outbox.models import Channel, Preference
from outbox.operations import ContactNotFound, ContactRefused
from outbox.pins import PinRefused

UNPROCESSABLE = 422

WRONG = later(
    "That is another code. Read it again: three letters and digits, a space, and three more."
)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def reach(request: Request) -> HttpResponse:
    """The screen; posting adds a way and sends its code."""
    desk = desk_of(request)
    if request.method != "POST":
        return _page(request, desk)
    form = AddForm(request.POST)
    if form.is_valid():
        try:
            outbox.add_contact(
                member=request.member, channel=Channel(form.cleaned_data["channel"]),
                address=form.cleaned_data["address"], actor=request.actor, now=desk.now,
            )  # fmt: skip
            return _again("contact-added", "ways")
        except ContactRefused as refused:
            form.add_error("address", str(refused))
    return _page(request, desk, add=form, status=UNPROCESSABLE)


@for_members
@require_POST
def contact(request: Request, contact_id: UUID, code: str) -> HttpResponse:
    """Prove one by its code, ask for another code, try it earlier, or remove it."""
    if code not in RUNS:
        raise Http404
    desk = desk_of(request)
    form = CodeForm(request.POST) if code == "verify" else CodeForm({"code": "-"})
    if form.is_valid():
        try:
            said = RUNS[code](request, desk, contact_id, form)
        except ContactNotFound:
            raise Http404 from None
        except ContactRefused as refused:
            said = ""
            form.add_error(None, str(refused))
        if said:
            return _again(said, "ways")
    return _page(request, desk, refused=(str(contact_id), form), status=UNPROCESSABLE)


def _verify(request: Request, desk: Desk, contact_id: UUID, form: CodeForm) -> str:
    fits = outbox.verify_contact(
        contact_id=contact_id, member=request.member, code=form.cleaned_data["code"],
        actor=request.actor, now=desk.now,
    )  # fmt: skip
    if not fits:
        form.add_error("code", WRONG)
    return "contact-verified" if fits else ""


def _resend(request: Request, desk: Desk, contact_id: UUID, _: CodeForm) -> str:
    outbox.send_code(
        contact_id=contact_id, member=request.member, actor=request.actor, now=desk.now
    )
    return "code-sent"


def _raise(request: Request, desk: Desk, contact_id: UUID, _: CodeForm) -> str:
    outbox.raise_contact(
        contact_id=contact_id, member=request.member, actor=request.actor, now=desk.now
    )
    return "saved"


def _remove(request: Request, desk: Desk, contact_id: UUID, _: CodeForm) -> str:
    outbox.remove_contact(
        contact_id=contact_id, member=request.member, actor=request.actor, now=desk.now
    )
    return "contact-removed"


RUNS: dict[str, Callable[[Request, Desk, UUID, CodeForm], str]] = {
    "verify": _verify, "code": _resend, "raise": _raise, "remove": _remove,
}  # fmt: skip


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def test_page(request: Request) -> HttpResponse:
    """Page me as if it were meant; asked for as a part, say what became of it."""
    desk = desk_of(request)
    if request.method != "POST":
        if wants_part(request):
            rows = queries.test(desk)
            settled = all(one.is_settled for one in rows)
            return render(request, "parts/reach_test.html", {"test": rows, "is_settled": settled})
        return HttpResponseRedirect(reverse("dashboards:reach") + "#test")
    try:
        outbox.send_test(member=request.member, actor=request.actor, now=desk.now)
    except ContactRefused as refused:
        return _page(request, desk, unsent=str(refused), status=UNPROCESSABLE)
    return _again("", "test")


@for_members
@require_POST
def pin(request: Request) -> HttpResponse:
    """Set the PIN that a call asks for."""
    desk = desk_of(request)
    form = PinForm(request.POST)
    if form.is_valid():
        try:
            outbox.set_pin(
                member=request.member, pin=form.cleaned_data["pin"], actor=request.actor,
                now=desk.now,
            )  # fmt: skip
            return _again("pin-set", "pin")
        except PinRefused as refused:
            form.add_error("pin", str(refused))
    return _page(request, desk, pin=form, status=UNPROCESSABLE)


@for_members
@require_POST
def remove_pin(request: Request) -> HttpResponse:
    """Have calls only tell."""
    desk = desk_of(request)
    outbox.remove_pin(member=request.member, actor=request.actor, now=desk.now)
    return _again("pin-removed", "pin")


@for_members
@require_POST
def wishes(request: Request) -> HttpResponse:
    """Quiet hours, channels of notices, bundles and the summary."""
    desk = desk_of(request)
    form = WishForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            outbox.prefer(
                member=request.member, quiet=form.hours, digest=data["digest"],
                digest_hour=data["digest_hour"],
                notices=[Channel(one) for one in data["notices"]],
                bundle_minutes=data["bundle_minutes"], actor=request.actor, now=desk.now,
            )  # fmt: skip
            return _again("saved", "")
        except ContactRefused as refused:
            form.add_error(refused.field, str(refused))
    return _page(request, desk, wish=form, status=UNPROCESSABLE)


def _again(said: str, place: str) -> HttpResponse:
    query = f"?said={said}" if said else ""
    return HttpResponseRedirect(
        reverse("dashboards:reach") + query + (f"#{place}" if place else "")
    )


def _page(
    request: Request, desk: Desk, *, add: AddForm | None = None, wish: WishForm | None = None,
    pin: PinForm | None = None, refused: tuple[str, CodeForm] | None = None, unsent: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    held = Preference.objects.filter(member=request.member).first()
    page = queries.page(desk)
    if refused is not None:
        ways = [replace(one, form=refused[1]) if one.id == refused[0] else one for one in page.ways]
        if not any(one.form for one in ways):
            raise Http404
        page = replace(page, ways=tuple(ways))
    context: dict[str, Any] = {
        "page": page, "add": add or AddForm(initial={"channel": "sms"}), "unsent": unsent,
        "pin": pin or PinForm(),
        "wish": wish or WishForm(initial=initial(held)), "zone": str(desk.zone),
        "notices": flash.notices(request, desk),
    }  # fmt: skip
    return screen(request, "dashboards/reach.html", desk, here="reach", status=status, **context)
