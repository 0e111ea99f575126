"""Who has a second step, and who would need one."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Membership
from accounts.policy import AccessPolicy
from accounts.proof import FACTORS
from accounts.roles import Role
from dashboards.queries import sign_on
from dashboards.queries.desk import Desk
from dashboards.queries.people import WORDS
from dashboards.rows import Choice
from dashboards.rows.security import SecondStepLine, SecurityPage

KINDS = {
    Authenticator.Type.TOTP: gettext_lazy("Authenticator app"),
    Authenticator.Type.WEBAUTHN: gettext_lazy("Passkey"),
}


def page(desk: Desk, policy: AccessPolicy) -> SecurityPage:
    """Everybody who works here, those first who lack what is asked of them."""
    members = list(Membership.objects.filter(is_active=True).order_by("name", "pk"))
    held = _held([one.user_id for one in members])
    lines = [_line(one, held.get(one.user_id, ""), policy, desk) for one in members]
    return SecurityPage(
        lead=_lead(lines),
        sign_on=sign_on.state_of(desk, policy),
        choices=tuple(
            Choice(value=role.value, label=role.label, hint=str(WORDS[role])) for role in Role
        ),
        people=tuple(sorted(lines, key=lambda line: not line.is_missing)),
    )


def find(member_id: UUID) -> Membership | None:
    """Somebody who works here."""
    return Membership.objects.filter(pk=member_id, is_active=True).first()


def held_by(member: Membership) -> str:
    """`Passkey, Authenticator app`; empty: nothing."""
    return _held([member.user_id]).get(member.user_id, "")


def _held(user_ids: Collection[UUID]) -> Mapping[UUID, str]:
    kinds: dict[UUID, set[str]] = defaultdict(set)
    rows = Authenticator.objects.filter(user_id__in=user_ids, type__in=FACTORS)
    for user_id, kind in rows.values_list("user_id", "type"):
        kinds[user_id].add(kind)
    return {
        user_id: ", ".join(str(words) for kind, words in KINDS.items() if kind in theirs)
        for user_id, theirs in kinds.items()
    }


def _line(member: Membership, held: str, policy: AccessPolicy, desk: Desk) -> SecondStepLine:
    return SecondStepLine(
        name=member.name,
        roles=", ".join(Role(role).label for role in member.roles),
        held=held,
        is_missing=not held and policy.asks_second_step(member.roles),
        is_me=member.pk == desk.member.pk,
        url=reverse("dashboards:loss", args=[member.pk]),
    )


def _lead(lines: Collection[SecondStepLine]) -> str:
    """`9 of 14 people have a second step. 2 who need one have none yet.`"""
    having, missing = sum(bool(one.held) for one in lines), sum(one.is_missing for one in lines)
    lead = ngettext(
        "%(having)d of %(all)d person has a second step.",
        "%(having)d of %(all)d people have a second step.",
        len(lines),
    ) % {"having": having, "all": len(lines)}
    if not missing:
        return f"{lead} {_('Nobody who needs one lacks it.')}"
    lacking = ngettext(
        "%(count)d person who needs one sets it up at the next page they open.",
        "%(count)d people who need one set it up at the next page they open.",
        missing,
    )
    return f"{lead} {lacking % {'count': missing}}"
