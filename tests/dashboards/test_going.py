"""Going about: what stands in the rail, where a member begins, what they prefer, who is named."""

import re
from datetime import timedelta

import pytest

from audit.models import AuditEvent
from dashboards.keys import KEYS
from dashboards.places import PLACES
from escalation.models import Absence

pytestmark = pytest.mark.django_db

KEYS_AS_USUAL = {f"key {one.usual}": one.usual for one in KEYS}


def rail(text: str) -> str:
    return text[text.index('<nav aria-label="Main">') : text.index("rail-foot")]


def wish(client, **more):
    return client.post("/preferences/", KEYS_AS_USUAL | {"keys": "on"} | more)


def test_no_two_places_share_a_letter():
    letters = [one.go for one in PLACES if one.go]
    assert len(letters) == len(set(letters))


def test_only_what_a_person_may_open_is_shown(elm_street, signed_in):
    theirs = rail(signed_in(elm_street.max).get("/queue/").text)
    assert re.findall(r"<p>(.*?)</p>", theirs) == ["Work", "See", "Set up"]
    assert "Messages" not in theirs
    assert re.findall(r"<p>(.*?)</p>", rail(signed_in(elm_street.ira).get("/feeds/").text)) == [
        "Work", "See", "Set up",
    ]  # fmt: skip


def test_the_rail_counts_what_waits_for_me_and_what_nobody_has(elm_street, morning, signed_in):
    client = signed_in(elm_street.max)
    counts = figures(client.get("/coverage/").text)
    queue = client.get("/queue/").text
    assert f"{counts['My queue']} tasks" in queue
    assert int(counts["Team queue"]) > 0
    assert "Escalations" not in counts
    # A list that has counted it already, a tab of it, and one that is narrowed say the same.
    for path in ("/queue/", "/queue/?view=hold", "/queue/?sev=critical", "/team/"):
        assert figures(client.get(path).text) == counts, path


def figures(text: str) -> dict[str, str]:
    return dict(re.findall(r'<span>([\w ]+)</span><span class="n">([\d,]+)</span>', rail(text)))


def test_the_foot_says_who_covers_whom(elm_street, signed_in, right_now):
    with elm_street.scoped():
        Absence.objects.create(
            member=elm_street.nora, cover=elm_street.max, begins_at=right_now - timedelta(hours=1),
        )  # fmt: skip
    said = f"{elm_street.max.name} covers {elm_street.nora.name}"
    assert said in signed_in(elm_street.diaz).get("/queue/").text


def test_the_foot_of_a_phone_ends_in_search_and_more(elm_street, signed_in):
    text = signed_in(elm_street.max).get("/queue/").text
    bar = text[text.index('class="tabbar"') :].split("</nav>")[0]
    assert re.findall(r"<span>(\w+)</span>", bar) == [
        "Queue", "Team", "Escalations", "Search", "More",
    ]  # fmt: skip


def test_the_menu_is_a_part_of_a_page_that_works_alone(elm_street, signed_in):
    client = signed_in(elm_street.max)
    part = client.get("/go/", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'href="/queue/"' in part
    assert part in client.get("/go/").text


def test_a_member_begins_where_they_chose_while_they_may(elm_street, signed_in):
    client = signed_in(elm_street.max)
    wish(client, first_page="coverage")
    assert client.get("/").url == "/coverage/"
    wish(client, first_page="messages")
    assert client.get("/").url == "/queue/"


def test_keys_of_ones_own_go_with_the_member_and_are_shown(elm_street, morning, signed_in):
    wish(signed_in(elm_street.max), **{"key e": "d", "key z": ""})
    page = signed_in(elm_street.max).get(f"/tasks/{morning['Lipid panel'].pk}/").text
    assert "data-keymap=" in page
    assert "Done <kbd>d</kbd>" in page
    assert "Undo my last" not in page[page.index('id="keys"') :]
    with elm_street.scoped():
        assert AuditEvent.objects.filter(action="member.preferences-changed").exists()


def test_keys_that_collide_are_said_in_words_and_nothing_is_kept(elm_street, signed_in):
    client = signed_in(elm_street.max)
    answer = wish(client, **{"key e": "j"}, first_page="coverage")
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert "j is already: Next task" in answer.text
    assert 'name="key e" value="j"' in answer.text
    assert client.get("/").url == "/queue/"


def test_names_are_initials_until_they_are_shown_again(elm_street, morning, signed_in):
    client = signed_in(elm_street.max)
    answer = client.post("/names/", {"back": "/team/?view=now"})
    assert answer.url == "/team/?view=now"
    for text in (client.get("/queue/").text, client.post("/search/", {"q": "abebe"}).text):
        assert "ABEBE" not in text
        assert "A. S." in text
    client.post("/names/")
    assert "ABEBE" in client.get("/queue/").text


def test_nobody_is_led_elsewhere_by_the_switch(elm_street, signed_in):
    answer = signed_in(elm_street.max).post("/names/", {"back": "https://elsewhere.example/"})
    assert answer.url == "/"
