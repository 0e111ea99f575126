"""When a member wants to hear what is not critical, a page to try it, and what they have seen."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.languages import speaking_to
from accounts.models import Membership
from audit import log
from audit.actors import Actor
from outbox.choosing import RANK, reach
from outbox.models import MORNING, Channel, Intent, Preference, Urgency
from outbox.operations.intending import Saying, intend, reference
from outbox.places import ContactRefused

TESTS = "test"
"""The template of a page that asks for nothing."""

LONGEST_BUNDLE = 60
DAY = 1440


@transaction.atomic
def prefer(
    *, member: Membership, quiet: tuple[int, int] | None, notices: Collection[Channel],
    bundle_minutes: int, digest: bool, digest_hour: int = MORNING, actor: Actor, now: datetime,
) -> Preference:  # fmt: skip
    """Keep when notices come, and over what. Pages of critical results come at any hour.

    Raises:
        ContactRefused: the hours are none, or the wait is too long.
    """
    _check_hours(quiet, bundle_minutes, digest_hour)
    begins, ends = quiet or (None, None)
    wish, _is_new = Preference.objects.update_or_create(
        member=member,
        defaults={
            "quiet_from": begins, "quiet_until": ends, "bundle_minutes": bundle_minutes,
            "notices": [one.value for one in Channel if one in notices], "digest": digest,
            "digest_hour": digest_hour,
        },
    )  # fmt: skip
    log.record("preference.changed", entity=wish, actor=actor, now=now)
    return wish


def _check_hours(quiet: tuple[int, int] | None, bundle_minutes: int, digest_hour: int) -> None:
    if not 0 <= digest_hour < DAY // 60:
        raise ContactRefused(_("Choose an hour of the day."), field="digest_hour")
    if quiet is not None and (quiet[0] == quiet[1] or not all(0 <= one < DAY for one in quiet)):
        raise ContactRefused(
            _("Quiet hours begin and end at different times."), field="quiet_until"
        )
    if not 0 <= bundle_minutes <= LONGEST_BUNDLE:
        raise ContactRefused(
            _("Notices wait for {many} minutes at most.").format(many=LONGEST_BUNDLE),
            field="bundle_minutes",
        )


@transaction.atomic
def send_test(*, member: Membership, actor: Actor, now: datetime) -> Sequence[Intent]:
    """Page a member as if it were meant, over what a page would go first; says that it is a test.

    Raises:
        ContactRefused: there is no verified way that can ring.
    """
    ways = reach([member.pk]).pages(member.pk, now=now)
    if not ways:
        raise ContactRefused(_("Add a way and verify it first."), field="test")
    code = reference()
    with speaking_to(member):
        subject = _("A test page")
        body = _(
            "ClearChart: this is a test page. Nothing waits for you. Reply OK {code} to see that "
            "your answer arrives."
        ).format(code=code)
    return intend(
        [
            Saying(
                key=f"{TESTS}:{member.pk}:{now:%Y%m%d%H%M}:{way.channel.value}",
                member_id=member.pk, task_id=None, channel=way.channel, contact_id=way.contact_id,
                urgency=Urgency.PAGE, template=TESTS, subject=subject, body=body,
                reference=code, rank=RANK[Urgency.PAGE], at=way.at,
            )
            for way in ways
        ],
        actor=actor, now=now,
    )  # fmt: skip


@transaction.atomic
def mark_seen(
    *, member: Membership, intent_ids: Collection[UUID] | None = None, actor: Actor, now: datetime
) -> int:
    """What was said to a member inside the product has been read; all of it where none is named."""
    unseen = Intent.objects.filter(
        member=member, channel=Channel.IN_APP, seen_at__isnull=True, next_at__lte=now
    )
    if intent_ids is not None:
        unseen = unseen.filter(pk__in=list(intent_ids))
    count = unseen.update(seen_at=now)
    log.record("notices.seen", entity=member, detail={"count": count}, actor=actor, now=now)
    return count
