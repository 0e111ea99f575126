"""What is said with a patient: the thread, their consent, writing, a letter to print."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Operation
from audit import log
from charts.models import Patient
from dashboards.patient_forms import AddressForm, ConsentForm, LetterheadForm, WriteForm
from dashboards.patient_words import KINDS, STATES
from dashboards.queries import chart
from dashboards.queries import patient_messages as queries
from dashboards.queries.desk import Desk
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, require_chart, screen
from outbox import operations as outbox
from outbox.consent import ConsentSource, PatientWay, WhyNot
from outbox.linter import Finding
from outbox.operations import ContactRefused, NotWritten
from outbox.patient_words import Template
from outbox.reaching import letterhead as letterhead_of

UNPROCESSABLE = 422


@for_members
@require_safe
def patient_messages(request: Request, patient_id: UUID) -> HttpResponse:
    """The screen; of one who was merged into another, the other's."""
    desk = desk_of(request)
    found = _find(request, desk, patient_id)
    if found.merged_into_id is not None:
        return HttpResponseRedirect(_address(found.merged_into_id))
    log.record("patient.messages-viewed", entity=found, patient_id=found.pk, actor=request.actor,
               now=desk.now)  # fmt: skip
    return _page(request, desk, found)


@for_members
@require_POST
def patient_message(request: Request, patient_id: UUID, code: str) -> HttpResponse:
    """Write a message, record what they said of being written to, or where they are written to."""
    require(request, Operation.WRITE_TO_PATIENTS)
    if code not in RUNS:
        raise Http404
    desk = desk_of(request)
    found = _find(request, desk, patient_id)
    kind, run = RUNS[code]
    form = kind(request.POST)
    if form.is_valid() and run(request, desk, found, form):
        return HttpResponseRedirect(f"{_address(found.pk)}?said=patient-{code}#{PLACES[code]}")
    return _page(request, desk, found, status=UNPROCESSABLE, **{code: form})


@for_members
@require_safe
def patient_letter(request: Request, patient_id: UUID, message_id: UUID) -> HttpResponse:
    """A letter of the thread, as PDF."""
    desk = desk_of(request)
    found = _find(request, desk, patient_id)
    message = queries.find_letter(found.pk, message_id)
    if message is None or letterhead_of() is None:
        raise Http404
    log.record("patient.letter-printed", entity=message, patient_id=found.pk, actor=request.actor,
               now=desk.now)  # fmt: skip
    pdf = queries.letter_pdf(message, found, message.at.astimezone(desk.zone))
    headers = {"Content-Disposition": f'inline; filename="letter-{message.pk}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def letterhead(request: Request) -> HttpResponse:
    """Under which name, phone and address the practice writes, and in which order of ways."""
    require(request, Operation.SET_LETTERHEAD)
    desk = desk_of(request)
    form = LetterheadForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _set(request, desk, form):
        return HttpResponseRedirect(reverse("dashboards:letterhead") + "?said=saved")
    return screen(
        request, "dashboards/letterhead.html", desk, here="letterhead", form=form,
        head=letterhead_of(), notices=flash.notices(request, desk),
        status=UNPROCESSABLE if form.is_bound else 200,
    )  # fmt: skip


def _set(request: Request, desk: Desk, form: forms.Form) -> bool:
    data = form.cleaned_data
    order = [PatientWay(one) for one in data["order"]]
    try:
        outbox.set_letterhead(
            name=data["name"], phone=data["phone"], address=data["address"],
            portal_address=data["portal_address"], order=order, actor=request.actor, now=desk.now,
        )  # fmt: skip
    except ContactRefused as refused:
        form.add_error(_field(form, refused), str(refused))
        return False
    return True


def _field(form: forms.Form, refused: ContactRefused) -> str:
    """Of the phone and of the portal the refusal knows only that it is an address."""
    if refused.field in form.fields and refused.field != "address":
        return refused.field
    return "portal_address" if "https://" in str(refused) else "phone"


def _write(request: Request, desk: Desk, patient: Patient, form: forms.Form) -> bool:
    data = form.cleaned_data
    written = outbox.write_to_patient(
        patient_id=patient.pk, key=f"staff:{data['key']}", way=PatientWay(data["way"]),
        template=Template(data["template"]), words=data["words"], about_id=data["about"],
        actor=request.actor, now=desk.now,
    )  # fmt: skip
    if isinstance(written, NotWritten):
        form.add_error("words" if written.why is WhyNot.BLOCKED else "way", _refusal(written))
        return False
    return True


def _refusal(refused: NotWritten) -> str:
    note = STATES[refused.why].note
    if not refused.kinds:
        return _("Not sent: {why}").format(why=note)
    kinds = ", ".join(str(KINDS[Finding(kind)]) for kind in refused.kinds)
    return _("Not sent: it holds {kinds}. {why}").format(kinds=kinds, why=note)


def _consent(request: Request, desk: Desk, patient: Patient, form: forms.Form) -> bool:
    assert isinstance(form, ConsentForm)
    data = form.cleaned_data
    day = datetime.combine(data["on"], time(12), tzinfo=desk.zone)
    outbox.record_consent(
        patient_id=patient.pk, way=PatientWay(data["way"]), bases=form.bases,
        given=data["given"] == "yes", source=ConsentSource(data["source"]),
        at=min(day, desk.now), language=data["language"], actor=request.actor, now=desk.now,
    )  # fmt: skip
    return True


def _contact(request: Request, desk: Desk, patient: Patient, form: forms.Form) -> bool:
    try:
        outbox.write_down_contact(
            patient_id=patient.pk, way=PatientWay(form.cleaned_data["way"]),
            address=form.cleaned_data["address"], actor=request.actor, now=desk.now,
        )  # fmt: skip
    except ContactRefused as refused:
        form.add_error("address", str(refused))
        return False
    return True


Run = Callable[[Request, Desk, Patient, forms.Form], bool]
RUNS: dict[str, tuple[type[forms.Form], Run]] = {
    "write": (WriteForm, _write), "consent": (ConsentForm, _consent),
    "contact": (AddressForm, _contact),
}  # fmt: skip
PLACES = {"write": "last", "consent": "ways", "contact": "ways"}


def _find(request: Request, desk: Desk, patient_id: UUID) -> Patient:
    """The patient, where the member may see their chart."""
    found = chart.find(patient_id)
    if found is None:
        raise Http404
    require_chart(request, desk, found)
    return found


def _address(patient_id: UUID) -> str:
    return reverse("dashboards:patient_messages", args=[patient_id])


def _page(
    request: Request, desk: Desk, patient: Patient, *, status: int = 200, **asked: Any
) -> HttpResponse:
    page = queries.page(patient, desk)
    context = {
        "write": WriteForm(initial={"way": page.open_ways[0].value if page.open_ways else "",
                                    "template": Template.NUDGE, "key": page.key}),
        "consent": ConsentForm(initial={"way": "sms", "given": "yes", "source": "staff",
                                        "treatment": True, "tcpa": True, "on": desk.today}),
        "contact": AddressForm(initial={"way": "sms"}),
    } | asked  # fmt: skip
    return screen(
        request, "dashboards/patient_messages.html", desk, here="", status=status, page=page,
        notices=flash.notices(request, desk), **context,
    )  # fmt: skip
