"""Accounts with carriers. Carriers and their servers are asked outside of any transaction."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.forms import BoundField, Form
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Operation
from dashboards import carrier_forms as forms
from dashboards.carrier_words import ASKS, KINDS, secrets_of
from dashboards.queries import carriers as queries
from dashboards.rows import Notice
from dashboards.rows.carriers import Ask, Standing
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from dashboards.views.planning import REFUSED, went
from dashboards.views.proving import proven
from integrations.carriers import opening, trying
from referrals import operations
from referrals.models import Carrier
from referrals.operations import CarrierRefused
from tenants.sealing import SealBroken


@for_members
@require_safe
def carriers(request: Request) -> HttpResponse:
    """By which accounts packets go, and how each does."""
    require(request, Operation.MANAGE_CONNECTIONS)
    desk = desk_of(request)
    return screen(request, "dashboards/carriers.html", desk, here="carriers",
                  page=queries.listed(desk), notices=flash.notices(request, desk))  # fmt: skip


@transaction.non_atomic_requests
@for_members
@proven(Operation.MANAGE_CONNECTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_carrier(request: Request, code: str) -> HttpResponse:
    """Open an account of one kind."""
    if code not in KINDS:
        raise Http404
    today = desk_of(request).today
    form = forms.CarrierForm(request.POST or None, kind=code, today=today)
    if request.method == "POST" and form.is_valid():
        made = _opened(request, form)
        if made is not None:
            return went("carrier", "carrier-opened", made.pk)
    return _ask(request, form)


@transaction.atomic
def _opened(request: Request, form: forms.CarrierForm) -> Carrier | None:
    """The account with its feed; None: the form says what hinders it."""
    slug = queries.slug_for(form.kind, request.member.practice.slug)
    try:
        return opening.open_carrier(
            account=form.account(slug), actor=request.actor, now=desk_of(request).now
        )
    except CarrierRefused as refused:
        form.add_error(None, str(refused))
        return None


@transaction.atomic
def _ask(request: Request, form: forms.CarrierForm) -> HttpResponse:
    if not form.is_bound:
        form.initial = forms.initial(queries.newest(form.kind))
    return screen(
        request, "dashboards/carrier_new.html", desk_of(request), here="carriers", form=form,
        title=KINDS[form.kind], kind=form.kind, fields=_fields(form, ASKS[form.kind]),
        status=REFUSED if form.errors else 200,
    )  # fmt: skip


@transaction.non_atomic_requests
@for_members
@require_safe
def carrier(request: Request, carrier_id: UUID) -> HttpResponse:
    """One account: how it does, and what can be done with it."""
    require(request, Operation.MANAGE_CONNECTIONS)
    return _show(request, _find(carrier_id))


@transaction.non_atomic_requests
@for_members
@proven(Operation.MANAGE_CONNECTIONS)
@require_POST
def carrier_step(request: Request, carrier_id: UUID, code: str) -> HttpResponse:
    """One of its buttons."""
    if code not in STEPS:
        raise Http404
    row = _find(carrier_id)
    if row.closed_at is not None:
        raise Http404
    try:
        return STEPS[code](request, row)
    except CarrierRefused as refused:
        return _show(request, _find(carrier_id), refusal=str(refused))


def _test(request: Request, row: Carrier) -> HttpResponse:
    now = desk_of(request).now
    try:
        tried = trying.try_account(row, now=now)
    except SealBroken:
        said = _("A stored secret was sealed with a key that is gone. Enter it again.")
        return _show(request, row, findings=(Standing(said, "quiet"),))
    trying.record_trial(row, tried, actor=request.actor, now=now)
    return _show(request, row, findings=tuple(queries.found(tried)))


def _replace(request: Request, row: Carrier) -> HttpResponse:
    form = forms.SecretsForm(request.POST, kind=row.kind)
    if not form.is_valid():
        return _show(request, row, secrets=form)
    operations.replace_secrets(carrier_id=row.pk, **form.cleaned_data, **_who(request))
    return went("carrier", "carrier-secrets", row.pk)


def _agree(request: Request, row: Carrier) -> HttpResponse:
    form = forms.AgreementForm(request.POST, today=desk_of(request).today)
    if not form.is_valid():
        return _show(request, row, agreement=form)
    operations.sign_baa(carrier_id=row.pk, baa_on=form.cleaned_data["baa_on"], **_who(request))
    return went("carrier", "saved", row.pk)


def _close(request: Request, row: Carrier) -> HttpResponse:
    operations.close_carrier(carrier_id=row.pk, **_who(request))
    return went("carriers", "carrier-closed")


STEPS: dict[str, Callable[[Request, Carrier], HttpResponse]] = {
    "test": _test, "secrets": _replace, "agree": _agree, "close": _close,
}  # fmt: skip


def _who(request: Request) -> dict[str, Any]:
    return {"actor": request.actor, "now": desk_of(request).now}


@transaction.atomic
def _find(carrier_id: UUID) -> Carrier:
    found = queries.find(carrier_id)
    if found is None:
        raise Http404
    return found


def _fields(form: Form, asks: Iterable[Ask]) -> list[tuple[Ask, BoundField]]:
    return [(ask, form[ask.name]) for ask in asks]


@transaction.atomic
def _show(
    request: Request, row: Carrier, *, secrets: forms.SecretsForm | None = None,
    agreement: forms.AgreementForm | None = None, findings: tuple[Standing, ...] = (),
    refusal: str = "",
) -> HttpResponse:  # fmt: skip
    desk = desk_of(request)
    secrets = secrets or forms.SecretsForm(kind=row.kind)
    agreed = {"baa_on": row.baa_on.isoformat() if row.baa_on else ""}
    agreement = agreement or forms.AgreementForm(today=desk.today, initial=agreed)
    notices = flash.notices(request, desk)
    if refusal:
        notices = (Notice(text=refusal, tone="warn"),)
    return screen(
        request, "dashboards/carrier.html", desk, here="carriers",
        page=queries.page(row, desk, host=request.build_absolute_uri("/").rstrip("/")),
        secrets=secrets, fields=_fields(secrets, secrets_of(row.kind)), agreement=agreement,
        findings=findings, notices=notices,
        status=REFUSED if refusal or secrets.errors or agreement.errors else 200,
    )  # fmt: skip
