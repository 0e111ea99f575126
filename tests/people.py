"""The people of the tests, admitted by real operations."""

from dataclasses import dataclass
from datetime import datetime

from accounts import operations as accounts
from accounts.models import Membership, User
from accounts.policy import BY_PASSWORD_ALONE
from accounts.roles import Role
from audit.actors import Actor
from integrations import operations as integrations
from integrations.models import Feed
from routing import starter
from tenants import scope
from tenants.models import Location, Practice

SETUP = Actor.machine("tests.setup")

PASSWORD = "correct horse battery"


@dataclass
class Elm:
    practice: Practice
    main: Location
    nora: Membership
    diaz: Membership
    max: Membership
    sam: Membership
    cora: Membership
    ira: Membership
    lab: Feed
    ehr: Feed

    def scoped(self):
        """In the scope of Elm Street."""
        return scope.scoped(self.practice.pk)


@dataclass
class Oak:
    practice: Practice
    main: Location
    olu: Membership
    feed: Feed

    def scoped(self):
        """In the scope of Oak Street."""
        return scope.scoped(self.practice.pk)


def admit(
    name: str,
    role: Role,
    *,
    now: datetime,
    place: str = "elm.example",
    ids: tuple[str, ...] = (),
    **more,
) -> Membership:
    email = f"{name.split()[-1].lower()}@{place}"
    user = User.objects.create_user(email=email, password=PASSWORD, first_name=name)
    return accounts.admit(
        user=user, roles=[role], name=name, provider_ids=ids, actor=SETUP, now=now, **more
    )


def open_elm_street(*, now: datetime) -> Elm:
    practice = accounts.open_practice(
        name="Elm Street Family Medicine",
        slug="elm-street",
        time_zone="America/New_York",
        actor=SETUP,
        now=now,
    )
    with scope.scoped(practice.pk):
        accounts.set_access_policy(policy=BY_PASSWORD_ALONE, actor=SETUP, now=now)
        main = accounts.add_location(
            name="Main Street",
            time_zone="America/New_York",
            codes=["ELM", "MAIN"],
            actor=SETUP,
            now=now,
        )
        people = {
            "nora": admit("Nora Quinn", Role.NURSE, now=now),
            "diaz": admit(
                "Dr Ana Diaz", Role.PHYSICIAN, now=now, ids=("1234567893", "1001"), location=main
            ),
            "max": admit("Max Bell", Role.MEDICAL_ASSISTANT, now=now, location=main),
            "sam": admit("Sam Ortiz", Role.SUPERVISOR, now=now),
            "cora": admit("Cora Lund", Role.CARE_COORDINATOR, now=now),
            "ira": admit("Ira Voss", Role.IT, now=now),
        }
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=now)
        lab = integrations.open_feed(
            name="Quest lab", slug="elm-lab", time_zone="America/New_York", actor=SETUP, now=now
        )
        ehr = integrations.open_feed(
            name="EHR", slug="elm-ehr", time_zone="America/New_York", actor=SETUP, now=now
        )
    return Elm(practice=practice, main=main, lab=lab, ehr=ehr, **people)


def open_oak_street(*, now: datetime) -> Oak:
    practice = accounts.open_practice(
        name="Oak Street Clinic",
        slug="oak-street",
        time_zone="America/Chicago",
        actor=SETUP,
        now=now,
    )
    with scope.scoped(practice.pk):
        accounts.set_access_policy(policy=BY_PASSWORD_ALONE, actor=SETUP, now=now)
        main = accounts.add_location(
            name="Oak Street", time_zone="America/Chicago", codes=["OAK"], actor=SETUP, now=now
        )
        olu = admit("Olu Bright", Role.PHYSICIAN, now=now, place="oak.example", ids=("2002",))
        starter.install(clinical_approver="Olu Bright", actor=SETUP, now=now)
        feed = integrations.open_feed(
            name="Oak lab", slug="oak-lab", time_zone="America/Chicago", actor=SETUP, now=now
        )
    return Oak(practice=practice, main=main, olu=olu, feed=feed)
