"""Targets and rungs as sentences, as screens and refusals say them."""

from charts.values import Priority
from escalation.ladder import Aim, Anchor, Measure
from escalation.models import Action, ClockKind, LadderStep, Receiver, Target
from routing.categories import Category

HOUR, DAY = 60, 1440

PRIORITIES: dict[str, str] = {
    Priority.STAT: "Critical", Priority.ASAP: "ASAP", Priority.URGENT: "Urgent",
    Priority.ROUTINE: "Routine",
}  # fmt: skip
"""As targets are named by them; a critical result is asked for as `stat`."""

ANCHORS: dict[str, str] = {
    Anchor.END_OF_CLINIC: "the end of the clinic", Anchor.END_OF_DAY: "the end of the day",
    Anchor.ZERO_TASK_HOUR: "the zero-task hour", Anchor.AFTER_HOURS: "the after-hours hour",
}  # fmt: skip

VERBS: dict[str, str] = {
    Action.REMIND: "remind", Action.TELL: "tell", Action.PAGE: "page",
    Action.REASSIGN: "give it to", Action.FORCE_CLOSE: "ask for closing by override from",
}  # fmt: skip

PEOPLE: dict[str, str] = {
    Receiver.OWNER: "the owner, or whoever works the queue",
    Receiver.ORDERER: "the clinician who ordered it",
    Receiver.SUPERVISOR: "the queue's supervisor",
    Receiver.ON_CALL: "whoever is on call",
    Receiver.LEADS: "supervisors and managers, or else everybody",
}  # fmt: skip

POINTS: dict[str, str] = {
    ClockKind.ACKNOWLEDGE: "acknowledge-by", ClockKind.CLOSE: "close-by", "": "the due time",
}  # fmt: skip

COUNTED: dict[Measure, str] = {
    Measure.CLOCK: "day and night", Measure.BUSINESS: "business hours",
    Measure.BUSINESS_DAYS: "business days", Measure.END_OF_BUSINESS_DAY: "business days",
}  # fmt: skip


def minutes(amount: int) -> str:
    """`30 min`, `2 h`, `1 h 30 min`."""
    hours, rest = divmod(amount, HOUR)
    return (
        " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest else [])])
        or "0 min"
    )


def passing(amount: int) -> str:
    """Minutes that pass day and night: `15 min`, `1 day`, `7 days`."""
    days, rest = divmod(amount, DAY)
    if rest or not days:
        return minutes(amount)
    return "1 day" if days == 1 else f"{days} days"


def amount_words(aim: Aim) -> str:
    """How long, without what it is counted in."""
    if aim.measure == Measure.BUSINESS_DAYS:
        return f"{aim.amount} business day" + ("" if aim.amount == 1 else "s")
    if aim.measure == Measure.END_OF_BUSINESS_DAY:
        return {0: "the end of the same business day", 1: "the end of the next business day"}.get(
            aim.amount, f"the end of the {_ordinal(aim.amount)} business day after"
        )
    return passing(aim.amount) if aim.measure == Measure.CLOCK else minutes(aim.amount)


def aim_words(aim: Aim) -> str:
    """`2 h of business hours`, `15 min day and night`, `1 business day`."""
    if aim.measure in (Measure.BUSINESS_DAYS, Measure.END_OF_BUSINESS_DAY):
        return amount_words(aim)
    of = "of business hours" if aim.measure == Measure.BUSINESS else "day and night"
    return f"{amount_words(aim)} {of}"


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 % 10 != 1 else 0, "th")
    return f"{number}{ending}"


def scope_words(target: Target) -> str:
    """What it holds for: `Urgent result review in Nurses`, `All other work`."""
    priority = PRIORITIES.get(target.priority, "")
    if target.category:
        noun = Category(target.category).label
        said = f"{priority} {noun.lower()}" if priority else noun
    else:
        said = f"All other {_small(priority)} work" if priority else "All other work"
    return f"{said} in {target.queue.name}" if target.queue else said


def _small(word: str) -> str:
    """`urgent`; ASAP stays as it is."""
    return word if word.isupper() else word.lower()


def target_words(target: Target) -> str:
    """`acknowledge within 30 min, close within 2 h, business hours`."""
    aims = [(kind, target.aim(kind)) for kind in ClockKind]
    held = [(_BY[kind], aim) for kind, aim in aims if aim is not None]
    counted = {COUNTED[aim.measure] for _, aim in held}
    if len(counted) == 1 and held[0][1].measure in (Measure.CLOCK, Measure.BUSINESS):
        said = [f"{verb} {_within(aim, amount_words(aim))}" for verb, aim in held]
        return ", ".join([*said, *counted])
    return ", ".join(f"{verb} {_within(aim, aim_words(aim))}" for verb, aim in held)


_BY = {ClockKind.ACKNOWLEDGE: "acknowledge", ClockKind.CLOSE: "close"}


def _within(aim: Aim, said: str) -> str:
    return f"{'by' if aim.measure == Measure.END_OF_BUSINESS_DAY else 'within'} {said}"


def when_words(step: LadderStep, kind: str = "") -> str:
    """`10 min before close-by`, `at the due time`, `at the end of the day`; `kind`: the clock that
    is spoken of, where the step follows either."""
    point = POINTS[step.clock or kind]
    if step.anchor:
        after = f" after {point}" if step.clock or kind else ""
        return f"at {ANCHORS[step.anchor]}{after}"
    amount = step.after_amount or 0
    if amount == 0:
        return f"at {point}"
    if amount < 0:
        return f"{passing(-amount)} before {point}"
    aim = Aim(amount, Measure(step.after_measure))
    waits = " of business hours" if aim.measure == Measure.BUSINESS else ""
    return f"{amount_words(aim)}{waits} after {point}"


def whom_words(step: LadderStep) -> str:
    """`whoever is on call (Physicians)`, `Sam Ortiz`, `every nurse`."""
    if step.receiver == Receiver.MEMBER:
        return step.member.name if step.member else "nobody yet"
    if step.receiver == Receiver.ROLE:
        return f"every {step.get_role_display().lower() if step.role != 'it' else 'IT member'}"
    said = PEOPLE[step.receiver]
    if step.receiver == Receiver.ON_CALL and step.rotation is not None:
        said += f" ({step.rotation.name})"
    return said


def rung_words(step: LadderStep, kind: str = "") -> str:
    """One rung as a sentence."""
    said = f"{when_words(step, kind)}: {VERBS[step.action]} {whom_words(step)}"
    if step.queue is not None:
        said += f", in {step.queue.name}"
    if (step.repeat or step.until_done) and step.every_minutes:
        times = "once more" if step.repeat == 1 else f"up to {step.repeat} times more"
        times = "until somebody does it" if step.until_done else times
        counted = "" if step.day_and_night else " of business hours"
        every = passing(step.every_minutes) if step.day_and_night else minutes(step.every_minutes)
        said += f"; then every {every}{counted}, {times}"
    ending = ", day and night" if step.day_and_night else ""
    return f"{said[0].upper()}{said[1:]}{ending}."
