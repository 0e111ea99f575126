"""An account with a carrier, and the feed as which comes what it brings: opened together."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actors import Actor
from integrations.models import Feed
from integrations.operations import open_feed
from referrals import operations as referrals
from referrals.models import Carrier
from referrals.operations import Account, CarrierRefused
from tenants import scope
from tenants.models import Practice

NAMES = {
    Carrier.Kind.HISP: "Direct messages",
    Carrier.Kind.DOCUMO: "Documo faxes",
    Carrier.Kind.TELNYX: "Telnyx faxes",
}


@transaction.atomic
def open_carrier(*, account: Account, actor: Actor, now: datetime) -> Carrier:
    """Begin to use an account. Its call-backs come to the address of its feed; one that is opened
    again under the same name goes on with the feed that it had.

    Raises:
        CarrierRefused: as `referrals.operations.open_carrier`, or its name is another practice's.
    """
    carrier = referrals.open_carrier(account=account, actor=actor, now=now)
    if Feed.objects.filter(slug=account.feed_slug).exists():
        return carrier
    zone = Practice.objects.get(pk=scope.current()).time_zone
    try:
        with transaction.atomic():
            open_feed(name=NAMES[Carrier.Kind(account.kind)], slug=account.feed_slug,
                      time_zone=zone, actor=actor, now=now)  # fmt: skip
    except IntegrityError:
        raise CarrierRefused(_("This name is taken. Choose another one for its address.")) from None
    return carrier
