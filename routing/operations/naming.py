"""A practice's own words for the outcomes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from routing.models import RESULT_OUTCOMES, Outcome, OutcomeName
from routing.operations.moving import OutcomeNeeded

LONGEST_NAME = 60


@transaction.atomic
def name_outcome(
    *, outcome: str, name: str, member: Membership, actor: Actor, now: datetime
) -> None:
    """Call an outcome by the practice's words; an empty name gives it ours again.

    Its digit, its place and its meaning stay as they were.

    Raises:
        PermissionRefused: the member names no outcomes.
        OutcomeNeeded: no such outcome, or too long a name.
    """
    permissions.require(member.roles, Operation.NAME_OUTCOMES)
    if outcome not in {str(one) for one in RESULT_OUTCOMES}:
        raise OutcomeNeeded(_("There is no such outcome."))
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise OutcomeNeeded(_("A name has at most {many} letters.").format(many=LONGEST_NAME))
    if name in ("", Outcome(outcome).label):
        OutcomeName.objects.filter(outcome=outcome).delete()
    else:
        OutcomeName.objects.update_or_create(outcome=outcome, defaults={"name": name})
    log.record("outcome.named", detail={"outcome": outcome}, actor=actor, now=now)
