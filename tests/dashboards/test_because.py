"""Why a chart is open, in one sentence."""

import pytest

from dashboards.because import PHRASES, Cause, sentence
from routing.categories import Category

CHEN, NURSES = "Dr Chen", "the Nurses pool"


@pytest.mark.parametrize(
    ("causes", "said"),
    [
        ([], "Nothing keeps this chart open."),
        (
            [Cause("result-review", CHEN)],
            "This chart is open because 1 result waits for Dr Chen.",
        ),
        (
            [Cause("result-review", CHEN), Cause("missing-report"), Cause("result-review", CHEN)],
            "This chart is open because 2 results wait for Dr Chen and 1 referral has no report.",
        ),
        (
            [Cause("incomplete-note", "you"), Cause("order", "the laboratory"),
             Cause("refill", NURSES)],
            ("This chart is open because 1 note waits to be signed by you, 1 order waits for the "
            "laboratory and 1 refill waits for the Nurses pool."),
        ),
        (
            [Cause("refill", CHEN), Cause("refill", NURSES)],
            ("This chart is open because 1 refill waits for Dr Chen and 1 refill waits for the "
            "Nurses pool."),
        ),
        (
            [Cause("missing-note", CHEN), Cause("missing-note", NURSES)],
            "This chart is open because 2 visits have no signed note.",
        ),
        (
            [Cause("a kind of tomorrow", CHEN)],
            "This chart is open because 1 other task waits for Dr Chen.",
        ),
    ],
)  # fmt: skip
def test_a_chart_says_why_it_is_open(causes, said):
    assert sentence(causes) == said


def test_what_goes_beyond_three_causes_is_counted():
    causes = [
        Cause("critical-result", CHEN), Cause("refill", CHEN), Cause("referral", NURSES),
        Cause("held", CHEN), Cause("held", CHEN),
    ]  # fmt: skip
    assert sentence(causes[:4]).endswith(
        "1 referral waits for the Nurses pool and 1 more thing is open."
    )
    assert sentence(causes).endswith("and 2 more things are open.")
    assert sentence(causes).startswith(
        "This chart is open because 1 critical result waits for Dr Chen, 1 refill"
    )


def test_every_kind_of_work_about_a_patient_has_its_phrase():
    about_no_patient = {Category.QUARANTINED_MESSAGE, Category.SILENT_FEED}
    assert {str(category) for category in set(Category) - about_no_patient} <= set(PHRASES)
