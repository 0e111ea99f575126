"""What people are told of a task, without a word about any patient. Pure."""

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
}


def words(template: str, *, reference: str = "") -> Words:
    """Subject and body of a template."""
    made = TEMPLATES[template]
    return Words(made.subject, made.body.format(reference=reference))
