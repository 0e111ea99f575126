"""Every word that people read is in a catalogue, said in Spanish, filled in alike."""

import re
from collections import defaultdict
from gettext import GNUTranslations
from io import BytesIO

import pytest
from polib import POEntry

from config.catalogues import CATALOGUES, ROOT, Catalogue
from config.catalogues.collecting import collected
from config.catalogues.finding import NotPlain, in_python
from config.catalogues.keeping import compiled, held, written

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%[sd]")


def forms(entry) -> list[str]:
    """What is said of it: one form, or two where there is a plural."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders(text: str) -> set[str]:
    """What is filled in while a page is made."""
    return {found.group(0) for found in PLACEHOLDER.finditer(text.replace("%%", ""))}


@pytest.fixture(params=CATALOGUES, ids=lambda one: one.folders[0])
def catalogue(request) -> Catalogue:
    return request.param


def test_a_catalogue_is_what_its_code_says(catalogue):
    words = collected(catalogue)
    assert not words or catalogue.path.read_text() == written(words)


def test_every_word_is_said_in_spanish(catalogue):
    assert [one.msgid for one in held(catalogue) if not all(forms(one))] == []


def test_what_is_filled_in_is_the_same_in_spanish(catalogue):
    for one in held(catalogue):
        wanted = placeholders(one.msgid) | placeholders(one.msgid_plural)
        assert set().union(*map(placeholders, forms(one))) == wanted, one.msgid


def test_one_text_is_said_one_way():
    """gettext reads all catalogues as one: of two ways it would choose by the order of apps."""
    ways = defaultdict(set)
    for catalogue in CATALOGUES:
        for one in held(catalogue):
            ways[one.msgctxt, one.msgid].add(tuple(forms(one)))
    assert {key: said for key, said in ways.items() if len(said) > 1} == {}


def test_what_is_compiled_is_what_gettext_reads(tmp_path):
    catalogue = Catalogue(tmp_path / "es.po", ())
    words = held(catalogue)
    words.append(POEntry(msgid="Close", msgstr="Cerrar"))
    words.append(POEntry(msgid="%d task", msgid_plural="%d tasks",
                         msgstr_plural={0: "%d tarea", 1: "%d tareas"}))  # fmt: skip
    words.append(POEntry(msgid="Not said yet"))
    catalogue.path.write_text(written(words))
    spanish = GNUTranslations(BytesIO(compiled(catalogue)))
    assert spanish.gettext("Close") == "Cerrar"
    assert [spanish.ngettext("%d task", "%d tasks", n) for n in (1, 2)] == ["%d tarea", "%d tareas"]
    assert spanish.gettext("Not said yet") == "Not said yet"


def test_a_message_that_is_put_together_at_run_time_is_refused():
    with pytest.raises(NotPlain):
        list(in_python('gettext(f"{number} tasks")'))


WORD = re.compile(r"[A-Za-z]{2,}")
MARKUP = re.compile(
    r"<!--.*?-->|<script\b.*?</script>|{% block stand %}[^{]*|{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL
)
"""With a block that holds the name of a style."""
SAID = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}|\{%-? raw.*?endraw", re.DOTALL)
HELD = re.compile(r"<(code|kbd|svg|b|pre)\b[^>]*>[^<]*</\1>", re.DOTALL)
"""Codes, keys and drawings; `<b>` holds half of the brand."""
SPOKEN = re.compile(r'\b(?:aria-label|title|placeholder|alt|data-label)="([^"]*)"')
NAMES = re.compile(r"ClearChart|\bClear\b|&\w+;|\bLOINC\b|\bHL7\b|\bFHIR\b")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def words_left_in(source: str) -> list[str]:
    """What a template says outside of its translate tags."""
    rest = MARKUP.sub(" ", SAID.sub(" ", source))
    spoken = SPOKEN.findall(rest)
    visible = re.sub(r"<[^>]*>", "\n", HELD.sub("\n", rest)).split("\n")
    said = [NAMES.sub(" ", one).strip() for one in [*visible, *spoken]]
    return [one for one in said if WORD.search(one)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_says_nothing_outside_of_its_translate_tags(path):
    assert words_left_in(path.read_text()) == []


def test_a_word_outside_of_a_tag_is_found():
    assert words_left_in('<p title="Late">{% translate "Open" %}</p>') == ["Late"]
    assert words_left_in("<p>{{ count }} tasks</p>") == ["tasks"]
