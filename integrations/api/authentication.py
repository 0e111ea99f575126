"""Which key asks. The key leads to the practice; nothing else in a request ever names one."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from audit.actors import Actor
from integrations.doors import DoorRefused, api_key
from integrations.models import ApiKey
from tenants import clock
from tenants.models import Door, DoorKind

SCHEME = "Bearer"
SECRET = re.compile(r"(cc_[0-9a-f]{8})_[A-Za-z0-9_-]{20,80}")

HOW_TO = "Send an API key of your practice as `Authorization: Bearer cc_…`."


@dataclass(frozen=True, slots=True)
class Caller:
    """The program behind a request: what stands where other products have a user."""

    key: ApiKey
    is_authenticated: ClassVar[bool] = True

    @property
    def pk(self) -> UUID:
        return self.key.pk


class ApiKeyAuthentication(BaseAuthentication):
    """A key of the practice in scope, which `practice_behind` opened by its prefix."""

    def authenticate(self, request: Request) -> tuple[Caller, ApiKey] | None:
        """The caller and the key; None without any.

        Raises:
            AuthenticationFailed: what was sent is not an active key.
        """
        if not request.headers.get("Authorization"):
            return None
        if practice_behind(request) is None:
            raise AuthenticationFailed(f"The API key is unknown. {HOW_TO}")
        try:
            key = api_key(_secret(request), now=clock.now())
        except DoorRefused as refused:
            raise AuthenticationFailed(refused.sentence) from refused
        return Caller(key), key

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - REST framework's signature
        """Makes a missing key 401, not 403."""
        return SCHEME


class HasScope(BasePermission):
    """The key holds the scope that the view asks for; a view that names none is shut."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether it does; the refusal names the scope."""
        required = getattr(view, "required_scope", None)
        self.message = f"This key lacks the scope {required}."
        return isinstance(request.auth, ApiKey) and required in request.auth.scopes


def practice_behind(request: HttpRequest | Request) -> UUID | None:
    """The practice that the key's prefix leads to; the key itself is proven inside its scope."""
    known = SECRET.fullmatch(_secret(request))
    if known is None:
        return None
    door = Door.objects.filter(kind=DoorKind.API_KEY, key=known[1]).first()
    return door.practice_id if door else None


def actor_of(request: Request) -> Actor:
    """The key at work, with the request's id and address."""
    key: Any = request.auth
    sent: Any = request
    return Actor.machine(
        f"api:{key.prefix}",
        request_id=sent.request_id,
        address=sent.META.get("REMOTE_ADDR", "")[:45],
    )


def _secret(request: HttpRequest | Request) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == SCHEME.lower() else ""
