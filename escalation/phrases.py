"""Targets and rungs as sentences, as screens and refusals say them."""

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from charts.values import Priority
from escalation.ladder import Aim, Anchor, Measure
from escalation.models import Action, ClockKind, LadderStep, Receiver, Target
from routing.categories import Category

HOUR, DAY = 60, 1440

PRIORITIES: dict[str, Promise] = {
    Priority.STAT: _("Critical"), Priority.ASAP: _("ASAP"), Priority.URGENT: _("Urgent"),
    Priority.ROUTINE: _("Routine"),
}  # fmt: skip
"""As targets are named by them; a critical result is asked for as `stat`."""

ANCHORS: dict[str, Promise] = {
    Anchor.END_OF_CLINIC: _("the end of the clinic"), Anchor.END_OF_DAY: _("the end of the day"),
    Anchor.ZERO_TASK_HOUR: _("the zero-task hour"), Anchor.AFTER_HOURS: _("the after-hours hour"),
}  # fmt: skip

VERBS: dict[str, Promise] = {
    Action.REMIND: _("remind"), Action.TELL: _("tell"), Action.PAGE: _("page"),
    Action.REASSIGN: _("give it to"), Action.FORCE_CLOSE: _("ask for closing by override from"),
}  # fmt: skip

PEOPLE: dict[str, Promise] = {
    Receiver.OWNER: _("the owner, or whoever works the queue"),
    Receiver.ORDERER: _("the clinician who ordered it"),
    Receiver.SUPERVISOR: _("the queue's supervisor"),
    Receiver.ON_CALL: _("whoever is on call"),
    Receiver.LEADS: _("supervisors and managers, or else everybody"),
}  # fmt: skip

POINTS: dict[str, Promise] = {
    ClockKind.ACKNOWLEDGE: _("acknowledge-by"), ClockKind.CLOSE: _("close-by"),
    "": _("the due time"),
}  # fmt: skip

