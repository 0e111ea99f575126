"""The files of a catalogue: read, written and compiled."""

import polib

from config.catalogues import LANGUAGE, Catalogue

HEADER = {
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


def held(catalogue: Catalogue) -> polib.POFile:
    """What translators have said; empty where nothing of the app is said yet."""
    if catalogue.path.exists():
        return polib.pofile(str(catalogue.path), wrapwidth=0)
    return empty()


def written(words: polib.POFile) -> str:
    """The text of its file."""
    return f"{str(words).rstrip()}\n"


def compiled(catalogue: Catalogue) -> bytes:
    """What gettext reads."""
    binary: bytes = held(catalogue).to_binary()
    return binary


def empty() -> polib.POFile:
    """A catalogue in which nothing is said."""
    made = polib.POFile(wrapwidth=0)
    made.metadata = dict(HEADER)
    return made
