"""Members told of what concerns their duty, in the transaction that makes it so."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from accounts.languages import speaking_to
from accounts.models import Membership
from audit.actors import Actor
from escalation.words import words
from outbox import operations as outbox
from outbox.choosing import RANK, Reach, Way, reach
from outbox.models import Urgency
from outbox.operations import Saying


def tell(
    members: Iterable[Membership], template: str, *, occasion: str, at_once: bool = False,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Say it to each over what they chose for notices, outside of their quiet hours.

    Args:
        occasion: names it; the same one is said once.
        at_once: over what a page would go, at any hour.
    """
    told = list(members)
    reachable = reach([one.pk for one in told])
    sayings = [
        saying
        for member in told
        for saying in _sayings(member, template, occasion, _ways(member, reachable, at_once, now))
    ]
    outbox.intend(sayings, actor=actor, now=now)


def _ways(member: Membership, reachable: Reach, at_once: bool, now: datetime) -> list[Way]:  # noqa: FBT001
    rings = reachable.pages(member.pk, now=now) if at_once else []
    return rings or reachable.notices(member.pk, member.practice.time_zone, now=now)


def _sayings(
    member: Membership, template: str, occasion: str, ways: Iterable[Way]
) -> Iterator[Saying]:
    with speaking_to(member):
        said = words(template)
    for way in ways:
        yield Saying(
            key=f"{occasion}:{member.pk}:{way.channel.value}", member_id=member.pk, task_id=None,
            channel=way.channel, contact_id=way.contact_id, urgency=Urgency.NOTICE,
            template=template, subject=said.subject, body=said.body, rank=RANK[Urgency.NOTICE],
            at=way.at,
        )  # fmt: skip
