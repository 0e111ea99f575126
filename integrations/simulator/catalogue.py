"""What is ordered, measured, prescribed and referred for in the play. Pure data."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Term:
    """A code with its words; `system` as HL7 v2 names it."""

    code: str
    text: str
    system: str = "LN"


class Grade(StrEnum):
    """How a report comes out."""

    NORMAL = "normal"
    NEAR_LIMIT = "near-limit"
    UNFLAGGED = "unflagged"
    ABNORMAL = "abnormal"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Analyte:
    """One measured value: its reference range, and beyond which limits it is critical."""

    code: str
    local: str
    text: str
    units: str
    low: float
    high: float
    decimals: int = 0
    panic_low: float | None = None
    panic_high: float | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """What is ordered as one."""

    code: str
    local: str
    text: str
    tests: tuple[Analyte, ...]

    @property
    def can_be_critical(self) -> bool:
        """Whether any of its values has a critical limit."""
        return any(test.panic_low or test.panic_high for test in self.tests)


SODIUM = Analyte("2951-2", "NA", "Sodium", "mmol/L", 135, 145, 0, 120, 160)
POTASSIUM = Analyte("2823-3", "K", "Potassium", "mmol/L", 3.5, 5.1, 1, 2.5, 6.5)
CHLORIDE = Analyte("2075-0", "CL", "Chloride", "mmol/L", 98, 107)
CARBON_DIOXIDE = Analyte("2028-9", "CO2", "Carbon dioxide", "mmol/L", 21, 31)
UREA = Analyte("3094-0", "BUN", "Urea nitrogen", "mg/dL", 7, 20)
CREATININE = Analyte("2160-0", "CREA", "Creatinine", "mg/dL", 0.6, 1.3, 2, None, 7.4)
GLUCOSE = Analyte("2345-7", "GLU", "Glucose", "mg/dL", 70, 99, 0, 40, 450)
CALCIUM = Analyte("17861-6", "CA", "Calcium", "mg/dL", 8.6, 10.2, 1, 6.5, 13.0)
ALT = Analyte("1742-6", "ALT", "Alanine aminotransferase", "U/L", 10, 40)
AST = Analyte("1920-8", "AST", "Aspartate aminotransferase", "U/L", 10, 40)
WHITE_CELLS = Analyte("6690-2", "WBC", "Leukocytes", "10*3/uL", 4.0, 11.0, 1, 1.5, 30.0)
HEMOGLOBIN = Analyte("718-7", "HGB", "Hemoglobin", "g/dL", 12.0, 16.0, 1, 6.5, 20.0)
HEMATOCRIT = Analyte("4544-3", "HCT", "Hematocrit", "%", 36.0, 46.0, 1)
PLATELETS = Analyte("777-3", "PLT", "Platelets", "10*3/uL", 150, 400, 0, 30, 1000)
TSH = Analyte("3016-3", "TSH", "TSH", "mIU/L", 0.4, 4.5, 2)
HEMOGLOBIN_A1C = Analyte("4548-4", "A1C", "Hemoglobin A1c", "%", 4.0, 5.6, 1)
VITAMIN_D = Analyte("1989-3", "VITD", "25-hydroxyvitamin D", "ng/mL", 30, 100)
INR = Analyte("34714-6", "INR", "INR", "{INR}", 0.9, 1.2, 1, None, 5.0)
FERRITIN = Analyte("2276-4", "FERR", "Ferritin", "ng/mL", 20, 250)

BASIC = (SODIUM, POTASSIUM, CHLORIDE, CARBON_DIOXIDE, UREA, CREATININE, GLUCOSE, CALCIUM)

PANELS = (
    Panel("24323-8", "CMP", "Comprehensive metabolic panel", (*BASIC, ALT, AST)),
    Panel("51990-0", "BMP", "Basic metabolic panel", BASIC),
    Panel("58410-2", "CBC", "CBC", (WHITE_CELLS, HEMOGLOBIN, HEMATOCRIT, PLATELETS)),
    Panel("24331-1", "LIPID", "Lipid panel", (
        Analyte("2093-3", "CHOL", "Cholesterol", "mg/dL", 100, 200),
        Analyte("2571-8", "TRIG", "Triglycerides", "mg/dL", 40, 150),
        Analyte("2085-9", "HDL", "HDL cholesterol", "mg/dL", 40, 80),
        Analyte("13457-7", "LDL", "LDL cholesterol", "mg/dL", 50, 130))),
    Panel("3016-3", "TSH", "TSH", (TSH,)),
    Panel("4548-4", "A1C", "Hemoglobin A1c", (HEMOGLOBIN_A1C,)),
    Panel("1989-3", "VITD", "Vitamin D", (VITAMIN_D,)),
    Panel("24325-3", "HEPAT", "Hepatic function panel", (
        ALT, AST, Analyte("1975-2", "TBIL", "Total bilirubin", "mg/dL", 0.2, 1.2, 1),
        Analyte("1751-7", "ALB", "Albumin", "g/dL", 3.5, 5.0, 1))),
    Panel("34714-6", "INR", "INR", (INR,)),
    Panel("2276-4", "FERR", "Ferritin", (FERRITIN,)),
)  # fmt: skip
CRITICAL_PANELS = tuple(panel for panel in PANELS if panel.can_be_critical)

PROBLEMS = (
    Term("I10", "Essential hypertension", "I10"), Term("E11.9", "Type 2 diabetes", "I10"),
    Term("E78.5", "Hyperlipidemia", "I10"), Term("J45.909", "Asthma", "I10"),
    Term("E03.9", "Hypothyroidism", "I10"), Term("M54.50", "Low back pain", "I10"),
)  # fmt: skip
WATCHED_PROBLEMS = (
    Term("C50.919", "Breast cancer", "I10"), Term("N18.4", "Kidney disease, stage 4", "I10"),
    Term("Z94.0", "Kidney transplant", "I10"), Term("O09.90", "High-risk pregnancy", "I10"),
)  # fmt: skip
WATCHED_MEDICATIONS = (
    Term("11289", "Warfarin", "RXNORM"), Term("6851", "Methotrexate", "RXNORM"),
    Term("6448", "Lithium", "RXNORM"), Term("703", "Amiodarone", "RXNORM"),
)  # fmt: skip

PROTOCOL_DRUGS = (
    Term("314076", "Lisinopril 10 MG Oral Tablet", "RXNORM"),
    Term("860975", "Metformin 500 MG Oral Tablet", "RXNORM"),
    Term("617311", "Atorvastatin 40 MG Oral Tablet", "RXNORM"),
    Term("966224", "Levothyroxine 50 MCG Oral Tablet", "RXNORM"),
)
OTHER_DRUGS = (
    Term("856987", "Hydrocodone 5 MG / Acetaminophen 325 MG Tablet", "RXNORM"),
    Term("312938", "Sertraline 50 MG Oral Tablet", "RXNORM"),
    Term("855332", "Warfarin 5 MG Oral Tablet", "RXNORM"),
    Term("197591", "Diazepam 5 MG Oral Tablet", "RXNORM"),
)

SPECIALTIES = (
    Term("cardiology", "Cardiology", "L"), Term("dermatology", "Dermatology", "L"),
    Term("orthopedics", "Orthopedics", "L"), Term("gastroenterology", "Gastroenterology", "L"),
    Term("endocrinology", "Endocrinology", "L"), Term("neurology", "Neurology", "L"),
)  # fmt: skip
SPECIALISTS = {
    "cardiology": ("Heartwell", "Ignatius"), "dermatology": ("Skinfield", "Clarissa"),
    "orthopedics": ("Boneham", "Archibald"), "gastroenterology": ("Tumbly", "Prudence"),
    "endocrinology": ("Glandsworth", "Eustace"), "neurology": ("Synapton", "Beatrix"),
}  # fmt: skip
REASONS = ("Palpitations", "Changing mole", "Knee pain for six weeks", "Reflux despite treatment",
           "Uncontrolled blood glucose", "Recurrent migraine")  # fmt: skip

UNSIGNED_ORDERS = (
    Term("24627-2", "CT of chest"), Term("36643-5", "Chest X-ray"),
    Term("24606-6", "Screening mammography"), Term("38269-7", "DXA of femur and lumbar spine"),
)  # fmt: skip
CHANGES = ("Lisinopril raised to 20 mg", "Metformin stopped", "Sertraline started",
           "Atorvastatin lowered to 20 mg")  # fmt: skip
AUTHORIZATIONS = ("MRI of lumbar spine", "Semaglutide", "Continuous glucose monitor", "Sleep study")
ADMINISTRATION = ("Work note requested", "School form to complete", "Records request from insurer",
                  "Disability form to complete")  # fmt: skip
