"""What a person says of a target, a rung, or work that is made up."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext

from dashboards.rows.hours import Options
from dashboards.rows.task import Choice
from dashboards.words import later
from escalation.ladder import Aim, Anchor, Measure
from escalation.models import Action, LadderStep, Receiver, Target
from escalation.operations import ladders, targets
from escalation.words import TEMPLATES

UNITS: dict[str, tuple[str, Measure, int]] = {
    "minutes": (later("minutes, day and night"), Measure.CLOCK, 1),
    "hours": (later("hours, day and night"), Measure.CLOCK, 60),
    "business-minutes": (later("minutes of business hours"), Measure.BUSINESS, 1),
    "business-hours": (later("hours of business hours"), Measure.BUSINESS, 60),
    "business-days": (later("business days"), Measure.BUSINESS_DAYS, 1),
    "end-of-business-day": (
        later("business days on, at closing"),
        Measure.END_OF_BUSINESS_DAY,
        1,
    ),
}
"""As the form offers them: words, measure, minutes or days of one."""

RUNG_UNITS: dict[str, tuple[str, Measure, int]] = {
    "business-minutes": (later("minutes of business hours"), Measure.BUSINESS, 1),
    "business-hours": (later("hours of business hours"), Measure.BUSINESS, 60),
    "minutes": ("minutes", Measure.CLOCK, 1), "hours": ("hours", Measure.CLOCK, 60),
    "days": ("days", Measure.CLOCK, 1440),
}  # fmt: skip

BEFORE, AFTER = "before", "after"
WHENS = {
    BEFORE: later("before it is due"),
    AFTER: later("after it is due, or at once with 0"),
    Anchor.END_OF_CLINIC.value: later("at the end of the clinic"),
    Anchor.END_OF_DAY.value: later("at the end of the day"),
    Anchor.ZERO_TASK_HOUR.value: later("at the zero-task hour"),
    Anchor.AFTER_HOURS.value: later("at the after-hours hour"),
}
CLOCKS = {"": later("either clock"), "acknowledge": "acknowledge-by", "close": "close-by"}
ACTIONS = {one.value: one.label for one in Action if one.value in TEMPLATES}
RECEIVERS = dict(Receiver.choices)

NUMBER = {
    "invalid": later("Write a whole number."),
    "min_value": later("Write a whole number."),
}


def number(**more: Any) -> forms.IntegerField:
    """A whole number that fits its column."""
    return forms.IntegerField(
        min_value=0, max_value=9_999_999, error_messages=NUMBER | {
            "required": later("Write a number."), "max_value": later("Write a smaller number.")
        }, **more,
    )  # fmt: skip


def choice(choices: Mapping[str, str | Promise], *, required: bool = True) -> forms.ChoiceField:
    """One of what is offered."""
    said = {
        "required": later("Choose one."),
        "invalid_choice": later("Choose one of the list."),
    }
    return forms.ChoiceField(choices=list(choices.items()), required=required, error_messages=said)


class ListedForm(forms.Form):
    """A form whose choices come from the practice."""

    LISTS: Mapping[str, str] = {}
    """Field by the name of its list in the options."""

    def __init__(self, *args: Any, options: Options, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = options
        for name, listed in self.LISTS.items():
            field: Any = self.fields[name]
            offered: Sequence[Choice] = getattr(options, listed)
            empty = [] if field.required else [("", "")]
            field.choices = empty + [(one.value, one.label) for one in offered]

    def id_of(self, name: str) -> UUID | None:
        """The row that was chosen."""
        text = self.cleaned_data.get(name)
        return UUID(text) if text else None

    def refuse(self, faults: Mapping[str, str]) -> None:
        """Put each fault at its field."""
        for name, sentence in faults.items():
            self.add_error(name if name in self.fields else None, sentence)


class TargetForm(ListedForm):
    """By when work of a kind is to be acknowledged and closed."""

    LISTS = {"category": "categories", "priority": "priorities", "queue": "queues",
             "ladder": "ladders"}  # fmt: skip

    category = choice({}, required=False)
    priority = choice({}, required=False)
    queue = choice({}, required=False)
    acknowledge_amount = number(required=False)
    acknowledge_unit = choice({code: unit[0] for code, unit in UNITS.items()})
    close_amount = number(required=False)
    close_unit = choice({code: unit[0] for code, unit in UNITS.items()})
    pauses = forms.BooleanField(required=False)
    lapse_minutes = number(required=False)
    ladder = choice({})

    def wish(self) -> targets.Wish:
        """As the operation takes it."""
        data = self.cleaned_data
        return targets.Wish(
            ladder_id=self.id_of("ladder"), category=data["category"], priority=data["priority"],
            queue_id=self.id_of("queue"), acknowledge=self._aim("acknowledge"),
            close=self._aim("close"), pauses=data["pauses"], lapse_minutes=data["lapse_minutes"],
        )  # fmt: skip

    def _aim(self, kind: str) -> Aim | None:
        amount = self.cleaned_data[f"{kind}_amount"]
        _, measure, factor = UNITS[self.cleaned_data[f"{kind}_unit"]]
        return None if amount is None else Aim(amount * factor, measure)


def target_initial(held: Target | None) -> dict[str, object]:
    """As it is now."""
    if held is None:
        return {"acknowledge_unit": "business-minutes", "close_unit": "business-hours",
                "pauses": True}  # fmt: skip
    said: dict[str, object] = {
        "category": held.category, "priority": held.priority, "queue": str(held.queue_id or ""),
        "pauses": held.pauses, "lapse_minutes": held.lapse_minutes, "ladder": str(held.ladder_id),
    }  # fmt: skip
    for kind in ("acknowledge", "close"):
        said[f"{kind}_amount"], said[f"{kind}_unit"] = _as_written(held.aim(kind))
    return said


def _as_written(
    aim: Aim | None, units: Mapping[str, tuple[str, Measure, int]] = UNITS
) -> tuple[int | None, str]:
    """In the largest unit that the amount is whole in."""
    if aim is None:
        return None, "business-minutes"
    fitting = [
        (factor, aim.amount // factor, code)
        for code, (_, measure, factor) in units.items()
        if measure == aim.measure and aim.amount % factor == 0
    ]
    _, amount, code = max(fitting)
    return amount, code


class RungForm(ListedForm):
    """When, what, and to whom."""

    LISTS = {"member": "members", "role": "roles", "rotation": "rotations", "queue": "queues"}

    when = choice(WHENS)
    amount = number(required=False)
    unit = choice({code: unit[0] for code, unit in RUNG_UNITS.items()}, required=False)
    clock = choice(CLOCKS, required=False)
    day_and_night = forms.BooleanField(required=False)
    action = choice(ACTIONS)
    receiver = choice(RECEIVERS)
    member = choice({}, required=False)
    role = choice({}, required=False)
    rotation = choice({}, required=False)
    queue = choice({}, required=False)
    repeat = number(required=False)
    every = number(required=False)
    until_done = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """A time from the due instant needs its minutes."""
        data: dict[str, Any] = super().clean() or {}
        counted = data.get("when") in (BEFORE, AFTER) and "amount" not in self.errors
        if counted and data.get("amount") is None:
            self.add_error("amount", gettext("Say how long from the due time."))
        return data

    def wish(self) -> ladders.Wish:
        """As the operation takes it."""
        data = self.cleaned_data
        sign = {BEFORE: -1, AFTER: 1}.get(data["when"])
        _, measure, factor = RUNG_UNITS[data["unit"] or "business-minutes"]
        return ladders.Wish(
            action=Action(data["action"]), receiver=Receiver(data["receiver"]),
            clock=data["clock"], after_minutes=sign * data["amount"] * factor if sign else None,
            after_measure=measure if sign else None,
            anchor=None if sign else Anchor(data["when"]), member_id=self.id_of("member"),
            role=data["role"], rotation_id=self.id_of("rotation"), queue_id=self.id_of("queue"),
            repeat=data["repeat"] or 0, every_minutes=data["every"],
            until_done=data["until_done"], day_and_night=data["day_and_night"],
        )  # fmt: skip

    def refuse(self, faults: Mapping[str, str]) -> None:
        """The minutes have another name here."""
        super().refuse(
            {("amount" if name == "after" else name): said for name, said in faults.items()}
        )


def rung_initial(held: LadderStep | None) -> dict[str, object]:
    """As it is now."""
    if held is None:
        return {"when": AFTER, "amount": 0, "action": Action.TELL, "receiver": Receiver.SUPERVISOR}
    after = held.after_amount
    when = held.anchor or (BEFORE if after is not None and after < 0 else AFTER)
    aim = None if after is None else Aim(abs(after), Measure(held.after_measure))
    amount, unit = _as_written(aim, RUNG_UNITS)
    return {
        "when": when, "amount": amount, "unit": unit, "clock": held.clock,
        "day_and_night": held.day_and_night, "action": held.action, "receiver": held.receiver,
        "member": str(held.member_id or ""), "role": held.role,
        "rotation": str(held.rotation_id or ""), "queue": str(held.queue_id or ""),
        "repeat": held.repeat or None, "every": held.every_minutes, "until_done": held.until_done,
    }  # fmt: skip


class PublishForm(forms.Form):
    """Who approved it."""

    clinical_approver = forms.CharField(
        max_length=120,
        error_messages={"required": later("Name the clinician who approved these targets.")},
    )


class LadderForm(forms.Form):
    """What a ladder is called."""

    name = forms.CharField(
        max_length=80,
        error_messages={"required": later("Say in a few words what the ladder is called.")},
    )


class DueForm(ListedForm):
    """Work that is made up, for the tester."""

    LISTS = {"category": "categories", "priority": "priorities", "queue": "queues",
             "location": "locations"}  # fmt: skip

    queue = choice({})
    category = choice({})
    priority = choice({})
    location = choice({}, required=False)
    issued = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={
            "required": later("Say when it was issued, by the clock there."),
            "invalid": later("Say when it was issued, like 2026-11-20T16:50."),
        },
    )
    by = choice(
        {"": later("the version in force"), "draft": later("the open draft")},
        required=False,
    )

    def clean_issued(self) -> datetime:
        """Within the years that calendars know."""
        at: datetime = self.cleaned_data["issued"]
        if not 2000 <= at.year <= 2100:
            raise forms.ValidationError(gettext("Choose a year between 2000 and 2100."))
        return at

    def issued_at(self, zone: ZoneInfo) -> datetime:
        """By the clock on the wall there."""
        at: datetime = self.cleaned_data["issued"]
        return at.replace(tzinfo=zone)
