"""The invented practices and their people. `.example` is nobody's domain."""

from dataclasses import dataclass

from accounts.roles import Role
from integrations.simulator.clinic import Door

PASSWORD = "open-the-chart"  # noqa: S105 - everybody's, printed by the demo
"""Of every demo person."""


@dataclass(frozen=True, slots=True)
class Person:
    """One member. Messages name a physician by number; 999... is never given out."""

    name: str
    role: Role
    login: str
    site: str = ""
    number: str = ""
    specialty: str = ""

    @property
    def numbers(self) -> list[str]:
        """None, or the one."""
        return [self.number] if self.number else []


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """One feed; `mllp` feeds get the next free port."""

    name: str
    ending: str
    door: Door
    mllp: bool


@dataclass(frozen=True, slots=True)
class PracticePlan:
    name: str
    slug: str
    time_zone: str
    domain: str
    sites: tuple[tuple[str, str], ...]
    """Name, and what feeds call it."""
    people: tuple[Person, ...]
    approver: str
    """Who approved the starter rules."""

    @property
    def short(self) -> str:
        """Begins the addresses of its feeds."""
        return self.slug.partition("-")[0]


FEEDS = (
    FeedPlan("Northlab results", "lab", Door.LAB_MLLP, mllp=True),
    FeedPlan("EHR interface", "ehr", Door.EHR_HTTP, mllp=True),
    FeedPlan("EHR FHIR", "fhir", Door.FHIR_HTTP, mllp=False),
)

FAMILY = "Family medicine"

ELM = PracticePlan(
    name="Elm Street Family Medicine",
    slug="elm-street",
    time_zone="America/New_York",
    domain="elm.example",
    sites=(("Main Street", "MAIN"), ("Riverside", "RIVER")),
    people=(
        Person("Dr Ana Diaz", Role.PHYSICIAN, "ana", "Main Street", "9990000011", FAMILY),
        Person("Dr Ben Okafor", Role.PHYSICIAN, "ben", "Main Street", "9990000012", FAMILY),
        Person("Dr Wei Chen", Role.PHYSICIAN, "wei", "Riverside", "9990000013", FAMILY),
        Person("Dr Ruth Malik", Role.PHYSICIAN, "ruth", "Riverside", "9990000014", FAMILY),
        Person("Nora Quinn", Role.NURSE, "nora"),
        Person("Max Bell", Role.MEDICAL_ASSISTANT, "max", "Main Street"),
        Person("Mia Fox", Role.MEDICAL_ASSISTANT, "mia", "Riverside"),
        Person("Cora Lund", Role.CARE_COORDINATOR, "cora"),
        Person("Sam Ortiz", Role.SUPERVISOR, "sam"),
        Person("Petra Hale", Role.PRACTICE_MANAGER, "petra"),
        Person("Ira Voss", Role.IT, "ira"),
        Person("Percy North", Role.PRIVACY_OFFICER, "percy"),
    ),
    approver="Dr Ana Diaz",
)

OAK = PracticePlan(
    name="Oak Street Clinic",
    slug="oak-street",
    time_zone="America/Chicago",
    domain="oak.example",
    sites=(("Oak Street", "OAK"),),
    people=(
        Person("Dr Olu Bright", Role.PHYSICIAN, "olu", "Oak Street", "9990000021", FAMILY),
        Person("Dr Hanna Stein", Role.PHYSICIAN, "hanna", "Oak Street", "9990000022", FAMILY),
        Person("Ned Parks", Role.NURSE, "ned"),
        Person("Mo Rivers", Role.MEDICAL_ASSISTANT, "mo", "Oak Street"),
        Person("Cy Blake", Role.CARE_COORDINATOR, "cy"),
        Person("Sue Marsh", Role.SUPERVISOR, "sue"),
        Person("Ilse Roth", Role.IT, "ilse"),
    ),
    approver="Dr Olu Bright",
)

PRACTICES = (ELM, OAK)

PHONES = {
    "ana": "+12025550101", "ben": "+12025550102", "wei": "+12025550103", "ruth": "+12025550104",
    "nora": "+12025550105", "sam": "+12025550106", "petra": "+12025550107",
    "olu": "+13125550121", "hanna": "+13125550122", "ned": "+13125550123", "sue": "+13125550124",
}  # fmt: skip
"""By login; numbers 555-01xx are nobody's. Who has none is reached in the product alone."""
