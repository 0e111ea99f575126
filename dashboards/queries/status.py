"""Whether the product lives, in words: sweeps, auditor, feeds, and the ways to people."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from audit.models import AuditEvent
from dashboards import words
from dashboards.queries import feeds
from dashboards.queries.desk import Desk
from dashboards.rows.status import BreachRow, Sign, StatusPage
from dashboards.words import later
from outbox.models import Attempt, Channel
from tenants import scope
from watchdog import alarm, heartbeats
from watchdog.heartbeats import AUDITOR
from watchdog.models import Breach, Heartbeat
from watchdog.obligations import BY_NAME

FIRES = "fire-steps"

SWEEPS = {
    "follow-tasks": later("Clocks follow tasks"),
    FIRES: later("Steps of ladders fire"),
    "ask-after-pages": later("Pages that nobody reports as delivered go another way"),
    "page-on": later("Somebody else is found where a page reached nobody"),
    "follow-staff": later("Work follows those who go and come"),
    "send-intents": later("Messages to people go out"),
    "process-messages": later("Messages from feeds become work"),
    "count-unmapped": later("Names nobody knows are counted"),
    "mark-late": later("What passes its close-by time is marked"),
    "look-back-for-late": later("What passed it unseen is marked"),
    "add-up-backlog": later("The backlog is counted"),
    "check-backlog": later("The counts of the backlog are compared with its tasks"),
    "ask-after-missing": later("What did not come is asked after"),
    "close-charts": later("Ended visits get their checklist"),
    "listen-for-silence": later("Feeds are listened to"),
    "fetch-from-ehrs": later("EHRs are asked for what they told of"),
    "poll-ehrs": later("EHRs are polled"),
    "watch-subscriptions": later("Subscriptions are watched"),
    "renew-subscriptions": later("Subscriptions are renewed"),
    "forget-repeats": later("Repeats are forgotten"),
    "advance-backlogs": later("Backlog imports go on"),
    "forget-backlog-files": later("Files of backlogs are forgotten"),
    "mend-search": later("What is searched for is compared with what is held"),
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
    name = _("Auditor")
    if beat is None:
        return Sign(
            name=name, said=_("The auditor never ran: nobody checks what must hold."), tone=ILL
        )
    ago = _ago(beat.at, now=now)
    if heartbeats.is_late((now - beat.at).total_seconds(), every=beat.every):
        said = _("The auditor ran last %(ago)s: what stands here is no newer.") % {"ago": ago}
        return Sign(name=name, said=said, tone=ILL)
    grave = sum(BY_NAME[one.obligation].grave for one in found)
    if grave:
        said = words.plural(
            "%(count)s obligation does not hold, checked %(ago)s.",
            "%(count)s obligations do not hold, checked %(ago)s.",
            grave,
            ago=ago,
        )
        return Sign(name=name, said=said, tone=ILL)
    return Sign(name=name, said=_("All obligations hold, checked %(ago)s.") % {"ago": ago})


def _breach(one: Breach, desk: Desk) -> BreachRow:
    obligation = BY_NAME[one.obligation]
    where = _("Whole installation") if one.practice_id is None else _("This practice")
    rows = "" if one.practice_id is None else f", {_cases(one.rows)}"
    since = words.ago((desk.now - one.opened_at).total_seconds())
    return BreachRow(
        broken=obligation.broken,
        where=_("%(where)s%(rows)s, found %(since)s")
        % {"where": where, "rows": rows, "since": since},
        do=obligation.do,
        told=_told(one),
        grave=obligation.grave,
    )


def _cases(number: int) -> str:
    return words.plural("%(count)s case", "%(count)s cases", number)


def _told(one: Breach) -> str:
    if not BY_NAME[one.obligation].grave:
        return _("Shown here; nobody is paged for it.")
    if not alarm.has_route():
        return _("Nobody was told: no second route is set up.")
    if not one.pages:
        return _("The second route is about to be told.")
    return words.plural(
        "The second route was told %(count)s time.",
        "The second route was told %(count)s times.",
        one.pages,
    )


def _did(looked: int, fired: int) -> str:
    return _("looked at %(looked)s, fired %(fired)s") % {
        "looked": f"{looked:,}",
        "fired": f"{fired:,}",
    }


def _main(beat: Heartbeat | None, *, now: datetime) -> Sign:
    if beat is None:
        return Sign(name=FIRES, said=_("No sweep ever ran."), tone=ILL)
    late = heartbeats.is_late((now - beat.at).total_seconds(), every=beat.every)
    did = _did(beat.looked, beat.fired) if beat.looked else _("nothing was due")
    said = _("Last sweep ran %(ago)s: %(did)s.") % {"ago": _ago(beat.at, now=now), "did": did}
    more = ""
    if beat.busy_at and not beat.looked:
        busy = _did(beat.busy_looked, beat.busy_fired)
        more = _("The last one with work, %(ago)s: %(busy)s.") % {
            "ago": _ago(beat.busy_at, now=now),
            "busy": busy,
        }
    return Sign(name=FIRES, said=said, more=more, tone=ILL if late else WELL)


def _sweep(beat: Heartbeat, *, now: datetime) -> Sign:
    late = heartbeats.is_late((now - beat.at).total_seconds(), every=beat.every)
    last = _("No work yet")
    if beat.busy_at:
        last = f"{_ago(beat.busy_at, now=now)}: {_did(beat.busy_looked, beat.busy_fired)}"
    return Sign(
        name=SWEEPS.get(beat.name, beat.name.replace("-", " ").capitalize()),
        said=(_("Late: ran %(ago)s, in %(took)s ms") if late else _("%(ago)s, in %(took)s ms"))
        % {"ago": _ago(beat.at, now=now), "took": f"{beat.took_ms:,}"},
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
            last = _("last message %(ago)s. ") % {"ago": ago}
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
            name=str(channel.label), said=_("Nothing was sent in the last 7 days."), tone=NEVER
        )
    parts = (
        [_("last sent %(ago)s") % {"ago": _ago(sent, now=now)}]
        if sent
        else [_("nothing sent in the last 7 days")]
    )
    if delivered:
        parts.append(_("last delivered %(ago)s") % {"ago": _ago(delivered, now=now)})
    many = words.plural("%(count)s failure", "%(count)s failures", failures)
    said = _("%(sent)s; %(failures)s in the last hour.") % {
        "sent": ", ".join(parts),
        "failures": many if failures else _("no failures"),
    }
    return Sign(name=str(channel.label), said=said, tone=ILL if failures else WELL)


def _past(desk: Desk) -> Iterable[Sign]:
    """What did not hold lately and does again."""
    over = _ours().filter(closed_at__gte=desk.now - PAST).order_by("-closed_at")
    for one in over[:MOST_PAST]:
        opened = words.at_words(one.opened_at, zone=desk.zone, now=desk.now)
        lasted = (one.closed_at - one.opened_at).total_seconds()
        span = f"{lasted:.0f} s" if lasted < words.MINUTE else words.span(lasted)
        yield Sign(
            name=BY_NAME[one.obligation].broken,
            said=_("%(when)s, for %(span)s") % {"when": opened, "span": span},
        )


def _mended(desk: Desk) -> Iterable[Sign]:
    """Counts of the backlog that were found to differ from its tasks, and were put right."""
    about = AuditEvent.objects.filter(entity_id=scope.current(), action="backlog.mended")
    found = about.filter(at__gte=desk.now - PAST)
    for one in found.order_by("-at")[:MOST_PAST]:
        name = words.plural(
            "%(count)s count of the backlog differed from its tasks",
            "%(count)s counts of the backlog differed from its tasks",
            one.detail["cells"],
        )
        when = words.at_words(one.at, zone=desk.zone, now=desk.now)
        yield Sign(name=name, said=_("%(when)s, put right") % {"when": when})


def second_route() -> str:
    """Who is told when something does not hold."""
    routes = [
        words.plural(
            "%(count)s mail address", "%(count)s mail addresses", len(settings.ALARM_EMAIL)
        )
        if settings.ALARM_EMAIL else "",
        _("a webhook") if settings.ALARM_WEBHOOK else "",
    ]  # fmt: skip
    told = _(" and ").join(route for route in routes if route)
    ping = _("a service outside listens for a ping") if settings.DEADMAN_URL else (
        _("no service outside listens for a ping")
    )  # fmt: skip
    if not told:
        return _("nobody would be told; %(ping)s.") % {"ping": ping}
    return _("%(routes)s would be told; %(ping)s.") % {"routes": told, "ping": ping}
