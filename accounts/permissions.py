"""Which roles may do what, as one table; a refusal says why."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from accounts.roles import CLINICAL, CLINICIANS, Role


@dataclass(frozen=True, slots=True)
class Permission:
    """Allowed, or why not: the sentence stands beside the control that is off."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        """True where it is allowed."""
        return self.allowed


class PermissionRefused(Exception):
    """The role of the actor does not allow this; the text says why and who may."""


YES = Permission(allowed=True)


class Operation(StrEnum):
    WORK_TASKS = _("work tasks")
    CLOSE_ROUTINE = _("close routine work")
    CLOSE_MESSAGE = _("settle a message that could not be used")
    CLOSE_RESULT = _("close a result that is not plainly normal")
    CLOSE_CRITICAL = _("close a critical result")
    ASSIGN = _("assign work")
    FORCE_CLOSE = _("close a task by override")
    EXTEND = _("give a task more time")
    REBASE = _("move clocks to the newest policy")
    SEE_TEAM = _("see the team's work")
    SEE_BACKLOG = _("see the backlog in numbers")
    SEE_DAYS = _("see the days of the practice in numbers")
    SEE_EVERY_ESCALATION = _("see every late task")
    SEE_PATIENT = _("see a patient's chart items")
    SEE_MESSAGES = _("see messages")
    OPEN_MESSAGE = _("open the body of a message")
    REPLAY = _("replay a message")
    MANAGE_FEEDS = _("manage feeds and keys")
    MAP_CODES = _("say what feeds mean")
    MANAGE_CONNECTIONS = _("manage connections to EHRs, Direct and fax")
    MANAGE_PEOPLE = _("manage people")
    MANAGE_ACCESS = _("say how people sign in")
    PLAN_DUTY = _("plan duty and cover")
    IMPORT_BACKLOG = _("import a backlog")
    REROUTE = _("move many tasks at once")
    PUBLISH_RULES = _("publish routing rules")
    DELEGATE = _("say who may close what")
    SEE_STATUS = _("see whether the system does its work")
    MANAGE_HOURS = _("change hours, targets and ladders")
    CLOSE_CHART = _("close the chart of a visit")
    MANAGE_CHECKLISTS = _("change the checklists of visits")
    SEE_AUDIT = _("see the audit trail")
    BREAK_GLASS = _("open a chart in an emergency")
    REVIEW_ACCESS = _("review emergency access")
    NAME_OUTCOMES = _("name the outcomes")
    SEE_REFERRALS = _("see the referrals of the practice")
    WORK_REFERRALS = _("say what became of a referral")
    CLOSE_REFERRAL = _("close a referral without its report")
    ANSWER_REFERRAL = _("say whether a report answers its question")
    SEE_REFERRAL_REPORTS = _("see referrals in numbers")
    EXPORT_REFERRALS = _("take out referrals and their evidence as files")
    SET_MEASURES = _("set the target of referrals and load the codes of measures")
    MANAGE_SPECIALISTS = _("keep the directory of specialists")
    WRITE_TO_PATIENTS = _("write to patients and record their consent")
    SET_LETTERHEAD = _("say under which name patients are written to")


LEADS = frozenset({Role.SUPERVISOR, Role.PRACTICE_MANAGER})
CLOSERS = CLINICAL | LEADS
"""Whom work on patients may be delegated to."""

MAY: dict[Operation, frozenset[Role]] = {
    Operation.WORK_TASKS: CLINICAL | LEADS | {Role.IT},
    Operation.CLOSE_ROUTINE: CLINICAL | LEADS,
    Operation.CLOSE_MESSAGE: CLINICAL | LEADS | {Role.IT},
    Operation.CLOSE_RESULT: CLINICIANS,
    Operation.CLOSE_CRITICAL: CLINICIANS,
    Operation.ASSIGN: CLINICAL | LEADS,
    Operation.FORCE_CLOSE: frozenset({Role.PHYSICIAN}),
    Operation.EXTEND: LEADS | {Role.PHYSICIAN},
    Operation.REBASE: LEADS,
    Operation.SEE_TEAM: CLINICAL | LEADS | {Role.IT},
    Operation.SEE_BACKLOG: CLINICAL | LEADS,
    Operation.SEE_DAYS: LEADS,
    Operation.SEE_EVERY_ESCALATION: LEADS,
    Operation.SEE_PATIENT: CLINICAL | LEADS | {Role.PRIVACY_OFFICER},
    Operation.SEE_MESSAGES: frozenset({Role.IT, Role.PRACTICE_MANAGER, Role.PRIVACY_OFFICER}),
    Operation.OPEN_MESSAGE: frozenset({Role.IT, Role.PRIVACY_OFFICER}),
    Operation.REPLAY: frozenset({Role.IT}),
    Operation.MANAGE_FEEDS: frozenset({Role.IT}),
    Operation.MAP_CODES: frozenset({Role.IT, Role.PRACTICE_MANAGER}),
    Operation.MANAGE_CONNECTIONS: frozenset({Role.IT, Role.PRACTICE_MANAGER}),
    Operation.MANAGE_PEOPLE: frozenset({Role.PRACTICE_MANAGER}),
    Operation.MANAGE_ACCESS: frozenset({Role.PRACTICE_MANAGER}),
    Operation.PLAN_DUTY: LEADS,
    Operation.IMPORT_BACKLOG: LEADS,
    Operation.REROUTE: LEADS,
    Operation.PUBLISH_RULES: frozenset({Role.PRACTICE_MANAGER, Role.PHYSICIAN}),
    Operation.DELEGATE: frozenset({Role.PRACTICE_MANAGER, Role.PHYSICIAN}),
    Operation.SEE_STATUS: LEADS | {Role.IT},
    Operation.MANAGE_HOURS: LEADS,
    Operation.CLOSE_CHART: CLINICAL | LEADS,
    Operation.MANAGE_CHECKLISTS: LEADS,
    Operation.SEE_AUDIT: frozenset({Role.PRIVACY_OFFICER}),
    Operation.BREAK_GLASS: frozenset(Role),
    Operation.REVIEW_ACCESS: frozenset({Role.PRIVACY_OFFICER, Role.PRACTICE_MANAGER}),
    Operation.NAME_OUTCOMES: frozenset({Role.PRACTICE_MANAGER}),
    Operation.SEE_REFERRALS: CLINICAL | LEADS,
    Operation.WORK_REFERRALS: CLINICAL | LEADS,
    Operation.CLOSE_REFERRAL: CLINICIANS | LEADS | {Role.CARE_COORDINATOR},
    Operation.ANSWER_REFERRAL: CLINICIANS,
    Operation.SEE_REFERRAL_REPORTS: LEADS | {Role.PHYSICIAN, Role.CARE_COORDINATOR},
    Operation.EXPORT_REFERRALS: LEADS,
    Operation.SET_MEASURES: LEADS,
    Operation.MANAGE_SPECIALISTS: LEADS | {Role.CARE_COORDINATOR},
    Operation.WRITE_TO_PATIENTS: CLINICAL | LEADS,
    Operation.SET_LETTERHEAD: LEADS,
}


def may(roles: Collection[str], operation: Operation) -> Permission:
    """Whether any of the roles allows the operation."""
    return _may(tuple(roles), operation, get_language())


@lru_cache(maxsize=10_000)
def _may(roles: tuple[str, ...], operation: Operation, _language: str | None) -> Permission:
    """Remembered, for a page asks for many and each refusal is a sentence."""
    return among(roles, MAY[operation], gettext(operation.value))


def among(roles: Collection[str], allowed: Collection[Role], what: str) -> Permission:
    """Whether one of the roles is among those that are allowed to do it."""
    if any(role in allowed for role in roles):
        return YES
    return Permission(
        allowed=False, reason=gettext("Only {who} can {what}.").format(who=who(allowed), what=what)
    )


def who(roles: Collection[Role]) -> str:
    """As one says it: `a nurse or physician`, `a nurse, physician or IT`."""
    people = sorted(role.noun for role in roles if role != Role.IT)
    named = [gettext("a {role}").format(role=people[0]), *people[1:]] if people else []
    named += [role.noun for role in roles if role == Role.IT]
    *first, last = named or [""]
    return gettext("{some} or {last}").format(some=", ".join(first), last=last) if first else last


def require(roles: Collection[str], operation: Operation) -> None:
    """Refuse where the table does.

    Raises:
        PermissionRefused: with the reason as its text.
    """
    permission = may(roles, operation)
    if not permission:
        raise PermissionRefused(permission.reason)
