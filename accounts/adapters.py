"""How people sign in: staff are admitted by their practice; nobody signs up.

allauth tells its adapters what happened; here it becomes rows of the audit trail.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from accounts import proof, sessions, trail
from accounts.models import User
from tenants import clock, sealing

TOLD = {
    "mfa/email/totp_activated": ("factor.added", "authenticator-app"),
    "mfa/email/webauthn_added": ("factor.added", "passkey"),
    "mfa/email/recovery_codes_generated": ("factor.added", "recovery-codes"),
    "mfa/email/totp_deactivated": ("factor.removed", "authenticator-app"),
    "mfa/email/webauthn_removed": ("factor.removed", "passkey"),
    "account/email/password_changed": ("password.changed", "password"),
    "account/email/password_set": ("password.changed", "password"),
    "account/email/password_reset": ("password.changed", "password"),
}
"""What allauth would mail a person about, and what the trail calls it."""


class StaffOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """No open sign-up, one answer to every failed sign-in, and a trail of all."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("That address and password do not go together."),
        "incorrect_password": _("That is not your password."),
        "incorrect_code": _("That code or passkey was not accepted. Try again."),
        "too_many_login_attempts": _(
            "Too many attempts. Wait five minutes, then try again. This says nothing about whether "
            "the address is known here."
        ),
        "rate_limited": _("Too many attempts. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: Any) -> bool:  # noqa: ARG002
        """Never: a practice manager admits people."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **hints: Any) -> HttpResponse:
        """The session begins."""
        now = clock.now()
        sessions.begin(request.session, now=now)
        ways = [record["method"] for record in get_authentication_records(request, user)]
        trail.record("sign-in.done", user_id=user.pk, request=request, detail={"ways": ways},
                     now=now)  # fmt: skip
        response: HttpResponse = super().post_login(request, user, **hints)
        return response

    def logout(self, request: HttpRequest) -> None:
        """The session ends."""
        if request.user.is_authenticated:
            trail.record("sign-out.done", user_id=request.user.pk, request=request,
                         now=clock.now())  # fmt: skip
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password. Whether the address is known shows in the trail alone."""
        known = User.objects.filter(email__iexact=credentials.get("email", "")).first()
        if known is not None:
            trail.record("sign-in.refused", user_id=known.pk, request=request, outcome="denied",
                         detail={"way": "password"}, now=clock.now())  # fmt: skip

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: Any = None, email: Any = None
    ) -> None:
        """A row of the trail; sessions that knew the old factors end, but for this one."""
        super().send_notification_mail(template_prefix, user, context, email)
        if template_prefix not in TOLD:
            return
        action, kind = TOLD[template_prefix]
        trail.record(action, user_id=user.pk, request=self.request, detail={"kind": kind},
                     now=clock.now())  # fmt: skip
        if action != "password.changed":
            proof.begin_anew(self.request, user, forget_factors=action == "factor.removed")

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:  # noqa: ARG002
        """Not within five minutes of signing in or of proving it again."""
        return not proof.is_recent(self.request, now=clock.now())


class SecondSteps(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes are sealed; the words are ours."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code or passkey was not accepted. Try again."),
    }

    def encrypt(self, text: str) -> str:
        """For the database."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """From it."""
        return sealing.unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        """What the app shows above the code."""
        return "ClearChart"

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002
        """`Passkey`, `Passkey 2`."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return str(_("Passkey")) + (f" {number}" if number > 1 else "")

    def build_totp_svg(self, url: str) -> str:
        """A drawing to stand in the page: the content policy allows no image of a `data:` URL."""
        drawn: str = super().build_totp_svg(url)
        return mark_safe(drawn[drawn.index("<svg") :])  # noqa: S308 - squares, and no word of ours

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name that a browser shows when it asks for a passkey."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "ClearChart"}
