"""One practice with something on every screen, and beside it one where nothing has happened yet."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Membership
from accounts.roles import Role
from audit.actors import Actor
from charts import encounters
from charts.values import CONSULT_NOTE, Code, ItemKind, ItemStatus, Severity, VisitType
from escalation import engine
from escalation import operations as escalation
from escalation import starter as ladders
from escalation.models import Policy
from integrations.carriers.opening import open_carrier
from integrations.ehr import operations as ehr
from integrations.ehr.operations import Settings, Wish
from integrations.models import Subscription, Unmapped
from outbox import operations as outbox
from outbox.consent import Basis, ConsentSource, PatientWay
from outbox.patient_words import Template
from referrals import operations as referrals
from referrals.models import Carrier, Referral
from referrals.operations import Account
from routing import closing
from routing import operations as routing
from routing.models import Task
from tests.dashboards.clinic import HL7, Report, arrive, open_morning, send
from tests.dashboards.duty_scene import open_week, ring
from tests.dashboards.referral_scene import open_referrals, send_one
from tests.dashboards.referral_years import refer
from tests.dashboards.test_days import freeze
from tests.dashboards.test_mapping import NAMELESS, STRANGE
from tests.dashboards.test_messages import set_aside
from tests.people import SETUP, Elm, Oak, admit, open_elm_street, open_oak_street
from tests.reports import DIAZ, bring, graded, patient, potassium, report, result

MOBILE = "+12025550177"
LONG_AGO = timedelta(days=600)
FAXES = {"documo": {"user": "clearchart"}, "telnyx": {"connection": "1293384261075731499"}}
LATE = Report(1, "Hemoglobin A1c", "4548-4", 60 * 24 * 9, [("4548-4", 9.4, "H")])
REMINDER = Report(
    15, "Repeat TSH", "3016-3", 60 * 24 * 30, kind=ItemKind.REQUEST, status=ItemStatus.ACTIVE
)


@dataclass
class House:
    elm: Elm
    people: dict[str, Membership]
    ids: dict[str, object] = field(default_factory=dict)
    """What the addresses of the screens ask for, by name."""


def open_house(now: datetime) -> House:
    elm, oak = open_elm_street(now=now - LONG_AGO), open_oak_street(now=now - LONG_AGO)
    house = House(elm, _people(elm, oak, now), {"diaz": elm.diaz.pk, "max": elm.max.pk})
    with elm.scoped():
        for scene in (_duty, _morning, _visit, _desk, _unmapped, _connection, _policy,
                      _referrals, _carriers):  # fmt: skip
            with transaction.atomic():
                house.ids |= scene(elm, now)
        with transaction.atomic():
            refer(now)
    freeze(elm, now, 20, actions={str(elm.diaz.pk): 4})
    for minutes in (9, 4, 0):
        at = now - timedelta(minutes=minutes)
        while engine.sweep_tasks(now=at) + engine.sweep_clocks(now=at):
            pass
    return house


def _people(elm: Elm, oak: Oak, now: datetime) -> dict[str, Membership]:
    with elm.scoped(), transaction.atomic():
        people = {
            "pat": admit("Pat Moss", Role.PRACTICE_MANAGER, now=now),
            "pia": admit("Pia Shield", Role.PRIVACY_OFFICER, now=now),
            "luz": admit("Luz Vega", Role.SUPERVISOR, now=now),
        }
        people["luz"].language = "es"
        people["luz"].save(update_fields=["language"])
    with oak.scoped(), transaction.atomic():
        people |= {"mia": admit("Mia Hart", Role.PRACTICE_MANAGER, now=now, place="oak.example")}
    named = ("nora", "diaz", "max", "sam", "cora", "ira")
    return people | {name: getattr(elm, name) for name in named} | {"olu": oak.olu}


def _duty(elm: Elm, now: datetime) -> dict[str, object]:
    ladders.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=now - LONG_AGO)
    ring(elm.sam, now)
    return {"rotation": open_week(elm, now).pk}


def _morning(elm: Elm, now: datetime) -> dict[str, object]:
    """The tasks by their titles; one of them handed over after two calls in vain."""
    tasks = open_morning(elm, now=now - timedelta(seconds=1))
    late = arrive(LATE, 900, now=now)
    arrive(REMINDER, 901, now=now)
    _hand_over(elm, tasks["TSH"], now)
    return {"late": late.pk} | {_slug(title): task.pk for title, task in tasks.items()}


def _slug(title: str) -> str:
    return title.split(",")[0].casefold().replace(" ", "_")


def _hand_over(elm: Elm, task: Task, now: datetime) -> None:
    who = {"actor": Actor.person(elm.max), "member": elm.max, "task_id": task.pk}
    for hours in (3, 2):
        at = now - timedelta(hours=hours)
        routing.inform(channel="phone", reached=False, at=at, now=at, **who)
    routing.comment(text="Works nights, sleeps till two.", now=at, **who)
    routing.assign(to=elm.nora, note="Called twice. Please try after 14:00.", now=at, **who)


def _visit(elm: Elm, now: datetime) -> dict[str, object]:
    """Of this morning: a critical result, a draft note, an order and a referral keep it open."""
    began = now - timedelta(hours=6)
    routing.install_checklists(actor=SETUP, now=began)
    made = encounters.record_visit(
        patient(), source="ehr", number="V-1", status="finished", attending=DIAZ,
        visit_type=VisitType.OFFICE, started_at=began, location_code="ELM", actor=SETUP, now=began,
    )  # fmt: skip
    at_visit = {"encounter": "V-1", "issued_at": began}
    bring(
        report(ItemKind.DOCUMENT, ItemStatus.PRELIMINARY, author=DIAZ,
               code=Code("11506-3", "Progress note"), **at_visit),
        report(ItemKind.ORDER, ItemStatus.ACTIVE, key="O-1", code=Code("TSH", "TSH order"),
               **at_visit),
        report(ItemKind.REFERRAL, ItemStatus.ACTIVE, key="R-1", orderer=DIAZ,
               code=Code("C", "Cardiology, palpitations on exertion"), **at_visit),
        result(ItemStatus.FINAL, potassium(6.8, Severity.CRITICAL, flags=("HH",)),
               encounter="V-1", at=None),
        graded(Severity.NORMAL, key="L-2", at=None),
        now=began,
    )  # fmt: skip
    closing.sweep_practice(elm.practice.pk, now=now)
    return {"visit": made.pk, "patient": made.patient_id}


def _desk(elm: Elm, now: datetime) -> dict[str, object]:
    """A message that is well, one that names nobody, three that an older release could not read."""
    well = HL7.format(control="700")
    send(elm, well, now=now)
    send(elm, HL7.format(control="709").replace("PID|", "ZID|"), now=now)
    again = well.replace("|700|P|", "|701|P|")
    held = [
        set_aside(elm, text, now=now)
        for text in (again, HL7.format(control="702"), HL7.format(control="703"))
    ]
    return {"message": held[1].pk, "lab": elm.lab.pk, "ehr": elm.ehr.pk}


def _unmapped(elm: Elm, now: datetime) -> dict[str, object]:
    """One of each kind."""
    other = HL7.replace("508790^^^ELM", "42^^^OAK").replace("CLAIRE", "CLARA")
    both = HL7.replace("508790^^^ELM^MR", "508790^^^ELM^MR~42^^^OAK^MR")
    for number, body in enumerate((STRANGE, NAMELESS, other, both)):
        send(elm, body.format(control=str(number)), now=now)
    rows = Unmapped.objects.filter(resolved_at__isnull=True)
    return {f"unmapped_{row.kind.replace('-', '_')}": row.pk for row in rows}


def _connection(elm: Elm, now: datetime) -> dict[str, object]:
    """Of the EHR: two keys, and a subscription that works, one that fails, one that waits."""
    who = {"actor": SETUP, "now": now}
    held = ehr.configure(
        feed=elm.ehr, settings=Settings("https://ehr.example/fhir/r4", "smart", "clearchart-elm"),
        **who,
    )  # fmt: skip
    for algorithm in ("RS384", "ES384"):
        ehr.make_key(algorithm=algorithm, **who)
    ehr.set_polling(connection_id=held.pk, types=["ServiceRequest"], every_s=300, **who)
    failing = {"gap_from": 7, "last_failure": "The server is busy."}
    for status, more in (("active", {}), ("error", failing), ("requested", {})):
        wish = Wish(f"https://ehr.example/topics/{status}", "https://us.example/")
        row = ehr.open_subscription(feed=elm.ehr, wish=wish, **who)
        Subscription.objects.filter(pk=row.pk).update(
            status=status, last_heard_at=now, expires_at=now + timedelta(days=9), **more
        )
    return {}


def _referrals(elm: Elm, now: datetime) -> dict[str, object]:
    """One in every state."""
    opened = open_referrals(elm, now - timedelta(seconds=1))
    ids = {f"referral_{name}": pk for name, pk in opened.items()}
    task = _review(opened["seen"], now)
    written = _thread(opened["sent"], now)
    return ids | {"specialist": send_one(opened["asked"], now), "review": task.pk,
                  "written": written}  # fmt: skip


def _thread(referral_id: UUID, now: datetime) -> UUID:
    """A patient who agreed to be texted was nudged and wrote back; a letter is to be printed."""
    whose, ago = Referral.objects.get(pk=referral_id).patient_id, now - timedelta(days=3)
    who: dict[str, Any] = {"actor": SETUP, "now": ago}
    outbox.set_letterhead(name="Elm Street Family Medicine", phone="+12025550100",
                          address="1 Elm Street\nTroy, NY 12180", **who)  # fmt: skip
    outbox.write_down_contact(patient_id=whose, way=PatientWay.SMS, address=MOBILE, **who)
    outbox.record_consent(patient_id=whose, way=PatientWay.SMS, bases=list(Basis), given=True,
                          source=ConsentSource.FORM, language="en", at=ago, **who)  # fmt: skip
    ways = ((PatientWay.SMS, Template.NUDGE), (PatientWay.LETTER, Template.NUDGE_AGAIN))
    for number, (way, template) in enumerate(ways):
        outbox.write_to_patient(patient_id=whose, key=f"n{number}", way=way, template=template,
                                about_id=referral_id, **who)  # fmt: skip
    outbox.hear_patient(provider_id="SM1", number=MOBILE, body="My knee hurts too, what now",
                        actor=SETUP, now=now - timedelta(hours=5))  # fmt: skip
    return whose


def _review(referral_id: UUID, now: datetime) -> Task:
    """Of the consult report that answers a referral."""
    number, question = "D-610007", "Is it asthma, and does she need a CT?"
    note = report(
        ItemKind.DOCUMENT, ItemStatus.FINAL, key=number, issued_at=now - timedelta(hours=2),
        author=DIAZ, code=Code("11488-4", "Pulmonology consult"),
        details={"document_type": CONSULT_NOTE},
        text="Spirometry: reversible obstruction. Inhaled steroid begun. Imaging not discussed.",
    )  # fmt: skip
    task = bring(note, now=now - timedelta(hours=2), of=patient("610007"))
    referrals.match(referral_id=referral_id, report_id=task.item_id, actor=SETUP, now=now)
    Referral.objects.filter(pk=referral_id).update(question=question)
    return task


def _carriers(elm: Elm, now: datetime) -> dict[str, object]:
    """Two for faxes, of which one stands by; the mailbox of the HISP is not let in any more."""
    who: dict[str, Any] = {"actor": SETUP}
    for days, (kind, more) in enumerate(FAXES.items()):
        account = Account(
            kind=kind, feed_slug=f"elm-{kind}", address="+12025550101", secret="no secret",
            callback_secret="no secret", baa_on=date(2026, 1, 2), **more,
        )  # fmt: skip
        open_carrier(account=account, now=now - timedelta(days=9 - days), **who)
    hisp = Carrier.objects.get(kind=Carrier.Kind.HISP).pk
    for hours, trouble in ((5, ""), (4, "sign-in")):
        referrals.mark_mailbox(carrier_id=hisp, validity=1, seen=8, trouble=trouble,
                               now=now - timedelta(hours=hours), **who)  # fmt: skip
    return {"hisp": hisp, "documo": Carrier.objects.get(kind=Carrier.Kind.DOCUMO).pk}


def _policy(elm: Elm, now: datetime) -> dict[str, object]:
    """A draft of the next version, with the ids of one line of each kind."""
    escalation.begin_draft(author="Sam Ortiz", actor=SETUP, now=now)
    draft = Policy.objects.get(status="draft")
    ladder = draft.ladders.order_by("name").first()
    rung, target = ladder.steps.last(), draft.targets.first()
    return {"ladder": ladder.pk, "rung": rung.pk, "target": target.pk, "place": elm.main.pk}
