"""Which referral a report answers: a number decides, the rest makes likely."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from referrals.matching import Candidate, Paper, Reason, Verdict, matches, verdict
from referrals.specialties import Specialty, specialty_of

NOW = datetime(2026, 11, 16, tzinfo=UTC)
A, B = UUID(int=1), UUID(int=2)
CARDIOLOGY, NEUROLOGY = Specialty.CARDIOLOGY, Specialty.NEUROLOGY


def paper(**more) -> Paper:
    return Paper(**({"source": "ehr", "at": NOW} | more))


def candidate(pk: UUID = A, days: int = 30, **more) -> Candidate:
    """Ordered so many days before the report."""
    return Candidate(**(
        {"id": pk, "source": "ehr", "ordered_at": NOW - timedelta(days=days)} | more
    ))  # fmt: skip


P9 = frozenset({"P9"})

CASES = [
    ("its number", paper(numbers=P9), [candidate(numbers=P9)], Verdict.CERTAIN),
    ("its number among others", paper(numbers=P9, specialty=CARDIOLOGY),
     [candidate(numbers=P9), candidate(B, specialty=CARDIOLOGY)], Verdict.CERTAIN),
    ("a number of two", paper(numbers=P9), [candidate(numbers=P9), candidate(B, numbers=P9)],
     Verdict.ASK),
    ("a number of another system", paper(numbers=P9, source="other"), [candidate(numbers=P9)],
     Verdict.ASK),
    ("that number with its assigner",
     paper(numbers=P9, source="other", assigners=frozenset({"ELM"})),
     [candidate(numbers=P9, assigners=frozenset({"ELM"}))], Verdict.CERTAIN),
    ("all but a number", paper(specialty=CARDIOLOGY, author="Hart"),
     [candidate(specialty=CARDIOLOGY, specialist="Hal Hart", appointment_at=NOW)], Verdict.ASK),
    ("time alone", paper(), [candidate()], Verdict.ASK),
    ("another specialty", paper(specialty=NEUROLOGY), [candidate(specialty=CARDIOLOGY)],
     Verdict.NOBODY),
    ("before it was ordered", paper(), [candidate(days=-3)], Verdict.NOBODY),
    ("years after", paper(), [candidate(days=400)], Verdict.NOBODY),
    ("reported already", paper(), [candidate(is_reported=True)], Verdict.NOBODY),
    ("no referral at all", paper(numbers=P9), [], Verdict.NOBODY),
]  # fmt: skip


@pytest.mark.parametrize(("report", "known", "expected"), [c[1:] for c in CASES],
                         ids=[c[0] for c in CASES])  # fmt: skip
def test_only_a_number_that_both_know_decides(report, known, expected):
    assert verdict(matches(report, known)) is expected


def test_the_likeliest_stands_first_with_what_speaks_for_it():
    known = [candidate(A), candidate(B, specialty=CARDIOLOGY, specialist="Hal Hart")]
    first, second = matches(paper(specialty=CARDIOLOGY, author="HART"), known)
    assert (first.id, second.id) == (B, A)
    assert set(first.reasons) == {Reason.SPECIALTY, Reason.SPECIALIST, Reason.TIME}
    assert second.score < first.score < 100


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("AMB REFERRAL TO CARDIOLOGY", CARDIOLOGY), ("Cardiothoracic Surgery", CARDIOLOGY),
        ("GI consult", Specialty.GASTROENTEROLOGY), ("ENT", Specialty.OTOLARYNGOLOGY),
        ("physical-therapy", Specialty.PHYSICAL_THERAPY), ("Referral", None), ("", None),
        ("Patient apartment", None),
    ],
)  # fmt: skip
def test_specialties_are_read_from_words_as_orders_have_them(said, code):
    assert specialty_of(said) is code
