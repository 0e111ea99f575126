"""In which order functions lock: task, then clock, then intent, read from the code's own tree.

Each function is a row of events, in the order of its lines: a lock of one of the three tables, or
a call, which locks what the called function does. After a lock of a higher rank a lower one may
be locked again, and never for the first time. A block `with transaction.atomic()` is looked at by
itself: what it locks is free when it ends.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.architecture.code import Function

RANKS = {"Task": 0, "Clock": 1, "Intent": 2}
TABLES = {"routing_task": 0, "escalation_clock": 1, "outbox_intent": 2}
LOCKS = {"lock", "select_for_update", "update", "delete"}
PUTS = {"put"}

Name = tuple[Path, str]


@dataclass(frozen=True, slots=True)
class Event:
    line: int
    rank: int | None = None
    calls: tuple[str, ...] = ()


@dataclass(slots=True)
class Module:
    """What a file imports, its statements in SQL, and its functions, block by block."""

    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    sql: dict[str, int] = field(default_factory=dict)
    own: dict[str, list[Event]] = field(default_factory=dict)
    """Outside of its blocks."""
    blocks: dict[str, list[list[Event]]] = field(default_factory=dict)


Modules = Mapping[Path, Module]


def modules(files: Iterable[tuple[Path, ast.Module]]) -> Modules:
    return {file: _module(tree) for file, tree in files}


def _module(tree: ast.Module) -> Module:
    made = Module()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                made.imports[alias.asname or alias.name] = (node.module, alias.name)
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.JoinedStr):
            rank = _locked_by(ast.unparse(node.value))
            if rank is not None:
                made.sql[ast.unparse(node.targets[0])] = rank
    for node in ast.walk(tree):
        if isinstance(node, Function):
            blocks: list[list[Event]] = []
            made.own[node.name] = list(_events(node.body, made, {}, blocks))
            made.blocks[node.name] = blocks
    return made


def _locked_by(sql: str) -> int | None:
    """The table that a statement locks, where it is one of the three."""
    said = " ".join(sql.replace("\\n", " ").split()).lower()
    words = ["update {}", "delete from {}", *(["from {}"] if "for update" in said else [])]
    places = {
        said.find(word.format(table)): rank for table, rank in TABLES.items() for word in words
    }
    return min(((at, rank) for at, rank in places.items() if at >= 0), default=(0, None))[1]


def _events(
    body: Iterable[ast.AST], module: Module, held: dict[str, int], blocks: list[list[Event]]
) -> Iterator[Event]:
    """Of these statements, in the order in which they run; blocks go aside."""
    for node in body:
        if isinstance(node, Function | ast.ClassDef):
            continue
        if isinstance(node, ast.With) and "transaction.atomic" in ast.unparse(node.items[-1]):
            blocks.append(list(_events(node.body, module, held, blocks)))
            continue
        yield from _events(ast.iter_child_nodes(node), module, held, blocks)
        if isinstance(node, ast.Assign):
            rank = _root(node.value, held)
            if rank is not None and isinstance(node.targets[0], ast.Name):
                held[node.targets[0].id] = rank
        elif isinstance(node, ast.Call):
            yield from _of_call(node, module, held)


def _root(node: ast.AST, held: Mapping[str, int]) -> int | None:
    """The table at the left end of a chain: `Task.objects…`, or a variable that began so."""
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return held.get(node.id, RANKS.get(node.id)) if isinstance(node, ast.Name) else None


def _of_call(call: ast.Call, module: Module, held: Mapping[str, int]) -> Iterator[Event]:
    """A lock of the chain itself, of a statement that it is given, or whatever it calls."""
    func = call.func
    runs = [module.sql[name] for name in map(ast.unparse, call.args) if name in module.sql]
    root = _root(func.value, held) if isinstance(func, ast.Attribute) else None
    if runs:
        yield Event(call.lineno, rank=runs[0])
    elif isinstance(func, ast.Name):
        yield Event(call.lineno, calls=(func.id,))
    elif not isinstance(func, ast.Attribute):
        return
    elif func.attr in LOCKS and root is not None:
        yield Event(call.lineno, rank=root)
    elif func.attr in PUTS and call.args and ast.unparse(call.args[0]) in RANKS:
        yield Event(call.lineno, rank=RANKS[ast.unparse(call.args[0])])
    elif isinstance(func.value, ast.Name):
        yield Event(call.lineno, calls=(func.value.id, func.attr))


def _find(file: Path, words: tuple[str, ...], among: Modules) -> Name | None:
    """The function that a call means: of the same file, imported, or offered by a package."""
    module = among.get(file)
    if module is None:
        return None
    if len(words) == 1 and words[0] in module.own:
        return file, words[0]
    if words[0] not in module.imports:
        return None
    source, name = module.imports[words[0]]
    place = Path(*source.split("."))
    if len(words) == 1:
        return next(
            (at for one in _files(place) if (at := _find(one, (name,), among)) is not None), None
        )
    return next(
        (at for one in _files(place / name) if (at := _find(one, words[1:], among)) is not None),
        None,
    )


def _files(place: Path) -> tuple[Path, Path]:
    return place.with_suffix(".py"), place / "__init__.py"


def locked(name: Name, among: Modules, seen: frozenset[Name] = frozenset()) -> set[int]:
    """What is locked when a call of that function returns, inside of its caller's transaction."""
    if name in seen:
        return set()
    file, function = name
    ranks: set[int] = set()
    for event in among[file].own[function]:
        ranks |= _ranks(event, file, among, seen | {name})
    return ranks


def _ranks(event: Event, file: Path, among: Modules, seen: frozenset[Name]) -> set[int]:
    if event.rank is not None:
        return {event.rank}
    found = _find(file, event.calls, among)
    return locked(found, among, seen) if found else set()


def breaches(among: Modules) -> list[tuple[str, int]]:
    """Functions that lock a lower table after a higher one, with the line."""
    return [
        (f"{file}: {name}", line)
        for file, module in among.items()
        for name, own in module.own.items()
        for row in (own, *module.blocks[name])
        for line in _out_of_order(row, file, among)
    ]


def _out_of_order(row: Iterable[Event], file: Path, among: Modules) -> Iterator[int]:
    held: set[int] = set()
    for event in row:
        ranks = _ranks(event, file, among, frozenset())
        if held and ranks - held and min(ranks - held) < max(held):
            yield event.line
        held |= ranks
