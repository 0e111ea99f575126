"""One table of keys: the script does what it says, and a member's own keys never collide."""

import re

import pytest
from django.conf import settings

from dashboards.keys import KEYS, Keymap, problems

USUAL = {one.usual: one.usual for one in KEYS}


def test_the_script_does_what_the_table_says():
    script = (settings.BASE_DIR / "static/js/app.js").read_text()
    body = script[script.index("const KEYS = {") :].split("\n  };")[0]
    done = set(re.findall(r'^    "?([^\s"]+?)"?: ', body, re.MULTILINE))
    assert done - {"ArrowDown", "ArrowUp"} == {one.usual for one in KEYS}


def test_every_usual_key_is_another():
    assert len(USUAL) == len(KEYS)
    assert problems(USUAL) == {}


@pytest.mark.parametrize(
    ("usual", "key", "said"),
    [
        ("e", "j", "j is already: Next task"),
        ("e", "3", "1 to 6 choose an outcome"),
        ("e", "#", "one letter or digit"),
        ("e", "é", "one letter or digit"),
    ],
)
def test_a_key_that_cannot_be_is_refused_in_words(usual, key, said):
    assert said in problems(USUAL | {usual: key})[usual]


def test_two_keys_may_change_places_and_one_may_be_none():
    assert problems(USUAL | {"j": "k", "k": "j", "z": "", "x": ""}) == {}


def test_the_script_is_told_departures_alone():
    assert Keymap().pressed == {}
    assert Keymap(own={"e": "d", "z": ""}).pressed == {"e": "", "z": "", "d": "e"}
    assert Keymap(own={"j": "k", "k": "j"}).pressed == {"k": "j", "j": "k"}


def test_a_button_shows_the_members_own_key_and_none_where_keys_are_off():
    assert Keymap(own={"e": "d"}).key("e") == "d"
    assert Keymap(own={"e": ""}).key("e") == ""
    assert Keymap(on=False).key("e") == ""
