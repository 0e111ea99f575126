"""What people are told of tasks and of their duty, without a word about any patient."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

PAGED = _(
    "ClearChart: a critical task needs you now. Reply OK {reference} to take it, "
    "or open ClearChart."
)
TOLD = _("ClearChart: a task is late and needs a supervisor. Open ClearChart to see it.")
REMINDED = _("ClearChart: a task of yours is due soon. Open ClearChart to see it.")
GIVEN = _("ClearChart: a late task was given to you. Open ClearChart to see it.")
OVERRIDE = _(
    "ClearChart: a task is still open at the end of its time. Take it, or close it by override "
    "with a reason. Open ClearChart to see it."
)


UNREACHED = _(
    "ClearChart: a page about a critical task reached nobody. Open ClearChart, and call somebody."
)

STILL_YOURS = _(
    "ClearChart: nobody else can be called now, so the critical task is still yours. "
    "Reply OK {reference} to take it, or call somebody."
)

COVERS = _(
    "ClearChart: you are named to cover for a colleague who will be away. Open ClearChart, "
    "My coverage, to see when."
)
COVERS_NO_MORE = _(
    "ClearChart: you do not cover for that colleague any more. Open ClearChart, My coverage, "
    "to see what is left."
)
SWAP_ASKED = _(
    "ClearChart: a colleague asks you to swap turns on call. Open ClearChart, My coverage, "
    "to agree or to decline."
)
SWAP_ANSWERED = _(
    "ClearChart: your request to swap turns on call has an answer. Open ClearChart, My coverage, "
    "to see it."
)
NOBODY_ON_CALL = _(
    "ClearChart: whoever is on call now cannot be paged any more. Open ClearChart, "
    "Staff and cover, and have somebody else take the turn."
)

EMERGENCY = _("ClearChart: a chart was opened by emergency access. Open ClearChart to review it.")


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    body: str


TEMPLATES = {
    "page": Words(_("A critical task needs you"), PAGED),
    "tell": Words(_("A task is late"), TOLD),
    "remind": Words(_("A task is due soon"), REMINDED),
    "reassign": Words(_("A task was given to you"), GIVEN),
    "unreached": Words(_("A page reached nobody"), UNREACHED),
    "still-yours": Words(_("A critical task is still yours"), STILL_YOURS),
    "force-close": Words(_("A task waits for your decision"), OVERRIDE),
    "cover": Words(_("You cover for a colleague"), COVERS),
    "cover-ended": Words(_("You cover no more"), COVERS_NO_MORE),
    "swap-asked": Words(_("A colleague asks you to swap"), SWAP_ASKED),
    "swap-answered": Words(_("Your swap has an answer"), SWAP_ANSWERED),
    "emergency": Words(_("A chart was opened by emergency access"), EMERGENCY),
    "nobody-on-call": Words(_("Nobody on call can be paged"), NOBODY_ON_CALL),
}


def words(template: str, *, reference: str = "") -> Words:
    """Subject and body of a template, in the language that is spoken now."""
    made = TEMPLATES[template]
    return Words(gettext(made.subject), gettext(made.body).format(reference=reference))
