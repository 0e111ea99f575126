"""The starter pack: rules that a practice can begin with, and later publish its own in place of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop as _

from accounts.roles import Role
from audit.actors import Actor
from charts.values import Priority
from routing.categories import Category
from routing.models import Assignee, CodeList, ListedCode, Queue, Rule, RuleSet
from routing.publishing import publish
from tenants.models import Location

C, A, P = Category, Assignee, Priority


def _is(fact: str, value: Any) -> dict[str, Any]:
    return {"fact": fact, "is": value}


def _all(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"all": list(parts)}


RESULT = _is("category", C.RESULT_REVIEW.value)
NORMAL = _is("severity", "normal")

LINE_RULES = {
    Role.PHYSICIAN: _("A line of a checklist for the clinician of the visit goes to them"),
    Role.NURSE: _("A line of a checklist for the nurses goes to them"),
    Role.MEDICAL_ASSISTANT: _("A line of a checklist for the medical assistants goes to them"),
    Role.CARE_COORDINATOR: _("A line of a checklist for the care coordinators goes to them"),
    Role.PRACTICE_MANAGER: _("A line of a checklist for the practice manager goes to them"),
}
"""Who a line of a checklist is asked of, and the name of the rule."""

RULES: Sequence[tuple[str, dict[str, Any], Role, Assignee, Priority]] = [
    (_("A message that could not be read goes to IT"),
     _all(_is("category", C.QUARANTINED_MESSAGE.value)), Role.IT, A.NOBODY, P.URGENT),
    (_("A critical result goes to the clinician who ordered it, at once"),
     _all(RESULT, _is("severity", "critical")), Role.PHYSICIAN, A.ORDERER, P.STAT),
    (_("A corrected or withdrawn result goes back to whoever closed it"),
     _all(RESULT, _is("closed_before", value=True),
          {"fact": "status", "in": ["amended", "corrected", "withdrawn"]}),
     Role.PHYSICIAN, A.CLOSER, P.URGENT),
    (_("An abnormal result goes to the clinician who ordered it, urgent"),
     _all(RESULT, _is("severity", "abnormal")), Role.PHYSICIAN, A.ORDERER, P.URGENT),
    (_("A normal result near a limit, or of a patient at raised risk, goes to the nurse"),
     _all(RESULT, NORMAL, _is("delegable", value=True),
          {"any": [_is("raised_risk", value=True), _is("near_limit", value=True)]}),
     Role.NURSE, A.NOBODY, P.ROUTINE),
    (_("A normal result on the delegation list goes to the medical assistants"),
     _all(RESULT, NORMAL, _is("delegable", value=True)),
     Role.MEDICAL_ASSISTANT, A.NOBODY, P.ROUTINE),
    (_("An unflagged result goes to the clinician who ordered it: it is never read as normal"),
     _all(RESULT, _is("severity", "unknown")), Role.PHYSICIAN, A.ORDERER, P.ROUTINE),
    (_("A normal result that is not delegated goes to the clinician who ordered it"),
     _all(RESULT, NORMAL), Role.PHYSICIAN, A.ORDERER, P.ROUTINE),
    (_("Any other result goes to the clinician who ordered it"),
     _all(RESULT), Role.PHYSICIAN, A.ORDERER, P.ROUTINE),
    (_("A consult report goes to the clinician who referred"),
     _all(_is("category", C.CONSULT_REPORT.value)), Role.PHYSICIAN, A.ORDERER, P.ROUTINE),
    (_("A referral goes to the care coordinators"),
     _all(_is("category", C.REFERRAL.value)), Role.CARE_COORDINATOR, A.NOBODY, P.ROUTINE),
    (_("A refill under protocol goes to the medical assistants"),
     _all(_is("category", C.REFILL.value), _is("refill_protocol", value=True)),
     Role.MEDICAL_ASSISTANT, A.NOBODY, P.ROUTINE),
    (_("Any other refill goes to the prescriber"),
     _all(_is("category", C.REFILL.value)), Role.PHYSICIAN, A.ORDERER, P.ROUTINE),
    (_("An unsigned order goes to its signer"),
     _all(_is("category", C.UNSIGNED_ORDER.value)), Role.PHYSICIAN, A.SIGNER, P.ROUTINE),
    (_("An incomplete note goes to its author"),
     _all(_is("category", C.INCOMPLETE_NOTE.value)), Role.PHYSICIAN, A.AUTHOR, P.ROUTINE),
    (_("A medication change is documented by the medical assistants"),
     _all(_is("category", C.MEDICATION_CHANGE.value)),
     Role.MEDICAL_ASSISTANT, A.NOBODY, P.ROUTINE),
    (_("A missed appointment is followed up by the medical assistants"),
     _all(_is("category", C.APPOINTMENT_FOLLOW_UP.value)),
     Role.MEDICAL_ASSISTANT, A.NOBODY, P.ROUTINE),
    (_("An administrative message goes to the care coordinators"),
     _all(_is("category", C.ADMINISTRATIVE_MESSAGE.value)),
     Role.CARE_COORDINATOR, A.NOBODY, P.ROUTINE),
    (_("A prior authorization goes to the care coordinators"),
     _all(_is("category", C.PRIOR_AUTHORIZATION.value)), Role.CARE_COORDINATOR, A.NOBODY, P.URGENT),
    (_("A misfiled document goes to the care coordinators"),
     _all(_is("category", C.MISFILED_DOCUMENT.value)), Role.CARE_COORDINATOR, A.NOBODY, P.ROUTINE),
    (_("A result that did not come goes to the nurses"),
     _all(_is("category", C.OVERDUE_RESULT.value)), Role.NURSE, A.NOBODY, P.URGENT),
    (_("A visit without a signed note goes to its clinician"),
     _all(_is("category", C.MISSING_NOTE.value)), Role.PHYSICIAN, A.AUTHOR, P.ROUTINE),
    (_("A referral without a report goes to the care coordinators"),
     _all(_is("category", C.MISSING_REPORT.value)), Role.CARE_COORDINATOR, A.NOBODY, P.ROUTINE),
    (_("A feed that has gone silent goes to IT"),
     _all(_is("category", C.SILENT_FEED.value)), Role.IT, A.NOBODY, P.URGENT),
    *((name,
       _all(_is("category", C.VISIT_CHECKLIST.value), _is("asked_role", role.value)), role,
       A.AUTHOR if role is Role.PHYSICIAN else A.NOBODY, P.ROUTINE)
      for role, name in LINE_RULES.items()),
    (_("Whatever no rule names goes to the supervisor"),
     _all(), Role.SUPERVISOR, A.NOBODY, P.URGENT),
]  # fmt: skip

DELEGABLE = {
    "24323-8": "Comprehensive metabolic panel", "51990-0": "Basic metabolic panel",
    "57021-8": "CBC with differential", "58410-2": "CBC", "24331-1": "Lipid panel",
    "57698-3": "Lipid panel with direct LDL", "3016-3": "TSH", "4548-4": "Hemoglobin A1c",
    "24357-6": "Urinalysis", "2132-9": "Vitamin B12", "1989-3": "Vitamin D",
    "24325-3": "Hepatic function panel",
}  # fmt: skip

WATCHED_PROBLEMS = {
    "C50.919": "Breast cancer",
    "Z51.11": "Chemotherapy",
    "N18.4": "Kidney disease, stage 4",
    "Z94.0": "Kidney transplant",
    "O09.90": "High-risk pregnancy",
}
WATCHED_MEDICATIONS = {
    "11289": "Warfarin",
    "6851": "Methotrexate",
    "6448": "Lithium",
    "703": "Amiodarone",
}
REFILL_PROTOCOL = {
    "314076": "Lisinopril 10 mg",
    "860975": "Metformin 500 mg",
    "617311": "Atorvastatin 40 mg",
    "966224": "Levothyroxine 50 mcg",
}

LISTS: Sequence[tuple[CodeList, str, dict[str, str], str]] = [
    (CodeList.DELEGABLE_RESULT, "loinc", DELEGABLE, "Normal results, standing order 1"),
    (CodeList.WATCHED_PROBLEM, "icd10", WATCHED_PROBLEMS, ""),
    (CodeList.WATCHED_MEDICATION, "rxnorm", WATCHED_MEDICATIONS, ""),
    (CodeList.REFILL_PROTOCOL, "rxnorm", REFILL_PROTOCOL, "Refill protocol 1"),
]


@transaction.atomic
def install(*, clinical_approver: str, actor: Actor, now: datetime) -> RuleSet:
    """Queues for every role, the lists, and the rules published as the practice's next version."""
    _queues()
    ListedCode.objects.bulk_create(
        [ListedCode(list=name, system=system, code=code, display=display, protocol=protocol)
         for name, system, codes, protocol in LISTS for code, display in codes.items()],
        ignore_conflicts=True,
    )  # fmt: skip
    latest = RuleSet.objects.aggregate(latest=Max("version"))["latest"] or 0
    rule_set = RuleSet.objects.create(version=latest + 1, author="ClearChart starter pack")
    Rule.objects.bulk_create(
        Rule(rule_set=rule_set, position=position, name=name, conditions=condition, role=role.value,
             assignee=assignee, priority=priority.value, is_fallback=position == len(RULES))
        for position, (name, condition, role, assignee, priority) in enumerate(RULES, start=1)
    )  # fmt: skip
    return publish(
        rule_set_id=rule_set.pk,
        clinical_approver=clinical_approver,
        effective_at=now,
        actor=actor,
        now=now,
    )


def _queues() -> None:
    """One queue a role for the practice; medical assistants also have one at each location."""
    names: list[tuple[str, Role, Location | None]] = [
        (role.label + "s", role, None) for role in Role
    ]
    names += [(f"{Role.MEDICAL_ASSISTANT.label}s, {site.name}", Role.MEDICAL_ASSISTANT, site)
              for site in Location.objects.order_by("name")]  # fmt: skip
    held = set(Queue.objects.values_list("role", "location_id"))
    Queue.objects.bulk_create(
        Queue(
            name=PLURALS.get(role, name) if site is None else name, role=role.value, location=site
        )
        for name, role, site in names
        if (role.value, site.pk if site else None) not in held
    )


PLURALS = {Role.IT: "IT", Role.PRIVACY_OFFICER: "Privacy officers"}
