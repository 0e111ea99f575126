"""The product's code as a tree of syntax."""

import ast
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from tests.databases import ROOT

NOT_PRODUCT = {"tests", "bench", "migrations", "static", "build", "docs"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[Path, ...]:
    """Every Python file of the product, from the root of the repository."""
    return tuple(
        file
        for file in sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))
        if not NOT_PRODUCT & set(file.parts)
        and not any(part.startswith(".") for part in file.parts)
    )


@cache
def tree(file: Path) -> ast.Module:
    """Parsed in a thread of its own: a recursion that another test drove to its limit leaves the
    interpreter's count for this thread wrong, and parsing refuses to go on."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ast.parse, (ROOT / file).read_text(encoding="utf-8")).result()


def functions(file: Path) -> Iterator[Function]:
    for node in ast.walk(tree(file)):
        if isinstance(node, Function):
            yield node


def calls(node: ast.AST) -> Iterator[ast.Call]:
    for one in ast.walk(node):
        if isinstance(one, ast.Call):
            yield one


def called(call: ast.Call) -> str:
    """The last word of what is called: `save` of `task.save()`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def imported(module: ast.Module) -> set[str]:
    """The names that a module's imports bring in."""
    return {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(module)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
