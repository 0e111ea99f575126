"""Which practices have a sign-in of their own, and who works there: read before one is known."""

from uuid import UUID

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import sign_on
from accounts.models import IdentityProvider, Membership
from accounts.policy import AccessPolicy
from dashboards.queries.desk import Desk
from dashboards.rows.security import SignOnPage
from dashboards.words import moment
from tenants import scope
from tenants.models import Practice


def page(
    desk: Desk, held: IdentityProvider | None, policy: AccessPolicy, *, back: str
) -> SignOnPage:
    """What stands, and what comes next."""
    practice = desk.member.practice
    here = reverse("dashboards:sign_on_setup")
    go = reverse("dashboards:sign_on_go", args=[practice.slug])
    return SignOnPage(
        practice=practice.name, lead=_lead(held, desk), is_set=held is not None,
        has_worked=held is not None and held.worked_at is not None, back=back,
        try_url=f"{go}?{urlencode({REDIRECT_FIELD_NAME: here})}",
        door=back.removesuffix("done/"), keeper=_keeper(policy),
    )  # fmt: skip


def state_of(desk: Desk, policy: AccessPolicy) -> str:
    """In a sentence, for the page on security."""
    if policy.only_sign_on:
        return _("Everybody signs in with it, but for %(keeper)s, who may use a password.") % {
            "keeper": _keeper(policy)
        }
    return _lead(IdentityProvider.objects.first(), desk)


def _lead(held: IdentityProvider | None, desk: Desk) -> str:
    if held is None:
        return _("People sign in here with a password of their own.")
    if held.worked_at is None:
        return _("It is set up, and nobody has signed in with it yet.")
    at = moment(held.worked_at, zone=desk.zone, now=desk.now).words
    return _("It works. Last sign-in with it: %(at)s.") % {"at": at}


def _keeper(policy: AccessPolicy) -> str:
    if not policy.only_sign_on:
        return ""
    return Membership.objects.get(pk=policy.keeper).name


def practice_of(slug: str) -> Practice | None:
    """A practice by its short name."""
    return Practice.objects.filter(slug=slug, is_active=True).first()


def provider_of(practice_id: UUID) -> IdentityProvider | None:
    """How people sign on there, if they do."""
    with scope.scoped(practice_id), transaction.atomic():
        return IdentityProvider.objects.first()


def again_url(practice: Practice) -> str:
    """Where somebody who is signed in proves it again; what follows is where they go on."""
    if provider_of(practice.pk) is None:
        return ""
    return f"{reverse('dashboards:sign_on_go', args=[practice.slug])}?again=1"


def practices_for(address: str) -> list[Practice]:
    """Those that somebody of this e-mail address, or of this short name, may sign on at."""
    name, _, domain = address.strip().lower().rpartition("@")
    known = sign_on.practices_signing_on(domain) if name else []
    rows = Practice.objects.filter(pk__in=known, is_active=True) if name else (
        Practice.objects.filter(slug=domain, is_active=True)
    )  # fmt: skip
    return [practice for practice in rows if provider_of(practice.pk) is not None]


def member_of(practice_id: UUID, *, email: str) -> Membership | None:
    """Who works there and has this very address, whatever its case."""
    with scope.scoped(practice_id), transaction.atomic():
        found = list(
            Membership.objects.filter(
                is_active=True, user__is_active=True, user__email__iexact=email
            ).select_related("user")
        )
    same = [one for one in found if one.user.email.lower() == email.lower()]
    return same[0] if len(same) == 1 else None
