"""Why a chart is open, as one sentence. Pure but for the language it is said in."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

CLAUSES = 3
"""Causes that are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that keeps a chart open: the kind of work (`routing.categories`, or one of those
    of `PHRASES` alone), and who is next."""

    kind: str
    who: str = ""


PHRASES: dict[str, Promise] = {
    "critical-result": ngettext_lazy(
        "%(count)d critical result waits for %(who)s",
        "%(count)d critical results wait for %(who)s", "count",
    ),
    "result-review": ngettext_lazy(
        "%(count)d result waits for %(who)s", "%(count)d results wait for %(who)s", "count"
    ),
    "consult-report": ngettext_lazy(
        "%(count)d consult report waits for %(who)s",
        "%(count)d consult reports wait for %(who)s", "count",
    ),
    "referral": ngettext_lazy(
        "%(count)d referral waits for %(who)s", "%(count)d referrals wait for %(who)s", "count"
    ),
    "refill": ngettext_lazy(
        "%(count)d refill waits for %(who)s", "%(count)d refills wait for %(who)s", "count"
    ),
    "unsigned-order": ngettext_lazy(
        "%(count)d order waits to be signed by %(who)s",
        "%(count)d orders wait to be signed by %(who)s", "count",
    ),
    "incomplete-note": ngettext_lazy(
        "%(count)d note waits to be signed by %(who)s",
        "%(count)d notes wait to be signed by %(who)s", "count",
    ),
    "medication-change": ngettext_lazy(
        "%(count)d medication change waits for %(who)s",
        "%(count)d medication changes wait for %(who)s", "count",
    ),
    "appointment-follow-up": ngettext_lazy(
        "%(count)d missed appointment waits for %(who)s",
        "%(count)d missed appointments wait for %(who)s", "count",
    ),
    "administrative-message": ngettext_lazy(
        "%(count)d message waits for %(who)s", "%(count)d messages wait for %(who)s", "count"
    ),
    "prior-authorization": ngettext_lazy(
        "%(count)d prior authorization waits for %(who)s",
        "%(count)d prior authorizations wait for %(who)s", "count",
    ),
    "misfiled-document": ngettext_lazy(
        "%(count)d misfiled document waits for %(who)s",
        "%(count)d misfiled documents wait for %(who)s", "count",
    ),
    "overdue-result": ngettext_lazy(
        "%(count)d order has no result", "%(count)d orders have no result", "count"
    ),
    "missing-report": ngettext_lazy(
        "%(count)d referral has no report", "%(count)d referrals have no report", "count"
    ),
    "missing-note": ngettext_lazy(
        "%(count)d visit has no signed note", "%(count)d visits have no signed note", "count"
    ),
    "visit-checklist": ngettext_lazy(
        "%(count)d line of the visit checklist waits for %(who)s",
        "%(count)d lines of the visit checklist wait for %(who)s", "count",
    ),
    "undone-line": ngettext_lazy(
        "%(count)d line of its checklist is not done",
        "%(count)d lines of its checklist are not done", "count",
    ),
    "unsigned-visit": ngettext_lazy(
        "it has no signed note", "%(count)d visits have no signed note", "count"
    ),
    "order": ngettext_lazy(
        "%(count)d order waits for %(who)s", "%(count)d orders wait for %(who)s", "count"
    ),
    "held": ngettext_lazy(
        "%(count)d task is on hold with %(who)s", "%(count)d tasks are on hold with %(who)s",
        "count",
    ),
    "other": ngettext_lazy(
        "%(count)d other task waits for %(who)s", "%(count)d other tasks wait for %(who)s",
        "count",
    ),
}  # fmt: skip
"""What is said of so many things of one kind."""

NAMELESS = frozenset({
    "overdue-result", "missing-report", "missing-note", "undone-line", "unsigned-visit",
})  # fmt: skip
"""What did not come is counted together, whoever asks after it."""


def sentence(causes: Iterable[Cause]) -> str:
    """`This chart is open because 2 results wait for Dr Chen and 1 referral has no report.`

    Causes of a kind with the same person next are counted together, in the order they come first.
    """
    counted = Counter(_told(cause) for cause in causes)
    if not counted:
        return _("Nothing keeps this chart open.")
    clauses = [
        str(PHRASES[cause.kind] % {"count": count, "who": cause.who})
        for cause, count in counted.items()
    ]
    rest = sum(list(counted.values())[CLAUSES:])
    if rest:
        more = ngettext("%(count)d more thing is open", "%(count)d more things are open", rest)
        clauses[CLAUSES:] = [more % {"count": rest}]
    return _("This chart is open because %(causes)s.") % {"causes": _listed(clauses)}


def _told(cause: Cause) -> Cause:
    """The cause as it is counted."""
    kind = cause.kind if cause.kind in PHRASES else "other"
    return Cause(kind) if kind in NAMELESS else Cause(kind, cause.who)


def _listed(parts: Sequence[str]) -> str:
    """`one`, `one and two`, `one, two and three`."""
    if len(parts) == 1:
        return parts[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}
