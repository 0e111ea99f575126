"""Whom the demo practices refer to, how packets get there, and under which name patients are
written to: whatever of it is missing."""

from datetime import datetime

from audit.actors import Actor
from charts.models import Patient
from config.demo.cast import PRACTICES, PracticePlan
from integrations.carriers.opening import open_carrier
from integrations.simulator.catalogue import SPECIALISTS
from outbox import operations as outbox
from outbox.consent import Basis, ConsentSource, PatientWay
from outbox.models import Consent, Letterhead
from referrals import operations as referrals
from referrals.directory import Entry
from referrals.fake.hisp import Hisp
from referrals.fake.house import FaxHouse
from referrals.models import Carrier, Referral, Specialist
from referrals.operations import Account
from referrals.specialties import Specialty
from referrals.ways import Way

ACTOR = Actor.machine("demo.seed")
HISP, FAXES = Hisp(), FaxHouse()
"""Their passwords are the demo's; nothing is kept here."""
EVERY = 5
"""One patient in so many has not said that they may be texted."""
OFFICES = {PRACTICES[0].slug: "+12025550150", PRACTICES[1].slug: "+13125550150",
           PRACTICES[2].slug: "+17205550150"}  # fmt: skip
"""Phone of each practice; the fax is the number after it."""
CLINICS = {
    "cardiology": ("Heartfield Clinic", (Way.DIRECT, Way.FAX)),
    "dermatology": ("Freckle & Partners", (Way.FAX,)),
    "orthopedics": ("Kneesworth Orthopedics", (Way.DIRECT, Way.FAX)),
    "gastroenterology": ("Tumbly Digestive Center", (Way.FAX, Way.DIRECT)),
    "endocrinology": ("Glandsworth Associates", (Way.DIRECT,)),
    "neurology": ("Synapton Neurology", (Way.DIRECT, Way.FAX)),
}
"""Organization, and the ways that it takes, the one it likes best first."""


def open_partners(plan: PracticePlan, *, carrier_port: int, now: datetime) -> None:
    """What the practice in scope needs to refer, write and be answered."""
    if not Letterhead.objects.exists():
        outbox.set_letterhead(name=plan.name, phone=OFFICES[plan.slug], actor=ACTOR, now=now)
    if not Specialist.objects.exists():
        for number, code in enumerate(CLINICS):
            _specialist(number, code, now=now)
    for account in _accounts(plan, carrier_port, now=now):
        _open(account, now=now)


def _specialist(number: int, code: str, *, now: datetime) -> None:
    organization, ways = CLINICS[code]
    family, given = SPECIALISTS[code]
    domain = organization.split()[0].lower()
    direct = f"referrals@{domain}.direct.example" if Way.DIRECT in ways else ""
    entry = Entry(
        organization=organization, person=f"Dr {given} {family}", specialty=Specialty(code),
        direct_address=direct, fax=f"+120255501{60 + number}" if Way.FAX in ways else "",
        phone=f"+120255501{70 + number}", ways=(*ways, Way.PHONE), agreement_on=now.date(),
    )  # fmt: skip
    row = referrals.add_specialist(entry=entry, actor=ACTOR, now=now)
    if row.fax:
        referrals.verify_fax(specialist_id=row.pk, fax=row.fax, actor=ACTOR, now=now)


def fax_key(plan: PracticePlan) -> str:
    """By which the fake fax service knows the practice."""
    return f"{plan.short}-fax-key"


def fax_feed(plan: PracticePlan) -> str:
    """As whose messages its call-backs come."""
    return f"{plan.short}-fax"


def _accounts(plan: PracticePlan, port: int, *, now: datetime) -> tuple[Account, ...]:
    ours = f"referrals@{plan.short}.direct.example"
    office = OFFICES[plan.slug]
    return (
        Account(
            kind=Carrier.Kind.HISP, feed_slug=f"{plan.short}-hisp", address=ours, user=ours,
            url=f"smtp://127.0.0.1:{port + 1}", mail_url=f"imap://127.0.0.1:{port + 2}",
            secret=HISP.password, baa_on=now.date(),
        ),
        Account(
            kind=Carrier.Kind.DOCUMO, feed_slug=fax_feed(plan), address=f"{office[:-1]}1",
            user=FAXES.user, url=f"http://127.0.0.1:{port}", secret=fax_key(plan),
            callback_secret=FAXES.password, baa_on=now.date(),
        ),
    )  # fmt: skip


def _open(account: Account, *, now: datetime) -> None:
    """The account, opened anew where the fakes listen on other ports than before."""
    held = Carrier.objects.filter(kind=account.kind, closed_at__isnull=True).first()
    if held is not None and held.url == account.url:
        return
    if held is not None:
        referrals.close_carrier(carrier_id=held.pk, actor=ACTOR, now=now)
    open_carrier(account=account, actor=ACTOR, now=now)


def address_referrals() -> None:
    """Each open referral goes to the specialist of its specialty, since it was ordered."""
    by_specialty = {one.specialty: one.pk for one in Specialist.objects.filter(is_active=True)}
    rows = Referral.objects.filter(closed_at__isnull=True, specialist__isnull=True)
    for row in rows.order_by("pk"):
        if to := by_specialty.get(row.specialty):
            referrals.address_to(referral_id=row.pk, specialist_id=to, actor=ACTOR,
                                 now=row.ordered_at)  # fmt: skip


def let_be_texted() -> None:
    """Most patients who were ever referred had said on a form that they may be texted."""
    since = dict(Referral.objects.order_by("-ordered_at").values_list("patient", "ordered_at"))
    asked = Patient.objects.filter(pk__in=since).exclude(pk__in=Consent.objects.values("patient"))
    for number, pk in enumerate(asked.order_by("family", "given").values_list("pk", flat=True)):
        if number % EVERY:
            outbox.record_consent(
                patient_id=pk, way=PatientWay.SMS, bases=list(Basis), given=True,
                source=ConsentSource.FORM, at=since[pk], actor=ACTOR, now=since[pk],
            )  # fmt: skip
