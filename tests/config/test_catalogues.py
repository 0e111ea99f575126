"""Every word of an app is in its catalogue, said in Spanish, with the same things filled in."""

from collections import defaultdict

import pytest

from config.catalogues import APPS, CATALOGUES, Catalogue
from config.catalogues.entries import Entry, merged, placeholders, read, written
from config.catalogues.finding import found_in

OF_APPS = [one for one in CATALOGUES if one.folders[0] in APPS]


def held(catalogue: Catalogue) -> list[Entry]:
    return read(catalogue.path.read_text()) if catalogue.path.exists() else []


@pytest.fixture(params=OF_APPS, ids=lambda one: one.folders[0])
def catalogue(request) -> Catalogue:
    return request.param


def test_an_app_s_catalogue_is_what_its_code_says(catalogue):
    entries = merged(found_in(catalogue), held(catalogue))
    assert not entries or catalogue.path.read_text() == written(entries)


def test_every_word_of_an_app_is_said_in_spanish(catalogue):
    assert [one.text for one in held(catalogue) if not one.is_said] == []


def test_what_is_filled_in_is_the_same_in_spanish(catalogue):
    for one in held(catalogue):
        wanted = placeholders(one.text) | placeholders(one.plural)
        assert set().union(*map(placeholders, one.said)) == wanted, one.text


def test_one_text_is_said_one_way():
    """gettext reads all catalogues as one: of two ways it would choose by the order of apps."""
    ways = defaultdict(set)
    for catalogue in OF_APPS:
        for one in held(catalogue):
            ways[one.key].add(one.said)
    assert {key: said for key, said in ways.items() if len(said) > 1} == {}
