"""The invented practices and their people. `.example` is nobody's domain."""

from dataclasses import dataclass, replace

from accounts.roles import Role

PASSWORD = "open-the-chart"  # noqa: S105 - everybody's, printed by the demo
"""Of every demo person."""


@dataclass(frozen=True, slots=True)
class Person:
    """One member. Messages name a physician by number; 999... is never given out."""

    name: str
    role: Role
    email: str
    site: str = ""
    number: str = ""
    specialty: str = ""

    @property
    def numbers(self) -> list[str]:
        """None, or the one."""
        return [self.number] if self.number else []

    def at(self, site: str) -> "Person":
        """The same person at a site of another practice."""
        return replace(self, site=site)


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """One feed; `mllp` feeds get the next free port."""

    name: str
    ending: str
    mllp: bool


FEEDS = (
    FeedPlan("Northlab results", "lab", mllp=True),
    FeedPlan("EHR interface", "ehr", mllp=True),
    FeedPlan("EHR FHIR", "fhir", mllp=False),
)

SLOW = "south"
"""How the address of a slow laboratory's feed ends."""


@dataclass(frozen=True, slots=True)
class PracticePlan:
    name: str
    slug: str
    time_zone: str
    sites: tuple[tuple[str, str], ...]
    """Name, and what feeds call it."""
    people: tuple[Person, ...]
    approver: str
    """Who approved the starter rules."""
    worked: float
    """Of a full clinic day's work, how much came on an average day of the past."""
    away: tuple[str, str] | None = None
    """Who has been away for two days, and who covers."""
    behind: str = ""
    """Who has got to nothing for three working days."""
    misrouted: str = ""
    """The site whose refills a rule sends to the wrong role."""
    slow_lab: str = ""
    """A second laboratory, whose results come a day late, and lately not at all."""

    @property
    def feeds(self) -> tuple[FeedPlan, ...]:
        """Of every practice, and its own."""
        return (*FEEDS, FeedPlan(self.slow_lab, SLOW, mllp=False)) if self.slow_lab else FEEDS

    @property
    def addresses(self) -> frozenset[str]:
        """Of its people."""
        return frozenset(person.email for person in self.people)

    @property
    def short(self) -> str:
        """Begins the addresses of its feeds."""
        return self.slug.partition("-")[0]


FAMILY = "Family medicine"

ANA = Person("Dr Ana Diaz", Role.PHYSICIAN, "ana@elm.example", "Main Street", "9990000011", FAMILY)
BEN = Person("Dr Ben Okafor", Role.PHYSICIAN, "ben@elm.example", "Main Street", "9990000012",
             FAMILY)  # fmt: skip
WEI = Person("Dr Wei Chen", Role.PHYSICIAN, "wei@elm.example", "Riverside", "9990000013", FAMILY)
RUTH = Person("Dr Ruth Malik", Role.PHYSICIAN, "ruth@elm.example", "Riverside", "9990000014",
              FAMILY)  # fmt: skip
OLU = Person("Dr Olu Bright", Role.PHYSICIAN, "olu@oak.example", "Oak Street", "9990000021", FAMILY)
NORA = Person("Nora Quinn", Role.NURSE, "nora@elm.example")
MAX = Person("Max Bell", Role.MEDICAL_ASSISTANT, "max@elm.example", "Main Street")
MIA = Person("Mia Fox", Role.MEDICAL_ASSISTANT, "mia@elm.example", "Riverside")
MO = Person("Mo Rivers", Role.MEDICAL_ASSISTANT, "mo@oak.example", "Oak Street")
CORA = Person("Cora Lund", Role.CARE_COORDINATOR, "cora@elm.example")
SAM = Person("Sam Ortiz", Role.SUPERVISOR, "sam@elm.example")
PETRA = Person("Petra Hale", Role.PRACTICE_MANAGER, "petra@elm.example")
IRA = Person("Ira Voss", Role.IT, "ira@elm.example")
PERCY = Person("Percy North", Role.PRIVACY_OFFICER, "percy@elm.example")

SHARED = (NORA, CORA, SAM, PETRA, IRA, PERCY)
"""Who works for all three practices, and goes from one to the other in the product."""

ELM = PracticePlan(
    name="Elm Street Family Medicine",
    slug="elm-street",
    time_zone="America/New_York",
    sites=(("Main Street", "MAIN"), ("Riverside", "RIVER")),
    people=(ANA, BEN, WEI, RUTH, MAX, MIA, *SHARED),
    approver=ANA.name,
    worked=0.3,
    away=(RUTH.name, WEI.name),
    behind=BEN.name,
    misrouted="Riverside",
    slow_lab="Southlab results",
)

OAK = PracticePlan(
    name="Oak Street Clinic",
    slug="oak-street",
    time_zone="America/Chicago",
    sites=(("Oak Street", "OAK"),),
    people=(OLU, MO, *SHARED),
    approver=OLU.name,
    worked=0.5,
)

PINE = PracticePlan(
    name="Pine Hill Practice",
    slug="pine-hill",
    time_zone="America/Denver",
    sites=(("Pine Hill", "PINE"),),
    people=(WEI.at("Pine Hill"), MIA.at("Pine Hill"), *SHARED),
    approver=WEI.name,
    worked=0.5,
)

PRACTICES = (ELM, OAK, PINE)

PHONES = {
    ANA.email: "+12025550101", BEN.email: "+12025550102", WEI.email: "+12025550103",
    RUTH.email: "+12025550104", NORA.email: "+12025550105", SAM.email: "+12025550106",
    PETRA.email: "+12025550107", OLU.email: "+13125550121",
}  # fmt: skip
"""Numbers 555-01xx are nobody's. Who has none is reached in the product alone."""
