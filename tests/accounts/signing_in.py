"""A person at the door, with a password, an app and its codes."""

import re
import time
from types import SimpleNamespace

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import transaction
from django.test import Client

from accounts import operations as accounts
from accounts.models import User
from accounts.policy import AccessPolicy
from audit.models import AuditEvent
from tests.people import PASSWORD, SETUP


def set_policy(practice, *, now, **rules) -> None:
    """What the practice asks from now on."""
    with practice.scoped():
        accounts.set_access_policy(policy=AccessPolicy(**rules), actor=SETUP, now=now)


def come_in(member, *, password: str = PASSWORD, **more) -> Client:
    """By the form, as a person does."""
    client = Client()
    client.answer = client.post(
        "/accounts/login/", {"login": member.user.email, "password": password, **more}
    )
    return client


def prove(client: Client) -> None:
    """As after the form: whoever was let in without it has just said who they are."""
    session = client.session
    record_authentication(
        SimpleNamespace(session=session), User.objects.get(pk=session["_auth_user_id"]), "password"
    )
    session.save()


def code_of(secret: str, *, steps: int = 0) -> str:
    """What an app that knows the secret shows now, or some steps of thirty seconds away."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def set_up_app(client: Client) -> str:
    """Scan the square and type the code; the app's secret."""
    page = client.get("/accounts/2fa/totp/activate/").text
    secret = re.search(r'id="totp-secret">(\w+)<', page)[1]
    client.answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    return secret


def trail(practice, *prefixes: str) -> list[tuple[str, str, str]]:
    """Action, outcome and actor of what was recorded, oldest first."""
    with practice.scoped(), transaction.atomic():
        return [
            (row.action, row.outcome, row.actor_name)
            for row in AuditEvent.objects.order_by("at", "pk")
            if row.action.startswith(prefixes)
        ]
