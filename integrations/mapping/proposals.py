"""What a value of a feed is to mean, before or after somebody has decided so."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models

from accounts.models import Membership, ProviderIdentifier
from audit import log
from audit.actors import Actor
from charts.values import Code
from integrations.models import CodeMap, Feed, Unmapped

Kind = Unmapped.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One line of a map. Of `code`, `member_id` and `location_id` the one of its kind is set."""

    kind: str
    """`code`, `provider` or `location`."""
    value: str
    assigner: str = ""
    """Of a provider's number: who gave it, as the message says."""
    feed_id: UUID | None = None
    """None: of every feed."""
    code: Code | None = None
    member_id: UUID | None = None
    location_id: UUID | None = None


def write(proposal: Proposal, *, actor: Actor, now: datetime) -> None:
    """Make it the practice's map, in the caller's transaction; an earlier one yields."""
    row: models.Model
    if proposal.kind == Kind.PROVIDER:
        row, _ = ProviderIdentifier.objects.update_or_create(
            value=proposal.value[:80],
            assigner=assigner_of(proposal)[:80],
            defaults={"membership": _member(proposal)},
        )
    else:
        feed = Feed.objects.get(pk=proposal.feed_id) if proposal.feed_id else None
        code = proposal.code or Code("")
        row, _ = CodeMap.objects.update_or_create(
            feed=feed,
            kind=proposal.kind,
            value=proposal.value,
            defaults={
                "code": code.code[:80],
                "display": code.display[:200],
                "location_id": proposal.location_id,
                "made_at": now,
            },
        )
    detail = {"kind": proposal.kind, "feed": str(proposal.feed_id or "")}
    log.record("map.written", entity=row, detail=detail, actor=actor, now=now)


def assigner_of(proposal: Proposal) -> str:
    """Under which assigner a provider's number is kept; the feed's slug where nobody is named."""
    if proposal.assigner or proposal.feed_id is None:
        return proposal.assigner
    return Feed.objects.get(pk=proposal.feed_id).slug


def _member(proposal: Proposal) -> Membership:
    assert proposal.member_id is not None
    return Membership.objects.get(pk=proposal.member_id)
