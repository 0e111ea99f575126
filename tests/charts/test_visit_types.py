"""Of which type a visit is, by what its messages say."""

import pytest

from charts.values import VisitType
from charts.visit_types import visit_type_of

T = VisitType


@pytest.mark.parametrize(
    ("said", "of"),
    [
        ({"kind": "AMB"}, T.OFFICE),
        ({"kind": "O"}, T.OFFICE),
        ({"kind": "VR"}, T.TELEHEALTH),
        ({"kind": "I"}, None),
        ({}, None),
        ({"kind": "AMB", "codes": ["99397"]}, T.WELLNESS),
        ({"kind": "AMB", "codes": ["G0439"]}, T.WELLNESS),
        ({"codes": ["99213"]}, T.OFFICE),
        ({"codes": ["11102"]}, T.PROCEDURE),
        ({"codes": ["99442"]}, T.TELEHEALTH),
        ({"codes": ["185349003"], "kind": "AMB"}, T.OFFICE),
        ({"kind": "AMB", "words": ["Video visit"]}, T.TELEHEALTH),
        ({"words": ["Annual wellness by video"]}, T.TELEHEALTH),
        ({"words": ["", "Medicare Annual Wellness Visit"]}, T.WELLNESS),
        ({"words": ["Skin biopsy"]}, T.PROCEDURE),
        ({"words": ["Follow-up, 20 min"]}, T.OFFICE),
    ],
)
def test_a_visit_says_of_which_type_it_is_by_words_then_codes_then_class(said, of):
    assert visit_type_of(**said) == of
