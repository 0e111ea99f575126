"""What fax services told, once it is stored: receipts are heard, faxes that came are kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from audit.actors import Actor
from integrations.outcomes import Outcome
from integrations.webhooks.fax import FaxEvent, FaxState
from referrals import operations as referrals
from referrals.models import Carrier
from referrals.ways import Step
from referrals.wire.fax import trouble_of

STEPS = {FaxState.DELIVERED: Step.DELIVER, FaxState.FAILED: Step.FAIL}


def take_in(outcomes: Sequence[Outcome], *, actor: Actor, now: datetime) -> None:
    """Each fax event, to the account whose feed it came by. What of it a person must file has a
    task of its own then, with its pages."""
    told = [(one, one.reading.fax) for one in outcomes if one.reading.fax is not None]
    for outcome, event in told:
        carrier = _carrier_of(outcome)
        if event is None or carrier is None:
            continue
        if not event.is_inbound:
            _hear(carrier, event, actor=actor, now=now)
        elif event.must_be_filed:
            referrals.receive_paper(
                carrier_id=carrier.pk, key=event.fax_id, sender=event.sender, pages=event.pages,
                url=event.url, actor=actor, now=now,
            )  # fmt: skip
            outcome.reading = replace(outcome.reading, unfiled="")


def _carrier_of(outcome: Outcome) -> Carrier | None:
    slug = outcome.message.feed.slug
    rows = Carrier.objects.filter(feed_slug=slug).exclude(kind=Carrier.Kind.HISP)
    return rows.order_by("-opened_at").first()


def _hear(carrier: Carrier, event: FaxEvent, *, actor: Actor, now: datetime) -> None:
    step = STEPS.get(event.state)
    trouble = trouble_of(event.reason) if step is Step.FAIL else None
    key = event.event_id or f"{event.fax_id}/{event.state}"
    referrals.hear(carrier_id=carrier.pk, key=key, about=event.fax_id, step=step, trouble=trouble,
                   actor=actor, now=now)  # fmt: skip
