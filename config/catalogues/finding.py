"""Finds the words that people read: gettext's calls in Python, translate tags in templates."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.translation.template import templatize
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from config.catalogues import ROOT, Catalogue

ARGUMENTS = {
    "_": ("text",),
    "gettext": ("text",),
    "gettext_lazy": ("text",),
    "gettext_noop": ("text",),
    "later": ("text",),
    "plural": ("text", "plural"),
    "ngettext": ("text", "plural"),
    "ngettext_lazy": ("text", "plural"),
    "pgettext": ("context", "text"),
    "pgettext_lazy": ("context", "text"),
    "npgettext": ("context", "text", "plural"),
}
"""What the first arguments of a call are."""

CALL = re.compile(rf"\b({'|'.join(ARGUMENTS)})\(")


class NotPlain(Exception):
    """A message that is put together at run time, so that nobody could translate it."""


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """What the code says, and in which files."""

    text: str
    context: str = ""
    plural: str = ""
    places: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What gettext looks it up by: a plural form takes nothing away from it."""
        return self.context, self.text


def found_in(catalogue: Catalogue) -> list[Word]:
    """Every message of its folders, once, with the files that say it."""
    found: dict[tuple[str, str], Word] = {}
    for suffix, reader in READERS.items():
        for path in catalogue.sources(suffix):
            for entry in reader(path):
                before = found.get(entry.key, entry)
                found[entry.key] = replace(
                    before,
                    plural=before.plural or entry.plural,
                    places=tuple(sorted({*before.places, str(path.relative_to(ROOT))})),
                )
    return sorted(found.values())


def in_python(source: str) -> Iterator[Word]:
    """Messages of a module, by whatever name it imports gettext."""
    tree = ast.parse(source)
    names = {name: name for name in ARGUMENTS} | dict(_aliases(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = names.get(getattr(node.func, "id", getattr(node.func, "attr", "")), "")
            if name:
                yield from _said(name, node.args)


def _aliases(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for one in node.names:
                if one.name in ARGUMENTS:
                    yield one.asname or one.name, one.name


def _said(name: str, arguments: list[ast.expr]) -> Iterator[Word]:
    words = [one for one in arguments[: len(ARGUMENTS[name])] if not isinstance(one, ast.Name)]
    if any(isinstance(one, ast.JoinedStr | ast.BinOp) for one in words):
        raise NotPlain(ast.unparse(arguments[0]))
    texts = [one.value for one in words if isinstance(one, ast.Constant)]
    if len(texts) == len(ARGUMENTS[name]):
        yield _word(name, texts)


def _word(name: str, words: Iterable[object]) -> Word:
    named = {what: str(word or "") for what, word in zip(ARGUMENTS[name], words, strict=False)}
    return Word(named["text"], named.get("context", ""), named.get("plural", ""))


def in_template(source: str) -> Iterator[Word]:
    """Messages of a template of Django, which is first made into calls."""
    calls = templatize(source)
    for call in CALL.finditer(calls):
        yield from in_python(_whole_call(calls[call.start() :]))


def _whole_call(text: str) -> str:
    """The call that `text` begins with."""
    for end in re.finditer(r"\)", text):
        try:
            ast.parse(text[: end.end()])
        except SyntaxError:
            continue
        return text[: end.end()]
    raise NotPlain(text[:80])


def in_rows(source: str) -> Iterator[Word]:
    """Messages of a template of Jinja."""
    parsed = Environment().parse(source)  # noqa: S701 - nothing is drawn
    for _, name, words in extract_from_ast(parsed, ("_", "ngettext")):
        texts = words if isinstance(words, tuple) else (words,)
        yield _word(name, texts)


def _python(path: Path) -> Iterator[Word]:
    return in_python(path.read_text())


def _template(path: Path) -> Iterator[Word]:
    return (in_rows if "jinja" in path.parts else in_template)(path.read_text())


READERS: dict[str, Callable[[Path], Iterator[Word]]] = {
    ".py": _python,
    ".html": _template,
    ".txt": _template,
}
