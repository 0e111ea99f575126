"""The kinds of work, and which kind a chart item asks for. Pure but for the language they
are said in."""

from enum import StrEnum

from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

from charts.values import CONSULT_NOTE, ItemKind, ItemStatus

S = ItemStatus


class Category(StrEnum):
    RESULT_REVIEW = "result-review"
    CONSULT_REPORT = "consult-report"
    REFERRAL = "referral"
    REFILL = "refill"
    UNSIGNED_ORDER = "unsigned-order"
    INCOMPLETE_NOTE = "incomplete-note"
    MEDICATION_CHANGE = "medication-change"
    APPOINTMENT_FOLLOW_UP = "appointment-follow-up"
    ADMINISTRATIVE_MESSAGE = "administrative-message"
    PRIOR_AUTHORIZATION = "prior-authorization"
    MISFILED_DOCUMENT = "misfiled-document"
    QUARANTINED_MESSAGE = "quarantined-message"
    OVERDUE_RESULT = "overdue-result"
    MISSING_NOTE = "missing-note"
    MISSING_REPORT = "missing-report"
    SILENT_FEED = "silent-feed"
    VISIT_CHECKLIST = "visit-checklist"

    @property
    def label(self) -> str:
        """As people read it."""
        return gettext(LABELS[self])


LABELS = {
    Category.RESULT_REVIEW: _("Result review"),
    Category.CONSULT_REPORT: _("Consult report"),
    Category.REFERRAL: _("Referral"),
    Category.REFILL: _("Refill"),
    Category.UNSIGNED_ORDER: _("Unsigned order"),
    Category.INCOMPLETE_NOTE: _("Incomplete note"),
    Category.MEDICATION_CHANGE: _("Medication change"),
    Category.APPOINTMENT_FOLLOW_UP: _("Appointment follow up"),
    Category.ADMINISTRATIVE_MESSAGE: _("Administrative message"),
    Category.PRIOR_AUTHORIZATION: _("Prior authorization"),
    Category.MISFILED_DOCUMENT: _("Misfiled document"),
    Category.QUARANTINED_MESSAGE: _("Quarantined message"),
    Category.OVERDUE_RESULT: _("Overdue result"),
    Category.MISSING_NOTE: _("Missing note"),
    Category.MISSING_REPORT: _("Missing report"),
    Category.SILENT_FEED: _("Silent feed"),
    Category.VISIT_CHECKLIST: _("Visit checklist"),
}

CHOICES = [(category.value, gettext_lazy(label)) for category, label in LABELS.items()]

BY_ABSENCE = frozenset({
    Category.OVERDUE_RESULT, Category.MISSING_NOTE, Category.MISSING_REPORT, Category.SILENT_FEED,
    Category.VISIT_CHECKLIST,
})  # fmt: skip
"""Work that no message asks for: something did not come."""

DELEGABLE = frozenset({
    Category.REFERRAL, Category.MEDICATION_CHANGE, Category.APPOINTMENT_FOLLOW_UP,
    Category.ADMINISTRATIVE_MESSAGE, Category.PRIOR_AUTHORIZATION, Category.MISFILED_DOCUMENT,
    Category.VISIT_CHECKLIST,
})  # fmt: skip

WORK: dict[tuple[ItemKind, ItemStatus], Category] = {
    (ItemKind.RESULT, S.PRELIMINARY): Category.RESULT_REVIEW,
    (ItemKind.RESULT, S.FINAL): Category.RESULT_REVIEW,
    (ItemKind.RESULT, S.AMENDED): Category.RESULT_REVIEW,
    (ItemKind.RESULT, S.CORRECTED): Category.RESULT_REVIEW,
    (ItemKind.ORDER, S.DRAFT): Category.UNSIGNED_ORDER,
    (ItemKind.DOCUMENT, S.PRELIMINARY): Category.INCOMPLETE_NOTE,
    (ItemKind.REFERRAL, S.ACTIVE): Category.REFERRAL,
    (ItemKind.REFILL, S.DRAFT): Category.REFILL,
    (ItemKind.REFILL, S.ACTIVE): Category.REFILL,
    (ItemKind.MEDICATION, S.ACTIVE): Category.MEDICATION_CHANGE,
    (ItemKind.APPOINTMENT, S.MISSED): Category.APPOINTMENT_FOLLOW_UP,
    (ItemKind.MESSAGE, S.ACTIVE): Category.ADMINISTRATIVE_MESSAGE,
}

ARRIVED = frozenset({S.FINAL, S.AMENDED, S.CORRECTED, S.UNKNOWN})
"""A document that came, signed or without a word on its signing."""

REFERRAL_NOTE = "referral-note"
REPORTS = frozenset({
    "imaging-report", "laboratory-report", "pathology-report", "cardiology-report",
})  # fmt: skip
"""Documents that tell a result in words."""
OUTSIDE = "outside"
"""`details["origin"]` of a document that another house wrote: somebody here reads it."""


def category_of(kind: str, status: str, details: dict[str, str]) -> Category | None:
    """The work that an item in this status asks for; None where it keeps no chart open."""
    state = (ItemKind(kind), ItemStatus(status))
    if state[0] == ItemKind.REQUEST:
        return _requested(details) if state[1] in (S.ACTIVE, S.DRAFT) else None
    if state == (ItemKind.REFERRAL, S.ACTIVE) and details.get("reported_by"):
        return None  # the loop is closed: its report is work of its own
    if state[0] == ItemKind.DOCUMENT and state[1] in ARRIVED:
        return _arrived(details)
    return WORK.get(state)


def _arrived(details: dict[str, str]) -> Category | None:
    """A consult note is read by whoever referred; so is whatever else comes from outside."""
    kind = details.get("document_type")
    if kind == CONSULT_NOTE:
        return Category.CONSULT_REPORT
    if details.get("origin") != OUTSIDE or kind == REFERRAL_NOTE:
        return None  # ours, or the work is the referral itself
    return Category.RESULT_REVIEW if kind in REPORTS else Category.CONSULT_REPORT


def _requested(details: dict[str, str]) -> Category:
    """A request names its own kind of work; one we have no word for goes to people as a message."""
    try:
        return Category(details.get("request", ""))
    except ValueError:
        return Category.ADMINISTRATIVE_MESSAGE
