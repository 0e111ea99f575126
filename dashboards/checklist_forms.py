"""A checklist as a person writes it: one row a line, a row without a name is left out."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.renderers import get_default_renderer
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.roles import Role
from dashboards.policy_forms import number
from routing.checklists import LONGEST_WAIT, MOST_LINES, ROLES, DraftLine
from routing.models import ChartAnswer, ChecklistLine

BLANK = 3
"""Empty rows below those there are."""

ROLE_CHOICES = [(role.value, role.label) for role in ROLES]
TOO_LATE = lazy(
    lambda: _("Write the hours as a whole number, at most %(most)d.") % {"most": LONGEST_WAIT}, str
)()


def answer_choices() -> list[tuple[str, str]]:
    """Who ticks a line: a person, or the chart by what it holds."""
    said = [(one.value, str(one.label).lower()) for one in ChartAnswer]
    ticks = [(code, _("The chart: %(answer)s") % {"answer": answer}) for code, answer in said]
    return [("", _("A person ticks it")), *ticks]


class LineForm(forms.Form):
    """One line."""

    place = number(required=False)
    title = forms.CharField(
        max_length=80, required=False,
        error_messages={"max_length": _l("Name the line in at most 80 letters.")},
    )  # fmt: skip
    answered_by = forms.ChoiceField(choices=answer_choices, required=False)
    role = forms.ChoiceField(choices=ROLE_CHOICES)
    hours = forms.IntegerField(
        min_value=0, max_value=LONGEST_WAIT, required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), TOO_LATE),
    )  # fmt: skip

    def drafted(self) -> DraftLine | None:
        """The line as written; None for a row that is left empty."""
        data = self.cleaned_data
        if not data.get("title", "").strip():
            return None
        return DraftLine(data["title"], Role(data["role"]), data["answered_by"], data["hours"] or 0)


if TYPE_CHECKING:
    Rows = forms.BaseFormSet[LineForm]
else:
    Rows = forms.BaseFormSet


class ChecklistForm(Rows):
    """The rows of a checklist."""

    form = LineForm
    extra, min_num, max_num, absolute_max = BLANK, 0, MOST_LINES, MOST_LINES + BLANK
    can_order = can_delete = can_delete_extra = validate_min = validate_max = False
    renderer = get_default_renderer()


def initial(lines: Iterable[ChecklistLine]) -> list[dict[str, Any]]:
    """The lines of the version in force."""
    return [
        {"place": line.position, "title": line.title, "answered_by": line.answered_by,
         "role": line.role, "hours": line.hours}
        for line in lines
    ]  # fmt: skip


def drafted(rows: Sequence[LineForm]) -> list[DraftLine]:
    """The lines in the order of their numbers; one without a number keeps its place."""
    written = [
        (row.cleaned_data.get("place") or at, at, line)
        for at, row in enumerate(rows, start=1)
        if (line := row.drafted()) is not None
    ]
    return [line for _place, _at, line in sorted(written, key=lambda one: one[:2])]
