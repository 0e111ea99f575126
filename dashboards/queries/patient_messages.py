"""Screen 14: may they be texted, what was said, is there an answer to act on."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.permissions import Operation, may
from charts.models import Patient
from dashboards import words
from dashboards.patient_words import BASES, MEANINGS, SOURCES, STATES, WAYS_SAID
from dashboards.queries import chart
from dashboards.queries.desk import Desk
from dashboards.queries.reach import said_words
from dashboards.rows.patient_messages import (
    Instead,
    MessageLine,
    PatientMessagesPage,
    TemplateChoice,
    WayLine,
)
from dashboards.rows.task import Choice
from outbox import letters
from outbox.consent import BY_MACHINE, Basis, ConsentSource, PatientWay
from outbox.daytime import is_day
from outbox.letters import Letter
from outbox.models import Consent, Direction, Letterhead, PatientMessage
from outbox.patient_replies import Meaning
from outbox.patient_wording import said
from outbox.patient_words import TEMPLATES, Template
from outbox.phones import national, shown
from outbox.reaching import Road, known_of, language, letterhead, said_by, same_person, zones
from outbox.states import IntentState
from routing.said import spoken

SHOWN = 100
LANGUAGES = {"en": "English", "es": "Español"}


def page(patient: Patient, desk: Desk) -> PatientMessagesPage:
    """Everything that the screen shows of one patient."""
    known = known_of(patient)
    open_to, head = known.roads, known.head
    rows = _rows(patient)
    permission = may(desk.member.roles, Operation.WRITE_TO_PATIENTS)
    return PatientMessagesPage(
        id=str(patient.pk), patient=chart.banner(patient, desk), flags=chart.flags(patient),
        chart_url=reverse("dashboards:patient", args=[patient.pk]),
        lead=_lead(open_to), is_open=open_to[PatientWay.SMS].why_not is None,
        languages=tuple(LANGUAGES.items()), language=_language(patient),
        ways=_ways(patient, open_to, desk),
        hours=_hours(patient, desk),
        messages=tuple(_message(row, desk) for row in reversed(rows[:SHOWN])),
        older=len(rows) > SHOWN,
        templates=_templates(patient, head), open_ways=_open(open_to), key=str(uuid4()),
        may_write=bool(permission), why_not=permission.reason,
        lacks_letterhead=head is None,
        letterhead_url=reverse("dashboards:letterhead")
        if may(desk.member.roles, Operation.SET_LETTERHEAD) else "",
    )  # fmt: skip


def _rows(patient: Patient) -> list[PatientMessage]:
    rows = PatientMessage.objects.filter(patient__in=same_person(patient.pk))
    newest = rows.select_related("intent", "member", "contact").order_by("-at", "-pk")
    return list(newest[: SHOWN + 1])


def _lead(open_to: Mapping[PatientWay, Road]) -> str:
    text = open_to[PatientWay.SMS]
    if text.why_not is None:
        return _("You may text {number}.").format(number=national(text.address))
    return _("Do not text. {why}").format(why=STATES[text.why_not].note)


def _ways(patient: Patient, open_to: Mapping[PatientWay, Road], desk: Desk) -> tuple[WayLine, ...]:
    held = said_by(patient.pk)
    return tuple(
        _way(road, [row for (way, _basis), row in held.items() if way is road.way], desk)
        for road in open_to.values() if road.way in BY_MACHINE
    )  # fmt: skip


def _way(road: Road, consents: Iterable[Consent], desk: Desk) -> WayLine:
    known = STATES[road.why_not] if road.why_not else None
    address = "" if road.way is PatientWay.PORTAL else shown(road.address)
    return WayLine(
        way=road.way, label=WAYS_SAID[road.way], address=address,
        state=known.state if known else _("Open"), tone=known.tone if known else "good",
        note=known.note if known else "",
        consents=tuple(_consent(row, desk) for row in consents),
    )  # fmt: skip


def _consent(row: Consent, desk: Desk) -> str:
    values = {
        "basis": BASES[Basis(row.basis)],
        "day": words.long_date(row.at.astimezone(desk.zone).date()),
        "source": SOURCES[ConsentSource(row.source)], "who": row.actor_name,
    }  # fmt: skip
    said_so = (
        _("{basis}: given {day}, {source}, recorded by {who}.")
        if row.given
        else _("{basis}: withdrawn {day}, {source}, recorded by {who}.")
    )
    asked = _("Asked in {language}.").format(language=_named(row.language)) if row.language else ""
    return f"{said_so.format(**values)} {asked}".strip()


def _named(code: str) -> str:
    return LANGUAGES.get(code.lower()[:2], code)


def _language(patient: Patient) -> str:
    """In which they are written to, and which an interpreter must speak where it is another."""
    ours = _named(language(patient))
    told = patient.language.strip()
    if not told or _named(told) == ours or language(patient) == "es":
        return _("Messages are in {language}.").format(language=ours)
    return _("Messages are in {language}. They speak {told}: call with an interpreter.").format(
        language=ours, told=told
    )


def _hours(patient: Patient, desk: Desk) -> str:
    where = zones(patient)
    local = desk.now.astimezone(ZoneInfo(where[0]))
    if is_day(where, desk.now):
        return _("It is {time} where they are. Messages go out at once.").format(
            time=f"{local:%H:%M}"
        )
    return _("It is {time} where they are. Messages wait until 08:00 there.").format(
        time=f"{local:%H:%M}"
    )


def _message(row: PatientMessage, desk: Desk) -> MessageLine:
    ours = row.direction == Direction.OUT
    state, tone = _state(row, desk)
    is_letter = row.way == PatientWay.LETTER
    return MessageLine(
        id=str(row.pk), is_ours=ours, who=_who(row, desk), way=WAYS_SAID[PatientWay(row.way)],
        when=words.moment(row.at, zone=desk.zone, now=desk.now),
        subject="" if row.way in (PatientWay.SMS, PatientWay.VOICE) else row.subject,
        text=row.body, state=state, tone=tone, template=_again(row), failed=_failed(row),
        instead=_instead(row) if _failed(row) else (), about=str(row.about_id or ""),
        taken_for=MEANINGS[Meaning(row.meaning)] if row.meaning else "",
        letter_url=reverse("dashboards:patient_letter", args=[row.patient_id, row.pk])
        if is_letter else "",
    )  # fmt: skip


def _again(row: PatientMessage) -> str:
    """Which words are said another way; of a member's own none are taken over."""
    return row.template if row.template in TEMPLATES else Template.CALL_US


