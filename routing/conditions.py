"""Typed conditions over facts: attribute, operator, value; all or any. Pure; nothing is evaluated.

A condition is JSON: `{"fact": "severity", "is": "normal"}`, or `{"all": […]}`, or `{"any": […]}`.
An empty `all` holds always.
"""

from collections.abc import Callable, Mapping
from typing import Any

Condition = Mapping[str, Any]
Facts = Mapping[str, Any]

MAX_DEPTH = 5
MAX_CLAUSES = 50


class BadCondition(ValueError):
    """The condition cannot be read; the text says which clause and what would be right."""


class FactType:
    """The types of facts, by name, and the operators each takes."""

    TEXT, FLAG, NUMBER = "text", "flag", "number"


OPERATORS: dict[str, dict[str, Callable[[Any, Any], bool]]] = {
    FactType.TEXT: {
        "is": lambda fact, value: fact == value,
        "is_not": lambda fact, value: fact != value,
        "in": lambda fact, value: fact in value,
        "not_in": lambda fact, value: fact not in value,
    },
    FactType.FLAG: {"is": lambda fact, value: fact is value},
    FactType.NUMBER: {
        "is": lambda fact, value: fact == value,
        "at_least": lambda fact, value: fact is not None and fact >= value,
        "at_most": lambda fact, value: fact is not None and fact <= value,
    },
}

WORDS = {"is": "is", "is_not": "is not", "in": "is one of", "not_in": "is none of",
         "at_least": "is at least", "at_most": "is at most"}  # fmt: skip


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether the facts meet the condition, which `check` has accepted."""
    if "all" in condition:
        return all(holds(part, facts) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, facts) for part in condition["any"])
    fact = facts.get(condition["fact"])
    kind = FactType.FLAG if isinstance(fact, bool) else (
        FactType.NUMBER if isinstance(fact, int | float) or fact is None else FactType.TEXT
    )  # fmt: skip
    operator, value = _operator(condition)
    test = OPERATORS[kind].get(operator)
    return test is not None and test(fact, value)


def may_hold(condition: Condition, known: Facts) -> bool:
    """Whether some facts that agree with the known ones would meet it. Conditions have no `not`."""
    if "all" in condition:
        return all(may_hold(part, known) for part in condition["all"])
    if "any" in condition:
        return any(may_hold(part, known) for part in condition["any"])
    return condition["fact"] not in known or holds(condition, known)


def check(condition: Condition, types: Mapping[str, str]) -> None:
    """Accept a condition over facts of these types.

    Raises:
        BadCondition: the sentence names the clause and what is allowed there.
    """
    clauses = _check(condition, types, depth=1)
    if clauses > MAX_CLAUSES:
        raise BadCondition(f"A rule has at most {MAX_CLAUSES} clauses; this one has {clauses}.")


def named(condition: Condition) -> list[str]:
    """The facts a condition asks for, each once, in order."""
    if parts := condition.get("all") or condition.get("any"):
        return list(dict.fromkeys(fact for part in parts for fact in named(part)))
    return [condition["fact"]] if "fact" in condition else []


def sentence(condition: Condition) -> str:
    """The condition in words: `severity is normal and patient age is at most 64`."""
    if "all" in condition:
        return " and ".join(sentence(part) for part in condition["all"]) or "always"
    if "any" in condition:
        return "(" + " or ".join(sentence(part) for part in condition["any"]) + ")"
    operator, value = _operator(condition)
    fact = condition["fact"].replace("_", " ")
    if isinstance(value, bool):
        return fact if value else f"not {fact}"
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{fact} {WORDS[operator]} {shown}"


def _operator(condition: Condition) -> tuple[str, Any]:
    for name, value in condition.items():
        if name != "fact":
            return name, value
    raise BadCondition("A clause needs an operator, such as `is`.")


def _check(condition: Any, types: Mapping[str, str], *, depth: int) -> int:
    if depth > MAX_DEPTH:
        raise BadCondition(f"Conditions nest at most {MAX_DEPTH} deep.")
    if not isinstance(condition, Mapping):
        raise BadCondition("A condition is an object with `all`, `any` or `fact`.")
    for group in ("all", "any"):
        if group in condition:
            if len(condition) != 1 or not isinstance(condition[group], list):
                raise BadCondition(f"`{group}` stands alone and holds a list.")
            if group == "any" and not condition[group]:
                raise BadCondition("`any` of nothing never holds; name at least one clause.")
            return sum(_check(part, types, depth=depth + 1) for part in condition[group])
    return _check_clause(condition, types)


def _check_clause(clause: Mapping[str, Any], types: Mapping[str, str]) -> int:
    fact = clause.get("fact")
    if len(clause) != 2 or not isinstance(fact, str) or fact not in types:
        raise BadCondition(
            f"A clause names one fact of: {', '.join(sorted(types))}; and one operator."
        )
    kind = types[clause["fact"]]
    operator, value = _operator(clause)
    if operator not in OPERATORS[kind]:
        raise BadCondition(f"`{clause['fact']}` takes: {', '.join(OPERATORS[kind])}.")
    if not _fits(kind, operator, value):
        raise BadCondition(f"`{clause['fact']} {operator}` needs a {kind} to compare with.")
    return 1


def _fits(kind: str, operator: str, value: Any) -> bool:
    if operator in ("in", "not_in"):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    expected: tuple[type, ...] = {
        FactType.TEXT: (str,), FactType.FLAG: (bool,), FactType.NUMBER: (int, float),
    }[kind]  # fmt: skip
    return isinstance(value, expected) and (kind == FactType.FLAG or not isinstance(value, bool))
