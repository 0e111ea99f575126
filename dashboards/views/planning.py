"""What every form of duty shares: refusals become words, another practice's ids become nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.permissions import PermissionRefused
from dashboards.views.frame import Request
from escalation.operations import AbsenceNotFound, DutyRefused, RotationNotFound, SwapNotFound

P = ParamSpec("P")

REFUSED = 422

View = Callable[Concatenate[Request, P], HttpResponse]


def plans(view: View[P]) -> View[P]:
    """A view that plans duty: who may not reads why, and what is not there is not found."""

    @wraps(view)
    def wrapper(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except PermissionRefused as refused:
            raise PermissionDenied(str(refused)) from None
        except (AbsenceNotFound, RotationNotFound, SwapNotFound):
            raise Http404 from None

    return cast("View[P]", wrapper)


def blame(form: forms.Form, refused: DutyRefused, fields: dict[str, str]) -> None:
    """Put the refusal at the field of the form that it is about."""
    name = fields.get(refused.field, refused.field)
    form.add_error(name if name in form.fields else None, str(refused))


def went(name: str, said: str, *args: Any) -> HttpResponse:
    """On to a screen, which says what happened."""
    return HttpResponseRedirect(f"{reverse(f'dashboards:{name}', args=args)}?said={said}")


def uuid_of(text: str) -> UUID | None:
    """None for what is no id."""
    try:
        return UUID(text)
    except ValueError:
        return None
