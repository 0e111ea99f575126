"""Whether the product lives, in words: sweeps, auditor, feeds, and the ways to people."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q
from django.urls import reverse

from accounts.permissions import Operation, may
from audit.models import AuditEvent
from dashboards import words
from dashboards.queries import feeds
from dashboards.queries.desk import Desk
from dashboards.rows.status import BreachRow, Sign, StatusPage
from outbox.models import Attempt, Channel
from tenants import scope
from watchdog import alarm, heartbeats
from watchdog.heartbeats import AUDITOR
from watchdog.models import Breach, Heartbeat
from watchdog.obligations import BY_NAME

FIRES = "fire-steps"

SWEEPS = {
    "follow-tasks": "Clocks follow tasks",
    FIRES: "Steps of ladders fire",
    "ask-after-pages": "Pages that nobody reports as delivered go another way",
    "page-on": "Somebody else is found where a page reached nobody",
    "follow-staff": "Work follows those who go and come",
    "send-intents": "Messages to people go out",
    "process-messages": "Messages from feeds become work",
    "count-unmapped": "Names nobody knows are counted",
    "mark-late": "What passes its close-by time is marked",
    "look-back-for-late": "What passed it unseen is marked",
    "add-up-backlog": "The backlog is counted",
    "check-backlog": "The counts of the backlog are compared with its tasks",
    "ask-after-missing": "What did not come is asked after",
    "close-charts": "Ended visits get their checklist",
    "listen-for-silence": "Feeds are listened to",
    "fetch-from-ehrs": "EHRs are asked for what they told of",
    "poll-ehrs": "EHRs are polled",
    "watch-subscriptions": "Subscriptions are watched",
    "renew-subscriptions": "Subscriptions are renewed",
    "forget-repeats": "Repeats are forgotten",
    "advance-backlogs": "Backlog imports go on",
    "forget-backlog-files": "Files of backlogs are forgotten",
    "mend-search": "What is searched for is compared with what is held",
}

PAST = timedelta(days=7)
MOST_PAST = 10

WELL, ILL, NEVER = "arriving", "quiet", "never"


def page(desk: Desk) -> StatusPage:
    """Everything that the page says."""
    beats = {beat.name: beat for beat in Heartbeat.objects.order_by("every", "name")}
    open_now = list(_ours().filter(closed_at__isnull=True).order_by("opened_at"))
    auditor = _auditor(beats.pop(AUDITOR, None), open_now, now=desk.now)
    return StatusPage(
        at=f"{desk.now.astimezone(desk.zone):%H:%M:%S}",
        holds=auditor.tone == WELL,
        auditor=auditor,
        breaches=tuple(_breach(one, desk) for one in open_now),
        sweep=_main(beats.get(FIRES), now=desk.now),
        sweeps=tuple(_sweep(beat, now=desk.now) for beat in beats.values()),
        feeds=tuple(_feeds(desk)),
        channels=tuple(_channels(now=desk.now)),
        past=(*_past(desk), *_mended(desk)),
    )


def _ours() -> Any:
    """Breaches of this practice and of the whole installation; never another practice's."""
    return Breach.objects.filter(Q(practice=scope.current()) | Q(practice__isnull=True))


def _ago(at: datetime, *, now: datetime) -> str:
    return words.ago((now - at).total_seconds())


def _auditor(beat: Heartbeat | None, found: Iterable[Breach], *, now: datetime) -> Sign:
    name = "Auditor"
    if beat is None:
        return Sign(
            name=name, said="The auditor never ran: nobody checks what must hold.", tone=ILL
        )
    ago = _ago(beat.at, now=now)
    if heartbeats.is_late((now - beat.at).total_seconds(), every=beat.every):
        said = f"The auditor ran last {ago}: what stands here is no newer."
        return Sign(name=name, said=said, tone=ILL)
    grave = sum(BY_NAME[one.obligation].grave for one in found)
    if grave:
        many = "1 obligation does not hold" if grave == 1 else f"{grave} obligations do not hold"
        return Sign(name=name, said=f"{many}, checked {ago}.", tone=ILL)
    return Sign(name=name, said=f"All obligations hold, checked {ago}.")


def _breach(one: Breach, desk: Desk) -> BreachRow:
    obligation = BY_NAME[one.obligation]
    where = "Whole installation" if one.practice_id is None else "This practice"
    rows = "" if one.practice_id is None else f", {words.plural(one.rows, 'case')}"
    since = words.ago((desk.now - one.opened_at).total_seconds())
    return BreachRow(
        broken=obligation.broken, where=f"{where}{rows}, found {since}", do=obligation.do,
        told=_told(one), grave=obligation.grave,
    )  # fmt: skip


def _told(one: Breach) -> str:
    if not BY_NAME[one.obligation].grave:
        return "Shown here; nobody is paged for it."
    if not alarm.has_route():
        return "Nobody was told: no second route is set up."
    if not one.pages:
        return "The second route is about to be told."
    return f"The second route was told {words.plural(one.pages, 'time')}."


def _did(looked: int, fired: int) -> str:
    return f"looked at {looked:,}, fired {fired:,}"


