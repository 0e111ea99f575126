"""What a rule may ask, and how it is answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing import conditions
from routing.conditions import MAX_CLAUSES, MAX_DEPTH, BadCondition, check, holds, may_hold, named

TYPES = {"color": "text", "ripe": "flag", "weight": "number"}


@pytest.mark.parametrize(
    ("clause", "value", "expected"),
    [
        ({"fact": "color", "is": "red"}, "red", True),
        ({"fact": "color", "is": "red"}, "green", False),
        ({"fact": "color", "is_not": "red"}, "green", True),
        ({"fact": "color", "is_not": "red"}, "red", False),
        ({"fact": "color", "in": ["red", "blue"]}, "blue", True),
        ({"fact": "color", "in": ["red", "blue"]}, "green", False),
        ({"fact": "color", "not_in": ["red", "blue"]}, "green", True),
        ({"fact": "color", "not_in": ["red", "blue"]}, "red", False),
        ({"fact": "ripe", "is": True}, True, True),
        ({"fact": "ripe", "is": True}, False, False),
        ({"fact": "ripe", "is": False}, False, True),
        ({"fact": "weight", "is": 3}, 3, True),
        ({"fact": "weight", "is": 3}, 4, False),
        ({"fact": "weight", "at_least": 3}, 3, True),
        ({"fact": "weight", "at_least": 3}, 2.9, False),
        ({"fact": "weight", "at_most": 3}, 3, True),
        ({"fact": "weight", "at_most": 3}, 3.1, False),
    ],
)
def test_each_operator_answers_as_it_reads(clause, value, expected):
    check(clause, TYPES)
    assert holds(clause, {clause["fact"]: value}) is expected


@pytest.mark.parametrize(
    "clause",
    [
        {"fact": "weight", "at_least": 0},
        {"fact": "weight", "at_most": 0},
        {"fact": "weight", "is": 0},
        {"fact": "ripe", "is": False},
        {"fact": "color", "is": "red"},
        {"fact": "color", "is_not": "red"},
        {"fact": "color", "not_in": ["red"]},
    ],
)
def test_what_is_not_known_meets_no_clause(clause):
    assert not holds(clause, {clause["fact"]: None})
    assert not holds(clause, {})


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"fact": "smell", "is": "sweet"}, "color, ripe, weight"),
        ({"fact": ["color"], "is": "red"}, "names one fact"),
        ({"fact": "color"}, "names one fact"),
        ({"fact": "color", "is": "red", "in": ["red"]}, "names one fact"),
        ({"fact": "color", "at_least": "red"}, "`color` takes: is, is_not, in, not_in"),
        ({"fact": "ripe", "is_not": True}, "`ripe` takes: is"),
        ({"fact": "color", "is": 3}, "needs a text"),
        ({"fact": "color", "in": "red"}, "needs a text"),
        ({"fact": "color", "in": ["red", 3]}, "needs a text"),
        ({"fact": "ripe", "is": 1}, "needs a flag"),
        ({"fact": "weight", "at_least": "3"}, "needs a number"),
        ({"fact": "weight", "is": True}, "needs a number"),
        ({"any": []}, "never holds"),
        ({"all": [], "any": [{"fact": "ripe", "is": True}]}, "stands alone"),
        ({"all": {"fact": "ripe", "is": True}}, "stands alone"),
        ({"all": ["ripe"]}, "is an object"),
        ("ripe", "is an object"),
        (None, "is an object"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(bad, says):
    with pytest.raises(BadCondition, match=says):
        check(bad, TYPES)


def _nested(depth: int) -> dict:
    return {"fact": "ripe", "is": True} if depth == 1 else {"all": [_nested(depth - 1)]}


def test_conditions_nest_so_deep_and_no_deeper():
    check(_nested(MAX_DEPTH), TYPES)
    with pytest.raises(BadCondition, match="nest"):
        check(_nested(MAX_DEPTH + 1), TYPES)


def test_a_rule_has_so_many_clauses_and_no_more():
    clauses = [{"fact": "ripe", "is": True}] * MAX_CLAUSES
    check({"all": clauses}, TYPES)
    with pytest.raises(BadCondition, match=f"at most {MAX_CLAUSES}"):
        check({"any": [{"all": clauses}, {"fact": "ripe", "is": True}]}, TYPES)


def test_all_of_nothing_always_holds():
    check({"all": []}, TYPES)
    assert holds({"all": []}, {})
    assert conditions.sentence({"all": []}) == "always"


def test_a_condition_reads_as_a_sentence():
    condition = {"all": [
        {"fact": "color", "in": ["red", "blue"]},
        {"any": [{"fact": "ripe", "is": False}, {"fact": "weight", "at_most": 3}]},
    ]}  # fmt: skip
    assert (
        conditions.sentence(condition)
        == "color is one of red, blue and (not ripe or weight is at most 3)"
    )
    assert named(condition) == ["color", "ripe", "weight"]


clauses = st.one_of(
    st.builds(
        lambda op, v: {"fact": "color", op: v},
        st.sampled_from(["is", "is_not"]),
        st.sampled_from("rgb"),
    ),
    st.builds(
        lambda op, v: {"fact": "color", op: v},
        st.sampled_from(["in", "not_in"]),
        st.lists(st.sampled_from("rgb")),
    ),
    st.builds(lambda v: {"fact": "ripe", "is": v}, st.booleans()),
    st.builds(
        lambda op, v: {"fact": "weight", op: v},
        st.sampled_from(["is", "at_least", "at_most"]),
        st.integers(0, 3),
    ),
)
trees = st.recursive(
    clauses,
    lambda parts: st.one_of(
        st.builds(lambda p: {"all": p}, st.lists(parts, max_size=3)),
        st.builds(lambda p: {"any": p}, st.lists(parts, min_size=1, max_size=3)),
    ),
    max_leaves=8,
)
worlds = st.fixed_dictionaries(
    {"color": st.sampled_from("rgb"), "ripe": st.booleans(), "weight": st.integers(0, 3)}
)


def _plainly(condition, facts):
    """The same answer by another road: Python's own operators on the spelt-out clause."""
    if "all" in condition:
        return not [part for part in condition["all"] if not _plainly(part, facts)]
    if "any" in condition:
        return bool([part for part in condition["any"] if _plainly(part, facts)])
    [(operator, value)] = [(k, v) for k, v in condition.items() if k != "fact"]
    fact = facts[condition["fact"]]
    return {
        "is": lambda: fact == value,
        "is_not": lambda: fact != value,
        "in": lambda: fact in value,
        "not_in": lambda: fact not in value,
        "at_least": lambda: fact >= value,
        "at_most": lambda: fact <= value,
    }[operator]()


@given(trees, worlds)
def test_any_tree_is_answered_as_its_parts_are(condition, facts):
    assert holds(condition, facts) == _plainly(condition, facts)


@given(trees, worlds, st.sets(st.sampled_from(sorted(TYPES))))
def test_what_holds_in_some_world_may_hold_where_less_is_known(condition, facts, hidden):
    known = {name: value for name, value in facts.items() if name not in hidden}
    if holds(condition, facts):
        assert may_hold(condition, known)
    if not hidden:
        assert may_hold(condition, known) == holds(condition, known)


@given(trees)
def test_what_is_accepted_can_always_be_said_and_answered(condition):
    try:
        check(condition, TYPES)
    except BadCondition:
        return
    assert conditions.sentence(condition)
    assert holds(condition, {}) in (True, False)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(["all", "any", "fact", "is", "in", "x"]), part, max_size=3
        )
    ),
    max_leaves=6,
)


@given(junk)
def test_any_document_is_accepted_or_refused_in_words_and_never_crashes(document):
    try:
        check(document, TYPES)
        said = conditions.sentence(document)
    except BadCondition as refusal:
        said = str(refusal)
    assert said
