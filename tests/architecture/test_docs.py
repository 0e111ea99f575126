"""Pages that are made from code are fresh; names in the glossary exist; screens keep our words."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from config.management.commands import draw_states
from dashboards.queries.offers import LABELS
from tests.architecture import code
from tests.databases import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

NEVER = re.compile(
    r"\b(complete|resolve|dismiss|archive|sign[ -]off|clear|submit|ok|oops|successfully)(d|s)?\b"
    r"|(?<=\w)!",
    re.IGNORECASE,
)
"""Verbs with another meaning here, buttons that say nothing, cheer and jokes."""

OURS = re.compile(r"ClearChart|\{[{%#].*?[}%#]\}", re.DOTALL)
SAID = {"placeholder", "aria-label", "title", "alt", "value", "label"}
"""Attributes that a person reads or hears."""


class Reader(HTMLParser):
    """What a person reads of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in {"script", "style"}
        held = dict(attrs)
        if held.get("type") != "hidden":
            self.said += [value for name, value in attrs if name in SAID and value]

    def handle_endtag(self, tag):
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data):
        if not self.silent:
            self.said.append(data)


def read(markup: str) -> str:
    reader = Reader()
    reader.feed(OURS.sub(" ", markup.replace("Clear<b>Chart</b>", "")))
    return " | ".join(words for part in reader.said if (words := " ".join(part.split())))


def test_the_page_of_states_is_what_the_tables_say():
    assert (ROOT / "docs/states.md").read_text(encoding="utf-8") == draw_states.page()


def names_in_code() -> set[str]:
    """Every name that the product's code gives or uses, and every word it writes as a code."""
    found: set[str] = set()
    for file in code.files():
        found |= {*file.parts, file.stem, str(file), str(file.parent), file.stem}
        for node in ast.walk(code.tree(file)):
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                    found.add(name)
                case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                    found.add(name)
                case ast.Constant(value=str(word)):
                    found.add(word)
    return found


def test_every_name_in_the_glossary_exists_in_the_code():
    said = set(re.findall(r"`([^`\n]+)`", (ROOT / "docs/glossary.md").read_text(encoding="utf-8")))
    assert said
    there = names_in_code()
    missing = {name for name in said if not {name, *name.split(".")} & there}
    assert {name for name in missing if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize(
    ("markup", "wrong"),
    [
        ("<button>Complete</button>", True),
        ("<button>Submit</button>", True),
        ("<p>Saved successfully.</p>", True),
        ("<p>All done!</p>", True),
        ('<input placeholder="Resolve it">', True),
        ('<template data-sheet="complete"></template>', False),
        ("{% if code == 'complete' %}<button>Done</button>{% endif %}", False),
        ("<title>Sign in - ClearChart</title>", False),
    ],
)
def test_a_wrong_word_is_found_where_a_person_reads_it(markup, wrong):
    assert bool(NEVER.search(read(markup))) is wrong


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_the_screens_use_no_word_of_another_trade(template):
    said = read(template.read_text(encoding="utf-8"))
    assert NEVER.findall(said) == []


def test_the_labels_of_actions_use_no_word_of_another_trade():
    assert {label for label in LABELS.values() if NEVER.search(label)} == set()


def sentences(file: Path) -> list[str]:
    """Strings of more than one word, docstrings left out."""
    tree = code.tree(file)
    notes = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and " " in node.value and id(node) not in notes
    ]  # fmt: skip


CHEER = re.compile(r"\b(oops|successfully|sorry|please)\b|\w!(\s|$)", re.IGNORECASE)


def test_no_sentence_of_the_edges_cheers_or_begs():
    said = {
        sentence
        for file in code.files()
        if file.parts[0] in {"dashboards", "integrations", "routing", "accounts"}
        and "simulator" not in file.parts  # which writes letters as other clinics do
        for sentence in sentences(file)
        if CHEER.search(sentence)
    }
    assert said == set()
