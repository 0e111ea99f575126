"""What a carrier's row opens: its secrets are unsealed here and nowhere else."""

from referrals.lines.hisp import Edge
from referrals.models import Carrier
from referrals.wire.fax import Account
from tenants import sealing


def fax(carrier: Carrier) -> Account:
    """The account at a fax service.

    Raises:
        SealBroken: the key must be entered again.
    """
    return Account(carrier.address, sealing.unseal(carrier.secret), carrier.connection)


def edge(carrier: Carrier) -> Edge:
    """The account at a HISP.

    Raises:
        SealBroken: as `fax`.
    """
    return Edge(carrier.url, carrier.mail_url, carrier.user, sealing.unseal(carrier.secret))
