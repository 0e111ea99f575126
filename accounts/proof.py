"""How well a session knows who it is: in which ways, how long ago, by a second step or not."""

from datetime import datetime

from allauth.account import app_settings
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_recent(request: HttpRequest, *, now: datetime) -> bool:
    """Whether the person signed in or proved it again a moment ago."""
    records = get_authentication_records(request, request.user)
    if not records:
        return False
    return bool(now.timestamp() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT)


def has_second_step(request: HttpRequest) -> bool:
    """Whether the session went through one, or the person has just set one up in it."""
    records = get_authentication_records(request, request.user)
    if any(record["method"] == "mfa" for record in records):
        return True
    held: bool = Authenticator.objects.filter(user_id=request.user.pk, type__in=FACTORS).exists()
    return held


def begin_anew(request: HttpRequest, user: User, *, forget_factors: bool) -> None:
    """End the person's other sessions; this one goes on, without what a removed factor proved."""
    User.objects.end_sessions(user.pk)
    user.refresh_from_db(fields=["session_round"])
    before = request.session.session_key
    update_session_auth_hash(request, user)
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
    if forget_factors:
        records = get_authentication_records(request, user)
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            record for record in records if record["method"] != "mfa"
        ]