def _main(beat: Heartbeat | None, *, now: datetime) -> Sign:
    if beat is None:
        return Sign(name=FIRES, said="No sweep ever ran.", tone=ILL)
    late = heartbeats.is_late((now - beat.at).total_seconds(), every=beat.every)
    did = _did(beat.looked, beat.fired) if beat.looked else "nothing was due"
    said = f"Last sweep ran {_ago(beat.at, now=now)}: {did}."
    more = ""
    if beat.busy_at and not beat.looked:
        busy = _did(beat.busy_looked, beat.busy_fired)
        more = f"The last one with work, {_ago(beat.busy_at, now=now)}: {busy}."
    return Sign(name=FIRES, said=said, more=more, tone=ILL if late else WELL)


def _sweep(beat: Heartbeat, *, now: datetime) -> Sign:
    late = heartbeats.is_late((now - beat.at).total_seconds(), every=beat.every)
    last = "No work yet"
    if beat.busy_at:
        last = f"{_ago(beat.busy_at, now=now)}: {_did(beat.busy_looked, beat.busy_fired)}"
    return Sign(
        name=SWEEPS.get(beat.name, beat.name.replace("-", " ").capitalize()),
        said=f"{'Late: ran ' if late else ''}{_ago(beat.at, now=now)}, in {beat.took_ms:,} ms",
        more=last,
        tone=ILL if late else WELL,
    )


def _feeds(desk: Desk) -> Iterable[Sign]:
    """`Elm lab: last message 3 min ago. Arriving as usual.`"""
    url = reverse("dashboards:feeds") if may(desk.member.roles, Operation.SEE_MESSAGES) else ""
    for row in feeds.rows(desk):
        last = ""
        if row.last is not None:
            ago = _ago(datetime.fromisoformat(row.last.iso), now=desk.now)
            last = f"last message {ago}. "
        tone = ILL if row.status in {"quiet", "low"} else row.status
        yield Sign(name=row.name, said=f"{last}{row.status_words}.", tone=tone, url=url)


def _channels(*, now: datetime) -> Iterable[Sign]:
    """What each way to people last did, and what failed in the last hour."""
    failed = Q(began_at__gte=now - timedelta(hours=1), result__in=["refused", "unknown"])
    tries = Attempt.objects.order_by().filter(began_at__gte=now - PAST).values("intent__channel")
    found: dict[str, dict[str, Any]] = {
        row["intent__channel"]: dict(row)
        for row in tries.annotate(
            sent=Max("intent__sent_at"), delivered=Max("intent__delivered_at"),
            failures=Count("pk", filter=failed),
        )
    }  # fmt: skip
    for channel in Channel:
        yield _channel(channel, found.get(channel.value, {}), now=now)


def _channel(channel: Channel, row: dict[str, Any], *, now: datetime) -> Sign:
    sent, delivered, failures = row.get("sent"), row.get("delivered"), row.get("failures", 0)
    if sent is None and not failures:
        return Sign(
            name=str(channel.label), said="Nothing was sent in the last 7 days.", tone=NEVER
        )
    parts = [f"last sent {_ago(sent, now=now)}"] if sent else ["nothing sent in the last 7 days"]
    if delivered:
        parts.append(f"last delivered {_ago(delivered, now=now)}")
    many = words.plural(failures, "failure") if failures else "no failures"
    said = f"{', '.join(parts)}; {many} in the last hour."
    return Sign(name=str(channel.label), said=said, tone=ILL if failures else WELL)


def _past(desk: Desk) -> Iterable[Sign]:
    """What did not hold lately and does again."""
    over = _ours().filter(closed_at__gte=desk.now - PAST).order_by("-closed_at")
    for one in over[:MOST_PAST]:
        opened = words.at_words(one.opened_at, zone=desk.zone, now=desk.now)
        lasted = (one.closed_at - one.opened_at).total_seconds()
        span = f"{lasted:.0f} s" if lasted < words.MINUTE else words.span(lasted)
        yield Sign(name=BY_NAME[one.obligation].broken, said=f"{opened}, for {span}")


def _mended(desk: Desk) -> Iterable[Sign]:
    """Counts of the backlog that were found to differ from its tasks, and were put right."""
    about = AuditEvent.objects.filter(entity_id=scope.current(), action="backlog.mended")
    found = about.filter(at__gte=desk.now - PAST)
    for one in found.order_by("-at")[:MOST_PAST]:
        many = words.plural(one.detail["cells"], "count")
        when = words.at_words(one.at, zone=desk.zone, now=desk.now)
        yield Sign(name=f"{many} of the backlog differed from its tasks", said=f"{when}, put right")


def second_route() -> str:
    """Who is told when something does not hold."""
    routes = [
        words.plural(len(settings.ALARM_EMAIL), "mail address", "mail addresses")
        if settings.ALARM_EMAIL else "",
        "a webhook" if settings.ALARM_WEBHOOK else "",
    ]  # fmt: skip
    told = " and ".join(route for route in routes if route)
    ping = "a service outside listens for a ping" if settings.DEADMAN_URL else (
        "no service outside listens for a ping"
    )  # fmt: skip
    return f"{f'{told} would be told' if told else 'nobody would be told'}; {ping}."
