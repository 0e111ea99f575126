"""The words that leave the product: proven clean, or the safe ones that say only that it is time.

Whoever must be paged is paged whatever the linter finds: a blocked body is replaced, never held.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.languages import speaking_to
from outbox import linter
from outbox.models import Channel, Intent, Urgency

BLOCKED = "intent.blocked"
"""The action under which it is audited that a body was replaced; with the kinds, not the words."""

PAGED = _(
    "ClearChart: a critical task needs you now. Reply OK {reference} to take it, "
    "or open ClearChart."
)

SAFE = {
    Urgency.PAGE: (_("A critical task needs you"), PAGED),
    Urgency.NOTICE: (
        _("A task needs you"), _("ClearChart: a task needs you. Open ClearChart to see it.")
    ),
    Urgency.DIGEST: (
        _("Your ClearChart summary"),
        _("ClearChart: there is work for you. Open ClearChart to see it."),
    ),
}  # fmt: skip

MANY = (
    _("{count} tasks need you"),
    _("ClearChart: {count} tasks of yours are late or due soon. Open ClearChart to see them."),
)

CALLED = _(
    "This is ClearChart. A critical task needs you now. Press 1 to take it with your PIN, or 2 to "
    "have somebody else called."
)
ONLY_TOLD = _(
    "This is ClearChart. A critical task needs you now. To take it, open ClearChart, or answer "
    "the text message. Press 2 to have somebody else called."
)
"""To whoever has no PIN: anybody may pick up a phone."""
CALLED_TO_TEST = _(
    "This is ClearChart. This is a test page, and nothing waits for you. Press 1 to see that your "
    "answer arrives."
)

OUTSIDE_REFERENCE = " Ref {reference}"
"""At the end of text messages that ask for no reply: by it the provider's list is searched."""


@dataclass(frozen=True, slots=True)
class Worded:
    """Subject and body as they go out."""

    subject: str
    body: str
    blocked: tuple[str, ...] = ()
    """What the intent's own words held, where they were replaced."""


def worded(
    intent: Intent, *, names: Sequence[str], tasks: int = 1, takes_pin: bool = False
) -> Worded:  # fmt: skip
    """What is sent for an intent, in the language of its member.

    Args:
        names: of the patient it is about.
        tasks: how many go out in the one message.
        takes_pin: whether a call can ask its member for a PIN.
    """
    with speaking_to(intent.member):
        return _worded(intent, names, tasks=tasks, takes_pin=takes_pin)


def _worded(intent: Intent, names: Sequence[str], *, tasks: int, takes_pin: bool) -> Worded:
    urgency = Urgency(intent.urgency)
    subject, body = intent.subject, intent.body
    if tasks > 1:
        subject, body = (gettext(words).format(count=tasks) for words in MANY)
    elif intent.channel == Channel.VOICE and urgency == Urgency.PAGE:
        body = _called(intent, takes_pin=takes_pin)
    found = _found(f"{subject}\n{body}", intent.reference, names)
    if found:
        subject, body = (
            gettext(words).format(reference=intent.reference) for words in SAFE[urgency]
        )
    return Worded(subject, _referred(intent, body), found)


def _called(intent: Intent, *, takes_pin: bool) -> str:
    if intent.task_id is None:
        return gettext(CALLED_TO_TEST)
    return gettext(CALLED if takes_pin else ONLY_TOLD)


def _found(text: str, reference: str, names: Sequence[str]) -> tuple[str, ...]:
    """Kinds only. The reference is ours, and made of letters that may spell something."""
    bare = text.replace(reference, "") if reference else text
    return tuple(
        sorted({one.kind.value for one in linter.lint(bare, names=names, ours=settings.PUBLIC_URL)})
    )


def _referred(intent: Intent, body: str) -> str:
    if intent.channel != Channel.SMS or not intent.reference or intent.reference in body:
        return body
    return body + OUTSIDE_REFERENCE.format(reference=intent.reference)
