"""One referral: what was asked, what is true of it, what is missing, whose turn it is."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from charts.values import Priority
from dashboards import referral_words as said
from dashboards import words
from dashboards.queries import chart
from dashboards.queries.desk import Desk, zone_of
from dashboards.queries.referral_offers import offers
from dashboards.queries.referral_rows import days_late, parts_of, tell_url, turn_began
from dashboards.queries.referral_timeline import Look, more_of, timeline, way_of
from dashboards.rows import Fact as Said
from dashboards.rows.referral import AxisLine, Linked, ReferralPage
from referrals.folding import loop_of, stands
from referrals.models import Fact, FollowUp, Referral
from referrals.standing import PARTS, Standing, deciding
from referrals.states import Axis, Turn
from routing.models import Task
from routing.said import title_of

MOST_WORK = 10


def find(referral_id: UUID) -> Referral | None:
    """The referral with all that its page speaks of."""
    rows = Referral.objects.filter(pk=referral_id)
    found: Referral | None = rows.select_related(
        "patient", "item", "report", "location", "referrer", "specialist"
    ).first()
    return found


def page(referral: Referral, desk: Desk, *, back: str) -> ReferralPage:
    """Everything its page shows."""
    facts = list(Fact.objects.filter(referral=referral).select_related("item"))
    folded, zone = stands(facts), zone_of(referral.location, desk.member)
    loop = loop_of(referral, folded)
    may_tell = bool(may(desk.member.roles, Operation.WORK_REFERRALS))
    return ReferralPage(
        id=str(referral.pk), number=str(referral.pk)[-8:], version=referral.version,
        patient=chart.banner(referral.patient, desk),
        patient_url=reverse("dashboards:patient", args=[referral.patient_id]),
        flags=chart.flags(referral.patient),
        title=said.specialty(referral.specialty),
        sentence=_sentence(referral, folded, desk),
        is_whole=not loop.missing,
        missing=", ".join(str(said.PARTS[one]) for one in loop.missing),
        turn=said.TURNS[loop.turn], turn_code=loop.turn,
        since=words.waited(turn_began(referral, facts), zone=zone, now=desk.now),
        question=referral.question,
        facts=tuple(_asked(referral, desk, zone)),
        parts=parts_of(folded, desk),
        axes=tuple(_axis(axis, folded, facts, desk) for axis in said.AXES),
        linked=tuple(_linked(referral)),
        timeline=timeline(referral, facts, Look(desk, may_tell)),
        actions=offers(referral, desk, back=back).main() if may_tell else (),
        tell_url=tell_url(referral, back) if may_tell else "",
        back_query=f"?back={back}" if back else "",
        printed=words.exactly(desk.now, zone),
        closed=str(said.CLOSURES.get(referral.closed_because, "")),
    )  # fmt: skip


def newest(referral: Referral, desk: Desk) -> str:
    """What happened last: `Today 14:03, Cora Lund: Appointment: booked`."""
    facts = list(Fact.objects.filter(referral=referral))
    lines = timeline(referral, facts, Look(desk, may_undo=False))
    last = max(lines, key=lambda one: one.told_iso, default=None)
    if last is None:
        return ""
    said = ", ".join(one for one in (last.when.words, last.who) if one)
    return f"{said}: {last.what}"


def _sentence(referral: Referral, folded: Standing, desk: Desk) -> str:
    """Why it is whose turn it is."""
    if referral.closed_at is not None and referral.turn != Turn.US:
        return _("Closed: %(why)s.") % {"why": str(said.CLOSURES[referral.closed_because]).lower()}
    axis = deciding(folded)
    value = folded.on[axis or Axis.TRANSMISSION]
    if axis is Axis.APPOINTMENT and folded.appointment_at:
        return _booked(folded.appointment_at, desk)
    return str(said.WHY[axis, value])


def _booked(at: datetime, desk: Desk) -> str:
    """When they are to be there; or whether they were."""
    day = {"day": words.exactly(at, desk.zone)}
    if at < desk.now:
        return _("The appointment was on %(day)s. Did the patient come?") % day
    return _("The patient is booked for %(day)s.") % day


def _asked(referral: Referral, desk: Desk, zone: ZoneInfo) -> Iterator[Said]:
    """What was ordered, by whom, to whom, by when."""
    ordered = words.exactly(referral.ordered_at, zone)
    late = days_late(referral, desk.today)
    expected = words.long_date(referral.expected_on) if referral.expected_on else ""
    lines = {
        _("Reason"): referral.reason,
        _("Specialist"): referral.specialist.name if referral.specialist
        else referral.specialist_name,
        _("Urgency"): "" if referral.urgency == Priority.ROUTINE
        else said.URGENCIES[referral.urgency],
        _("Referred by"): referral.referrer.name if referral.referrer else referral.referrer_name,
        _("Ordered"): ordered,
        _("Report expected"): _("%(day)s, %(days)s d late") % {"day": expected, "days": late}
        if late else expected,
        _("Location"): referral.location.name if referral.location else "",
        _("Number"): referral.loop_key.partition("/")[2],
    }  # fmt: skip
    return (Said(label, str(word)) for label, word in lines.items() if word)


GOOD = dict(PARTS.values())


def _axis(axis: Axis, folded: Standing, facts: Sequence[Fact], desk: Desk) -> AxisLine:
    """What stands there, since when, and who told it."""
    value, since = folded.on[axis], folded.since.get(axis)
    told = _latest(axis, value, folded, facts)
    return AxisLine(
        name=str(said.AXES[axis]), word=str(said.VALUES[axis][value]),
        state=_state(axis, value, folded),
        since=words.moment(since, zone=desk.zone, now=desk.now) if since else None,
        who=_who(told, desk) if told else "",
        more=more_of(told, desk) if told else "",
    )  # fmt: skip


def _latest(axis: Axis, value: str, folded: Standing, facts: Sequence[Fact]) -> Fact | None:
    """The fact that says so: the last that counts."""
    gone = {fact.undoes_id for fact in facts if fact.undoes_id}
    counted = [
        fact for fact in facts
        if fact.axis == axis and fact.value == value and not fact.undoes_id
        and fact.pk not in gone and fact.pk not in folded.held and axis in folded.since
    ]  # fmt: skip
    return max(counted, key=lambda one: (one.at, one.told_at), default=None)


def _who(fact: Fact, desk: Desk) -> str:
    """`Cora Lund, by phone`; of a machine, only how."""
    mine = fact.member_id == desk.member.pk
    who = (_("you") if mine else fact.actor_name) if fact.member_id else ""
    return ", ".join(one for one in (who, way_of(fact)) if one)


def _state(axis: Axis, value: str, folded: Standing) -> str:
    if (axis, value) in said.AGAINST or (axis, value) in BAD:
        return "against"
    if axis not in folded.since:
        return "not"
    return "is" if value in GOOD.get(axis, {value}) else "not"


BAD = {
    (Axis.TRANSMISSION, "failed"), (Axis.TRANSMISSION, "unknown"),
    (Axis.AUTHORIZATION, "denied"), (Axis.AUTHORIZATION, "needed"),
}  # fmt: skip


def _linked(referral: Referral) -> Iterator[Linked]:
    """The report and its task, and the tasks of the order."""
    report = referral.report
    if report is not None:
        tasks = _tasks(report.pk)
        url = _url(tasks[0]) if tasks else ""
        yield Linked(_("Report"), report.title, url, _words(tasks[0]) if tasks else "")
    thread = reverse("dashboards:patient_messages", args=[referral.patient_id])
    yield Linked(_("Patient"), _("Messages with the patient"), thread)
    for task in _asked_for(referral):
        yield Linked(_("Asked of us"), title_of(task.category, task.title), _url(task),
                     _words(task))  # fmt: skip
    if referral.item_id is not None:
        for task in _tasks(referral.item_id):
            yield Linked(_("Work on the order"), title_of(task.category, task.title), _url(task),
                         _words(task))  # fmt: skip


def _asked_for(referral: Referral) -> list[Task]:
    """The work that the referral asked of people; open ones first, then the newest."""
    asked = FollowUp.objects.filter(referral=referral).values_list("pk", flat=True)
    rows = Task.objects.filter(about_id__in=list(asked)).select_related("owner")
    return sorted(rows.order_by("-authored_at")[:MOST_WORK], key=lambda one: not one.is_open)


def _tasks(item_id: UUID) -> list[Task]:
    """Of the item itself, and of what was missed of it; open ones first."""
    rows = Task.objects.filter(Q(item=item_id) | Q(about_id=item_id)).select_related("owner")
    return sorted(rows.order_by("-authored_at")[:5], key=lambda one: not one.is_open)


def _url(task: Task) -> str:
    return reverse("dashboards:task", args=[task.pk])


def _words(task: Task) -> str:
    if not task.is_open:
        return _("closed")
    return _("with %(who)s") % {"who": task.owner.name} if task.owner else _("nobody has it yet")
