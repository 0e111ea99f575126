"""The life of a Direct message: handed to the HISP, and what comes of it to the mailbox."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integrations.carriers import mailbox
from referrals.models import Carrier, Packet, Transmission
from referrals.wire import direct
from referrals.wire.direct import Letter as Mail
from referrals.wire.documents import document
from tests.flows.killing.lives import Tell
from tests.flows.killing.outside import MAIL, Outside
from tests.flows.killing.sending import Sending, Street
from tests.integrations.cda import documents as cda
from tests.people import Elm
from tests.referrals.sending.street import US, account_of_hisp, specialist
from tests.referrals.telling import osu

PDF = b"%PDF-1.4 how to find us"


PATIENT = (
    '<recordTarget><patientRole><id root="ELM" extension="{}"/><patient><name><given>MARIA</given>'
    '<family>DIAZ</family></name><administrativeGenderCode code="F"/>'
    '<birthTime value="19910302"/></patient></patientRole></recordTarget>'
)
ORDER = '<inFulfillmentOf><order><id root="ELM" extension="{}"/></order></inFulfillmentOf>'


@dataclass(frozen=True)
class Letter(Sending):
    """To a partner who answers: receipts, then a yes with a paper, then the report."""

    def go(self, now: datetime, tell: Tell) -> None:
        """It is sent, and the mailbox is read."""
        self.street.sweep(now=now)
        tell("told")

    def taken(
        self, packets: Sequence[Packet], sent: Sequence[Transmission], received: Counter[str]
    ) -> Any:
        """How many different messages went out under each id; how many mails are not read."""
        different = [
            sum(what.startswith(f"{one.message_id}/") for what in received) for one in sent
        ]
        return different, received[MAIL] - Carrier.objects.get().mail_seen


class Letters(Street):
    """One Direct message after the other."""

    def __init__(self, elm: Elm, world: Outside, *, now: datetime) -> None:
        super().__init__(elm, world, account_of_hisp(world), now=now)

    @staticmethod
    def forget() -> None:
        """The place in the mailbox is written before what came of the message."""
        take = mailbox._take

        def hasty(
            carrier: Carrier, validity: int, number: int, raw: bytes, *, now: datetime
        ) -> None:
            mailbox._mark(carrier, validity, number, "", now=now)
            take(carrier, validity, number, raw, now=now)

        mailbox._take = hasty

    def life(self, number: int, now: datetime) -> Letter:
        partner = f"scheduling-{number}@heart.direct.example"
        with self.elm.scoped():
            to = specialist(now, organization=f"Heartfield {number}", direct_address=partner,
                            fax="", takes_360x=True)  # fmt: skip
        made = Letter(self, number, now, self.order(number, now, to))
        folder = self.world.replies(partner)
        folder.mkdir(parents=True)
        for place, raw in enumerate(_replies(number, partner, now)):
            (folder / str(place)).write_bytes(raw)
        return made


def _replies(number: int, partner: str, now: datetime) -> Iterable[bytes]:
    """A yes with a paper for a person to file, and the report that ends the referral."""
    patient = f"7{number:05}"
    yes = osu(f"yes-{number}", f"ORC|SC|PR{number}^ELM|||IP").replace(b"508773", patient.encode())
    report = cda.document(
        number=f"note-{number}", at=f"{now:%Y%m%d%H%M%S}+0000",
        patient=PATIENT.format(patient), order=ORDER.format(f"PR{number}"),
    )  # fmt: skip
    for name, bodies in (("yes", [yes, PDF]), ("note", [report])):
        parts = [document(f"file-{n}", body) for n, body in enumerate(bodies)]
        yield direct.compose(Mail(f"{name}-{number}@heart", partner, US, parts, now))
