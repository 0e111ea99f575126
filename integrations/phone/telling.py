"""What goes out because of an answer: back to the phone, and to those who lead."""

from accounts.languages import speaking_to
from accounts.models import Membership
from accounts.roles import Role
from integrations.phone import wording
from integrations.phone.case import Case
from outbox import operations as outbox
from outbox.choosing import RANK
from outbox.models import Channel, Urgency
from outbox.operations import Saying

ANSWERS, UNREAD = "answer", "reply"
"""Templates: what is said back to a phone, and that somebody's answer waits to be read."""


def say_back(case: Case, text: str) -> None:
    """As a text, to the phone that wrote."""
    contact = case.caller.contact
    if contact is None:
        return
    saying = Saying(
        key=f"answer:{case.reply.pk}", member_id=contact.member_id, task_id=None,
        channel=Channel.SMS, contact_id=contact.pk, urgency=Urgency.NOTICE, template=ANSWERS,
        subject="ClearChart", body=text, rank=RANK[Urgency.PAGE] + 1, at=case.now,
    )  # fmt: skip
    outbox.intend([saying], actor=case.actor, now=case.now)


def show_somebody(case: Case) -> None:
    """Nothing that a person wrote is lost: who leads is told that there is something to read."""
    leads = [Role.SUPERVISOR.value, Role.PRACTICE_MANAGER.value]
    active = Membership.objects.filter(is_active=True)
    told = active.filter(roles__overlap=leads) or active
    for member in told:
        tell(member, wording.UNREAD, case, template=UNREAD)


def tell(member: Membership, words: str, case: Case, *, template: str = ANSWERS) -> None:
    """In the product alone, in the language of whoever reads it."""
    with speaking_to(member):
        text = wording.said(words)
    saying = Saying(
        key=f"{template}:{case.reply.pk}:{member.pk}", member_id=member.pk, task_id=None,
        channel=Channel.IN_APP, contact_id=None, urgency=Urgency.NOTICE, template=template,
        body=text, at=case.now,
    )  # fmt: skip
    outbox.intend([saying], actor=case.actor, now=case.now)