COUNTED: dict[Measure, Promise] = {
    Measure.CLOCK: _("day and night"), Measure.BUSINESS: _("business hours"),
    Measure.BUSINESS_DAYS: _("business days"), Measure.END_OF_BUSINESS_DAY: _("business days"),
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
    return ngettext("{count} day", "{count} days", days).format(count=days)


def amount_words(aim: Aim) -> str:
    """How long, without what it is counted in."""
    if aim.measure == Measure.BUSINESS_DAYS:
        said = ngettext("{count} business day", "{count} business days", aim.amount)
        return said.format(count=aim.amount)
    if aim.measure == Measure.END_OF_BUSINESS_DAY:
        return _end_of_day(aim.amount)
    return passing(aim.amount) if aim.measure == Measure.CLOCK else minutes(aim.amount)


def _end_of_day(amount: int) -> str:
    if amount == 0:
        return gettext("the end of the same business day")
    if amount == 1:
        return gettext("the end of the next business day")
    return gettext("the end of the {nth} business day after").format(nth=_ordinal(amount))


def aim_words(aim: Aim) -> str:
    """`2 h of business hours`, `15 min day and night`, `1 business day`."""
    length = amount_words(aim)
    if aim.measure in (Measure.BUSINESS_DAYS, Measure.END_OF_BUSINESS_DAY):
        return length
    if aim.measure == Measure.BUSINESS:
        return gettext("{length} of business hours").format(length=length)
    return gettext("{length} day and night").format(length=length)


ORDINALS = {1: _("{number}st"), 2: _("{number}nd"), 3: _("{number}rd")}


def _ordinal(number: int) -> str:
    said = ORDINALS.get(number % 10 if number // 10 % 10 != 1 else 0, _("{number}th"))
    return str(said).format(number=number)


def scope_words(target: Target) -> str:
    """What it holds for: `Urgent result review in Nurses`, `All other work`."""
    said = _work_words(target)
    if target.queue:
        said = gettext("{work} in {queue}").format(work=said, queue=target.queue.name)
    return f"{said[0].upper()}{said[1:]}"


def _work_words(target: Target) -> str:
    priority = str(PRIORITIES.get(target.priority, ""))
    if not target.category:
        all_other = gettext("All other {priority} work").format(priority=_small(priority))
        return all_other if priority else gettext("All other work")
    noun = Category(target.category).label
    if not priority:
        return noun
    return gettext("{priority} {work}").format(priority=priority, work=noun.lower())


def _small(word: str) -> str:
    """`urgent`; ASAP stays as it is."""
    return word if word.isupper() else word.lower()


def target_words(target: Target) -> str:
    """`acknowledge within 30 min, close within 2 h, business hours`."""
    aims = [(kind, target.aim(kind)) for kind in ClockKind]
    held = [(kind, aim) for kind, aim in aims if aim is not None]
    counted = {COUNTED[aim.measure] for _kind, aim in held}
    if len(counted) == 1 and held[0][1].measure in (Measure.CLOCK, Measure.BUSINESS):
        said = [_aimed(kind, aim, amount_words(aim)) for kind, aim in held]
        return ", ".join([*said, *map(str, counted)])
    return ", ".join(_aimed(kind, aim, aim_words(aim)) for kind, aim in held)


WITHIN: dict[ClockKind, Promise] = {
    ClockKind.ACKNOWLEDGE: _("acknowledge within {length}"),
    ClockKind.CLOSE: _("close within {length}"),
}
BY: dict[ClockKind, Promise] = {
    ClockKind.ACKNOWLEDGE: _("acknowledge by {length}"),
    ClockKind.CLOSE: _("close by {length}"),
}
"""Of what ends with a day."""


def _aimed(kind: ClockKind, aim: Aim, length: str) -> str:
    words = BY if aim.measure == Measure.END_OF_BUSINESS_DAY else WITHIN
    return str(words[kind]).format(length=length)


def when_words(step: LadderStep, kind: str = "") -> str:
    """`10 min before close-by`, `at the due time`, `at the end of the day`; `kind`: the clock that
    is spoken of, where the step follows either."""
    point = POINTS[step.clock or kind]
    if step.anchor:
        at = gettext("at {moment}").format(moment=ANCHORS[step.anchor])
        after = gettext(" after {point}").format(point=point)
        return at + (after if step.clock or kind else "")
    amount = step.after_amount or 0
    if amount == 0:
        return gettext("at {moment}").format(moment=point)
    if amount < 0:
        return gettext("{length} before {point}").format(length=passing(-amount), point=point)
    aim = Aim(amount, Measure(step.after_measure))
    length = aim_words(aim) if aim.measure == Measure.BUSINESS else amount_words(aim)
    return gettext("{length} after {point}").format(length=length, point=point)


def whom_words(step: LadderStep) -> str:
    """`whoever is on call (Physicians)`, `Sam Ortiz`, `every nurse`."""
    if step.receiver == Receiver.MEMBER:
        return step.member.name if step.member else gettext("nobody yet")
    if step.receiver == Receiver.ROLE:
        if step.role == Role.IT:
            return gettext("every IT member")
        return gettext("every {role}").format(role=Role(step.role).noun)
    said = str(PEOPLE[step.receiver])
    if step.receiver == Receiver.ON_CALL and step.rotation is not None:
        said += f" ({step.rotation.name})"
    return said


def rung_words(step: LadderStep, kind: str = "") -> str:
    """One rung as a sentence."""
    said = f"{when_words(step, kind)}: {VERBS[step.action]} {whom_words(step)}"
    if step.queue is not None:
        said += gettext(", in {queue}").format(queue=step.queue.name)
    if (step.repeat or step.until_done) and step.every_minutes:
        said += _again_words(step, step.every_minutes)
    ending = gettext(", day and night") if step.day_and_night else ""
    return f"{said[0].upper()}{said[1:]}{ending}."


def _again_words(step: LadderStep, amount: int) -> str:
    """`; then every 5 min, until somebody does it`."""
    every = passing(amount)
    if not step.day_and_night:
        every = gettext("{length} of business hours").format(length=minutes(amount))
    if step.until_done:
        times = gettext("until somebody does it")
    elif step.repeat == 1:
        times = gettext("once more")
    else:
        times = gettext("up to {many} times more").format(many=step.repeat)
    return gettext("; then every {every}, {times}").format(every=every, times=times)
