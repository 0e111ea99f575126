"""Brings a catalogue up to what the code says."""

import polib

from config.catalogues import Catalogue
from config.catalogues.finding import Word, found_in
from config.catalogues.keeping import empty, held

UNSAID = {0: "", 1: ""}


def collected(catalogue: Catalogue) -> polib.POFile:
    """Every word of the code, with what was said of it; what nobody says any more is gone.

    Without line numbers: code that moves changes nothing here.
    """
    said = {(one.msgctxt, one.msgid, one.msgid_plural): one for one in held(catalogue)}
    made = empty()
    for word in found_in(catalogue):
        entry = _entry(word)
        before = said.get((entry.msgctxt, entry.msgid, entry.msgid_plural))
        if before is not None:
            entry.msgstr, entry.msgstr_plural = before.msgstr, before.msgstr_plural
        made.append(entry)
    return made


def _entry(word: Word) -> polib.POEntry:
    return polib.POEntry(
        msgctxt=word.context or None,
        msgid=word.text,
        msgid_plural=word.plural,
        msgstr_plural=dict(UNSAID) if word.plural else {},
        occurrences=[(place, "") for place in word.places],
    )