def _instead(row: PatientMessage) -> tuple[Instead, ...]:
    offered = ((PatientWay.VOICE, _("I call them")), (PatientWay.LETTER, _("Write a letter")))
    return tuple(
        Instead(way=way, label=label, key=str(uuid5(row.pk, way))) for way, label in offered
    )


def _who(row: PatientMessage, desk: Desk) -> str:
    if row.direction == Direction.IN:
        return _("Patient")
    if row.member is None:
        return _("ClearChart")
    return _("You") if row.member_id == desk.member.pk else row.member.name


def _failed(row: PatientMessage) -> bool:
    intent, contact = row.intent, row.contact
    if intent is None or row.template == Template.ANSWER:
        return False
    useless = contact is not None and contact.broken_at is not None
    return intent.state == IntentState.FAILED or (intent.state == IntentState.CANCELLED and useless)


def _state(row: PatientMessage, desk: Desk) -> tuple[str, str]:
    if _failed(row) and row.intent is not None:
        why = spoken(row.intent.failure) or _("They asked for no more.")
        return why[:1].upper() + why[1:], "stop"
    if row.intent is not None:
        return said_words(row.intent, desk)
    if row.way == PatientWay.LETTER:
        return _("To print and mail"), ""
    return (_("To be said by phone"), "") if row.direction == Direction.OUT else ("", "")


def _templates(patient: Patient, head: Letterhead | None) -> tuple[TemplateChoice, ...]:
    if head is None:
        return ()
    written_in = language(patient)
    ready = tuple(
        TemplateChoice(value=one, label=_(TEMPLATES[one].name),
                       preview=said(one, PatientWay.SMS, head, written_in).body,
                       language=written_in)
        for one in TEMPLATES
    )  # fmt: skip
    return (
        *ready,
        TemplateChoice(
            value=Template.FREE, label=_("Your own words"), preview="", language=written_in
        ),
    )


def _open(open_to: Mapping[PatientWay, Road]) -> tuple[Choice, ...]:
    return tuple(
        Choice(value=road.way, label=WAYS_SAID[road.way])
        for road in open_to.values() if road.why_not is None
    )  # fmt: skip


def find_letter(patient_id: UUID, message_id: UUID) -> PatientMessage | None:
    """A letter of this patient's thread."""
    rows = PatientMessage.objects.filter(
        pk=message_id, patient__in=same_person(patient_id), way=PatientWay.LETTER
    )
    found: PatientMessage | None = rows.first()
    return found


def letter_pdf(message: PatientMessage, patient: Patient, at: datetime) -> bytes:
    """The letter on the practice's paper, in the patient's language; dated as it was written."""
    head = letterhead()
    assert head is not None
    with override(message.language or "en"):
        name = f"{patient.given} {patient.family}".strip()
        return letters.page(Letter(
            sender=head.name,
            sender_lines=tuple(one for one in (*head.address.splitlines(),
                                               national(head.phone)) if one),
            recipient=name, address=patient.address,
            written_day=date_format(at, _("F j, Y")),
            greeting=_("Dear {name},").format(name=name), subject=message.subject,
            body=message.body, closing=_("Your care team at {practice}").format(practice=head.name),
        ))  # fmt: skip
