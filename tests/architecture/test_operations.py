"""Writes are verbs: one function, one transaction, by an actor, at a time, with its trace."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType

import pytest
from django.db.transaction import Atomic

from tests.architecture import code
from tests.databases import ROOT

WRITES = {
    "save", "create", "bulk_create", "update", "bulk_update", "delete", "get_or_create",
    "update_or_create", "insert", "insert_new", "put", "record", "record_all", "write",
}  # fmt: skip
OTHERS = [
    Path("accounts/preferences.py"),
    Path("charts/encounters.py"),
    Path("charts/patients.py"),
    Path("escalation/publishing.py"),
    Path("escalation/starter.py"),
    Path("charts/recoding.py"),
    Path("integrations/searches.py"),
    Path("routing/publishing.py"),
    Path("routing/starter.py"),
]
"""Files of writes that are named for their noun."""

TRACES = {"record", "record_all"}


def operation_files() -> list[Path]:
    return [
        file
        for file in code.files()
        if file.match("*/operations*.py") or file.parent.name == "operations" or file in OTHERS
    ]


def parts_of(module: ModuleType) -> list[FunctionType]:
    """Its public functions; of a package, those that it offers."""
    names = getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]
    home = module.__name__
    return [
        value
        for name in names
        if inspect.isfunction(value := getattr(module, name)) and value.__module__.startswith(home)
    ]


def surface() -> Iterator[FunctionType]:
    """What the rest of the product may call."""
    inside = {file for file in operation_files() if file.parent.name == "operations"}
    packages = {file.parent for file in inside}
    homes = [*packages, *(file.with_suffix("") for file in operation_files() if file not in inside)]
    for home in sorted(homes):
        yield from parts_of(importlib.import_module(".".join(home.parts)))


def body(function: FunctionType) -> ast.AST:
    source = inspect.unwrap(function)
    file = Path(inspect.getsourcefile(source)).relative_to(ROOT)
    return next(one for one in code.functions(file) if one.name == source.__name__)


def is_atomic(function: FunctionType) -> bool:
    """Whether `transaction.atomic` is wrapped round it."""
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    return hasattr(function, "__wrapped__") and any(isinstance(one, Atomic) for one in cells)


def writes(function: FunctionType) -> bool:
    return is_atomic(function) or any(
        code.called(call) in WRITES and not _of_a_plain_thing(call)
        for call in code.calls(body(function))
    )


def _of_a_plain_thing(call: ast.Call) -> bool:
    """`hashlib.sha256().update`, `set().update`: nothing of the database."""
    root = ast.unparse(call.func)
    return not any(
        word in root for word in ("objects", "bulk.", "log.", ".save", "desk.", ".delete")
    )


WRITERS = {f"{one.__module__}.{one.__name__}": one for one in surface() if writes(one)}


def test_the_writers_are_found():
    known = {
        "routing.operations.moves.complete", "accounts.operations.admit",
        "charts.operations.file_reports", "integrations.operations.replay",
    }  # fmt: skip
    assert known <= WRITERS.keys()
    assert "charts.operations.key_of" not in WRITERS


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_is_one_transaction(name):
    assert is_atomic(WRITERS[name])


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("argument", ["actor", "now"])
def test_every_writer_takes_who_and_when_by_name_and_always(name, argument):
    taken = inspect.signature(WRITERS[name]).parameters.get(argument)
    assert taken is not None
    assert taken.kind is inspect.Parameter.KEYWORD_ONLY
    assert taken.default is inspect.Parameter.empty


def reached() -> dict[str, set[str]]:
    """What each function of the files of writes calls, by name."""
    return {
        function.name: {code.called(call) for call in code.calls(function)}
        for file in operation_files()
        for function in code.functions(file)
    }


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_leaves_a_trace_in_the_audit(name):
    graph, seen, ahead = reached(), set(), {name.rsplit(".", 1)[-1]}
    while ahead and not seen & TRACES:
        seen |= ahead
        ahead = {other for one in ahead for other in graph.get(one, ())} - seen
    assert (seen | ahead) & TRACES


def test_nothing_outside_reaches_past_the_offer_for_a_write():
    """A sub-module of operations may lend constants and questions, never its moves."""
    taken = {
        (str(file), alias.name)
        for file in code.files()
        if file.parts[:2] != ("routing", "operations")
        for node in ast.walk(code.tree(file))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("routing.operations.")
        for alias in node.names
    }
    moves = {"locked", "move", "save", "Desk"}
    assert not {(file, name) for file, name in taken if name in moves}
