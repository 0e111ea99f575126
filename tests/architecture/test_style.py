"""What the linter cannot say: saves that guess, clocks that are read, and how long is too long."""

import ast
from pathlib import Path

import pytest

from tests.architecture import code
from tests.databases import ROOT

LONGEST_FUNCTION, LONGEST_FILE = 30, 300

LONG_FUNCTIONS = {
    ("dashboards/samples.py", "task_page"): "one made-up page, a value a line",
    ("dashboards/queries/task_page.py", "page"): "one field of the page a line",
    ("dashboards/queries/visit_page.py", "page"): "one field of the page a line",
    ("dashboards/views/queue.py", "show"): "one field of the page a line",
}
LONG_FILES = {
    "dashboards/samples.py": "the made-up rows of the style guide",
    "integrations/hl7/message.py": "one reader: delimiters, escapes and ways in belong together",
}

SPEAKS = {"run.py", "config/embedded"}
"""The launcher talks to a person in a terminal."""


def saves_that_guess(module: ast.Module) -> list[int]:
    """Lines of `.save()` that name neither fields nor an insert; a session is no row of ours."""
    ours = code.imported(module)
    return [
        call.lineno
        for call in code.calls(module)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "save"
        and not (isinstance(call.func.value, ast.Name) and call.func.value.id in ours)
        and ast.unparse(call.func.value) != "request.session"
        and not {word.arg for word in call.keywords} & {"update_fields", "force_insert"}
    ]  # fmt: skip


def clocks_without_a_zone(module: ast.Module) -> list[int]:
    """Lines that ask for a time of no zone, or for today's date."""
    found = []
    for call in code.calls(module):
        said = ast.unparse(call.func)
        if said.endswith(("datetime.utcnow", "date.today", "datetime.today")) or (
            said.endswith(("datetime.now", "fromtimestamp")) and not (
                [*call.args, *call.keywords][1 if said.endswith("fromtimestamp") else 0:]
            )
        ):  # fmt: skip
            found.append(call.lineno)
    return found


def prints(module: ast.Module) -> list[int]:
    return [call.lineno for call in code.calls(module) if ast.unparse(call.func) == "print"]


PLANTED = {
    saves_that_guess: ("task.save()", "task.save(update_fields=['owner'])"),
    clocks_without_a_zone: ("datetime.now()", "datetime.now(UTC)"),
    prints: ("print(1)", "logger.info('done')"),
}


@pytest.mark.parametrize("rule", PLANTED)
def test_each_rule_finds_what_it_is_for_and_no_more(rule):
    wrong, right = PLANTED[rule]
    assert rule(ast.parse(wrong)) == [1]
    assert rule(ast.parse(right)) == []


@pytest.mark.parametrize("rule", PLANTED)
def test_the_code_keeps_each_rule(rule):
    broken = {str(file): rule(code.tree(file)) for file in code.files()}
    if rule is prints:
        broken = {file: lines for file, lines in broken.items() if not _speaks(file)}
    assert {file: lines for file, lines in broken.items() if lines} == {}


def _speaks(file: str) -> bool:
    return any(Path(file).is_relative_to(place) for place in SPEAKS)


def test_functions_fit_on_a_screen():
    long = {
        (str(file), one.name)
        for file in code.files()
        for one in code.functions(file)
        if one.end_lineno - one.lineno + 1 > LONGEST_FUNCTION
    }
    assert long <= LONG_FUNCTIONS.keys()


def test_files_are_split_by_noun_before_they_grow_long():
    long = {
        str(file)
        for file in code.files()
        if len((ROOT / file).read_text(encoding="utf-8").splitlines()) > LONGEST_FILE
    }
    assert long <= LONG_FILES.keys()


def test_there_is_no_drawer_for_odds_and_ends():
    drawers = {"utils", "helpers", "common", "core", "lib", "misc"}
    assert [file for file in code.files() if drawers & {*file.parts, file.stem}] == []
