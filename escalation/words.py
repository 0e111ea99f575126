"""What people are told of tasks and of their duty, without a word about any patient. Pure."""

from dataclasses import dataclass

PAGED = (
    "ClearChart: a critical task needs you now. Reply OK {reference} to take it, "
    "or open ClearChart."
)
TOLD = "ClearChart: a task is late and needs a supervisor. Open ClearChart to see it."
REMINDED = "ClearChart: a task of yours is due soon. Open ClearChart to see it."
GIVEN = "ClearChart: a late task was given to you. Open ClearChart to see it."
OVERRIDE = (
    "ClearChart: a task is still open at the end of its time. Take it, or close it by override "
    "with a reason. Open ClearChart to see it."
)


UNREACHED = (
    "ClearChart: a page about a critical task reached nobody. Open ClearChart, and call somebody."
)

STILL_YOURS = (
    "ClearChart: nobody else can be called now, so the critical task is still yours. "
    "Reply OK {reference} to take it, or call somebody."
)

COVERS = (
    "ClearChart: you are named to cover for a colleague who will be away. Open ClearChart, "
    "My coverage, to see when."
)
COVERS_NO_MORE = (
    "ClearChart: you do not cover for that colleague any more. Open ClearChart, My coverage, "
    "to see what is left."
)
SWAP_ASKED = (
    "ClearChart: a colleague asks you to swap turns on call. Open ClearChart, My coverage, "
    "to agree or to decline."
)
SWAP_ANSWERED = (
    "ClearChart: your request to swap turns on call has an answer. Open ClearChart, My coverage, "
    "to see it."
)
NOBODY_ON_CALL = (
    "ClearChart: whoever is on call now cannot be paged any more. Open ClearChart, "
    "Staff and cover, and have somebody else take the turn."
)


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    body: str


TEMPLATES = {
    "page": Words("A critical task needs you", PAGED),
    "tell": Words("A task is late", TOLD),
    "remind": Words("A task is due soon", REMINDED),
    "reassign": Words("A task was given to you", GIVEN),
    "unreached": Words("A page reached nobody", UNREACHED),
    "still-yours": Words("A critical task is still yours", STILL_YOURS),
    "force-close": Words("A task waits for your decision", OVERRIDE),
    "cover": Words("You cover for a colleague", COVERS),
    "cover-ended": Words("You cover no more", COVERS_NO_MORE),
    "swap-asked": Words("A colleague asks you to swap", SWAP_ASKED),
    "swap-answered": Words("Your swap has an answer", SWAP_ANSWERED),
    "nobody-on-call": Words("Nobody on call can be paged", NOBODY_ON_CALL),
}


def words(template: str, *, reference: str = "") -> Words:
    """Subject and body of a template."""
    made = TEMPLATES[template]
    return Words(made.subject, made.body.format(reference=reference))
