"""How well a session knows who it is: in which ways, how long ago, by a second step or not."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account import app_settings
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from accounts.models import User
from accounts.policy import AccessPolicy

SIGN_ON = "single-sign-on"

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_recent(request: HttpRequest, *, now: datetime) -> bool:
    """Whether the person signed in or proved it again a moment ago."""
    records = get_authentication_records(request, request.user)
    if not records:
        return False
    return bool(now.timestamp() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT)


def has_second_step(request: HttpRequest, policy: AccessPolicy) -> bool:
    """Whether the session went through one, or the person has just set one up in it."""
    records = get_authentication_records(request, request.user)
    if any(record["method"] == "mfa" for record in records):
        return True
    if policy.trusts_second_step and any(one["second_step"] for one in _sign_ons(request)):
        return True
    held: bool = Authenticator.objects.filter(user_id=request.user.pk, type__in=FACTORS).exists()
    return held


def record_sign_on(
    request: HttpRequest, user: User, *, practice_id: UUID, proved_at: datetime | None,
    second_step: bool,
) -> None:  # fmt: skip
    """A practice's own sign-in vouched for the person: for that practice, and as of then."""
    at = proved_at.timestamp() if proved_at else 0
    record_authentication(request, user, SIGN_ON, at=at, practice=str(practice_id),
                          second_step=second_step)  # fmt: skip


def is_vouched_for(request: HttpRequest) -> bool:
    """Whether the own sign-in of the practice at hand vouched for the person in this session."""
    return any(True for _ in _sign_ons(request))


def is_own(request: HttpRequest) -> bool:
    """Whether the person proved it by what is theirs alone, and not by a practice's word only.

    A practice's word is good at that practice: it opens no other one, and nothing that belongs to
    the person everywhere.
    """
    records = get_authentication_records(request, request.user)
    own = any(one["method"] == "password" or one.get("passwordless") for one in records)
    return own or not any(one["method"] == SIGN_ON for one in records)


def _sign_ons(request: HttpRequest) -> Iterator[Mapping[str, Any]]:
    here = str(request.member.practice_id)  # type: ignore[attr-defined]
    for record in get_authentication_records(request, request.user):
        if record["method"] == SIGN_ON and record["practice"] == here:
            yield record


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
