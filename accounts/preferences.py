"""How a member wants to work here."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import Membership
from audit import log
from audit.actors import Actor


@transaction.atomic
def prefer(
    *, member: Membership, keys_on: bool, keys: Mapping[str, str], first_page: str, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Keep their keys and where they begin; whoever shows either judges what is still allowed."""
    member.keys_on, member.keys, member.first_page = keys_on, dict(keys), first_page
    member.save(update_fields=["keys_on", "keys", "first_page"])
    log.record("member.preferences-changed", entity=member, actor=actor, now=now)
