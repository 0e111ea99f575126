"""The editions of CMS50: what each year's measure asks, as its published logic (CQL) says it.

Sources are the libraries in cqframework's measure content: 0.0.001 in ecqm-content-qicore-2022,
0.2.000 and 0.3.000 in ecqm-content-qicore-2024, 0.4.000 in ecqm-content-qicore-2025, 1.0.000 in
dqm-content-qicore-2025 (and, the same in US Quality Core, 1.1.000 in dqm-content-cms-2025).
"""

from dataclasses import dataclass, replace

from metrics.measures.codes import Coding

_VSAC = "http://cts.nlm.nih.gov/fhir/ValueSet/"

REFERRAL = f"{_VSAC}2.16.840.1.113883.3.464.1003.101.12.1046"
CONSULTANT_REPORT = f"{_VSAC}2.16.840.1.113883.3.464.1003.121.12.1006"

VISITS = {
    f"{_VSAC}2.16.840.1.113883.3.464.1003.101.12.1001": "Office Visit",
    f"{_VSAC}2.16.840.1.113883.3.526.3.1285": "Ophthalmological Services",
    f"{_VSAC}2.16.840.1.113883.3.464.1003.101.12.1022": "Preventive Care, Initial, 0 to 17",
    f"{_VSAC}2.16.840.1.113883.3.464.1003.101.12.1023": "Preventive Care, Initial, 18 and Up",
    f"{_VSAC}2.16.840.1.113883.3.464.1003.101.12.1024": "Preventive Care, Established, 0 to 17",
    f"{_VSAC}2.16.840.1.113883.3.464.1003.101.12.1025": "Preventive Care, Established, 18 and Up",
}
ASSESSMENTS = {
    f"{_VSAC}2.16.840.1.113883.3.526.3.1023": "Behavioral/Neuropsych Assessment",
    f"{_VSAC}2.16.840.1.113883.3.526.3.1492": "Psych Visit Diagnostic Evaluation",
}
NEEDED = {REFERRAL: "Referral", CONSULTANT_REPORT: "Consultant Report"}
"""Without these nothing can be measured."""

_CPT = "http://www.ama-assn.org/go/cpt"
TESTS = frozenset((_CPT, code) for code in ("90839", "96112", "96136", "96138", "96156"))
"""Codes that the measure's logic names one by one, in no value set."""

FULFILL = ("http://hl7.org/fhir/CodeSystem/task-code", "fulfill")


@dataclass(frozen=True, slots=True)
class Care:
    """What shows that a patient was seen: a type of resource with a status and one of the codes."""

    type: str
    coded_in: str
    status: str
    value_sets: tuple[str, ...]
    codes: frozenset[Coding] = frozenset()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What shows that the consultant's report came: a Task that says so in one of its elements."""

    coded_in: str = "code"
    """The element that holds a code of Consultant Report."""
    points_in: tuple[str, ...] = ("basedOn",)
    """The elements that may name the referral."""
    code: Coding | None = None
    """What the Task asks for, where its code does not say the report itself."""
    statuses: tuple[str, ...] = ("completed",)
    is_whole_inside: bool = False
    """Must it have begun inside of the period too?"""


@dataclass(frozen=True, slots=True)
class Edition:
    """The measure as it holds from one year on."""

    first_year: int
    measure: str
    version: str
    care: tuple[Care, ...]
    receipts: tuple[Receipt, ...] = (Receipt(),)
    last_day_of_referrals: tuple[int, int] = (10, 31)


_MADIE = "https://madie.cms.gov/Measure/"
_VISITED = Care("Encounter", "type", "finished", tuple(VISITS))
_SEEN_OR_TESTED = (
    _VISITED, Care("Procedure", "code", "completed", tuple(ASSESSMENTS), TESTS),
)  # fmt: skip

EDITIONS = (
    Edition(
        2023, f"{_MADIE}CRLReceiptofSpecialistReportFHIR", "0.0.001", (_VISITED,),
        (Receipt(statuses=("accepted", "received", "completed"), is_whole_inside=True),),
        last_day_of_referrals=(11, 1),
    ),
    Edition(2024, f"{_MADIE}CRLReceiptofSpecialistReportFHIR", "0.2.000", (_VISITED,)),
    Edition(
        2025, f"{_MADIE}CRLReceiptofSpecialistReportFHIR", "0.3.000",
        (Care("Encounter", "type", "finished", (*VISITS, *ASSESSMENTS), TESTS),),
    ),
    Edition(
        2026, f"{_MADIE}CMS50FHIRCRLReceiptofSpecialistReport", "0.4.000", _SEEN_OR_TESTED,
    ),
    Edition(
        2026, f"{_MADIE}CMS50FHIRReceiptofSpecialistReport", "1.0.000", _SEEN_OR_TESTED,
        (Receipt("reasonCode", ("focus", "basedOn"), FULFILL),),
    ),
)  # fmt: skip
"""In 2023 the logic added ten months to 1 January and so took 1 November in. In 2025 assessments
and tests came in as visits; from 2026 on they are procedures. 1.0.000 says otherwise than 0.4.000
how the receipt of a report is written, and nothing else."""


def edition_of(year: int) -> Edition:
    """The edition of a year; of years before the first one, the first. Where a year has two that
    write receipts differently, a receipt written either way counts."""
    first_year = max(
        (one.first_year for one in EDITIONS if one.first_year <= year),
        default=EDITIONS[0].first_year,
    )
    held = [one for one in EDITIONS if one.first_year == first_year]
    return replace(held[0], receipts=tuple(each for one in held for each in one.receipts))


def edition_called(version: str) -> Edition:
    """One edition, to the letter."""
    return next(one for one in EDITIONS if one.version == version)
