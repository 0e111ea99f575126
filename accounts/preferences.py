"""How a member wants to work here."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import Membership
from audit import log
from audit.actors import Actor


@transaction.atomic
def prefer(
    *, member: Membership, keys_on: bool, keys: Mapping[str, str], first_page: str, language: str,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Keep their keys, language and first page; whoever shows them judges what is still allowed."""
    member.keys_on, member.keys = keys_on, dict(keys)
    member.first_page, member.language = first_page, language
    member.save(update_fields=["keys_on", "keys", "first_page", "language"])
    log.record("member.preferences-changed", entity=member, actor=actor, now=now)
