"""How I am reached, and what I was told: each form says what is wrong at its field, and saves
nothing."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from audit.actors import Actor
from outbox import operations as outbox
from outbox.models import Attempt, Channel, Contact, Intent, Pin, Preference, Reply, Urgency
from outbox.operations import Saying

pytestmark = pytest.mark.django_db

PHONE = "+12025550123"
WISHES = {"quiet": "on", "quiet_from": "20:00", "quiet_until": "07:00", "notices": ["sms"],
          "bundle_minutes": "15", "digest": "on", "digest_hour": "9"}  # fmt: skip


@pytest.fixture
def diaz(elm_street, signed_in):
    return signed_in(elm_street.diaz)


def held(elm) -> list[Contact]:
    with elm.scoped():
        return list(Contact.objects.filter(removed_at__isnull=True).order_by("position"))


def add(client, address="(202) 555-0123", channel="sms"):
    return client.post("/reach/", {"channel": channel, "address": address})


def code_of(elm, contact) -> str:
    with elm.scoped():
        body = Intent.objects.filter(contact=contact).latest("created_at").body
    return re.search(r"code is (\w{3} \w{3})", body)[1]


def of(contact, code) -> str:
    return f"/reach/{contact.pk}/{code}/"


def test_a_phone_is_added_proven_and_removed(elm_street, diaz):
    assert add(diaz).url == "/reach/?said=contact-added#ways"
    [contact] = held(elm_street)
    page = diaz.get("/reach/").text
    assert "+1 202 555 0123" in page
    assert "Waiting for the code" in page
    wrong = diaz.post(of(contact, "verify"), {"code": "K2K 2K2"})
    assert (wrong.status_code, "That is another code" in wrong.text) == (422, True)
    right = diaz.post(of(contact, "verify"), {"code": code_of(elm_street, contact)})
    assert right.url == "/reach/?said=contact-verified#ways"
    assert "Verified" in diaz.get("/reach/").text
    diaz.post(of(contact, "remove"))
    assert held(elm_street) == []


@pytest.mark.parametrize(
    ("channel", "address", "said"),
    [("sms", "911", "area code"), ("sms", "", "Write the number"), ("email", "x", "e-mail address"),
     ("chat", "hooks", "https://"), ("pigeon", "x", "Choose one of these"),
     ("sms", "9" * 500, "longer than any address")],
)  # fmt: skip
def test_what_cannot_be_reached_is_said_at_its_field(elm_street, diaz, channel, address, said):
    answer = add(diaz, address, channel)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert address[:40] in answer.text
    assert held(elm_street) == []


@pytest.mark.parametrize("code", ["verify", "code", "raise", "remove", "nonsense"])
def test_a_colleagues_way_answers_like_one_that_never_was(elm_street, signed_in, diaz, code):
    add(diaz)
    [contact] = held(elm_street)
    sam = signed_in(elm_street.sam)
    for pk in (contact.pk, uuid4()):
        assert sam.post(f"/reach/{pk}/{code}/", {"code": "K2K2K2"}).status_code == 404
        assert sam.post(f"/reach/{pk}/{code}/").status_code == 404
    assert len(held(elm_street)) == 1


def test_asking_for_codes_too_often_is_said_and_sends_nothing(elm_street, diaz):
    add(diaz)
    [contact] = held(elm_street)
    answer = diaz.post(of(contact, "code"))
    assert (answer.status_code, "Wait a minute" in answer.text) == (422, True)


def test_wishes_are_kept(elm_street, diaz):
    assert diaz.post("/reach/wishes/", WISHES).url == "/reach/?said=saved"
    with elm_street.scoped():
        wish = Preference.objects.get(member=elm_street.diaz)
    assert (wish.quiet_from, wish.quiet_until, wish.notices) == (1200, 420, ["sms"])
    assert (wish.bundle_minutes, wish.digest, wish.digest_hour) == (15, True, 9)
    page = diaz.get("/reach/").text
    assert 'value="20:00"' in page
    assert 'value="15"' in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"quiet_from": "25:00"}, "Write a time"), ({"quiet_from": ""}, "when quiet hours begin"),
     ({"quiet_until": "20:00"}, "different times"), ({"bundle_minutes": "x"}, "number of minutes"),
     ({"bundle_minutes": "99"}, "60 minutes at most"),
     ({"digest_hour": "24"}, "an hour of the day"), ({"notices": ["pigeon"]}, "pigeon")],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_is_said_at_its_field(elm_street, diaz, wrong, said):
    answer = diaz.post("/reach/wishes/", WISHES | wrong)
    assert (answer.status_code, said in answer.text) == (422, True)
    with elm_street.scoped():
        assert not Preference.objects.exists()


def test_a_pin_is_set_changed_and_removed_and_never_shown(elm_street, diaz):
    assert "Not set" in diaz.get("/reach/").text
    assert diaz.post("/reach/pin/", {"pin": "4826"}).url == "/reach/?said=pin-set#pin"
    page = diaz.get("/reach/").text
    assert "Set today" in page
    assert "4826" not in re.sub(r"[0-9a-f-]{36}", "", page)
    assert diaz.post("/reach/pin/", {"pin": "7391"}).status_code == 302
    with elm_street.scoped():
        assert Pin.objects.get().member_id == elm_street.diaz.pk
    assert diaz.post("/reach/pin/remove/").url == "/reach/?said=pin-removed#pin"
    with elm_street.scoped():
        assert not Pin.objects.exists()


def two_hours_on() -> datetime:
    """The time by a clock that is not this host's."""
    return datetime.now(UTC) + timedelta(hours=2)


def test_r30_a_screen_writes_and_shows_the_time_of_the_sweeps(elm_street, diaz, settings):
    settings.CLOCK = f"{__name__}.two_hours_on"
    diaz.post("/reach/pin/", {"pin": "4826"})
    with elm_street.scoped():
        written = Pin.objects.get().set_at
    assert abs(written - two_hours_on()) < timedelta(minutes=1)
    shown = written.astimezone(ZoneInfo("America/New_York"))
    assert f"{shown:%H:%M}" in diaz.get("/reach/").text


@pytest.mark.parametrize("pin", ["", "123", "12345", "abcd", "1111", "1234", "٤٨٢٦"])
def test_a_pin_that_is_none_or_guessed_first_is_said_at_its_field(elm_street, diaz, pin):
    answer = diaz.post("/reach/pin/", {"pin": pin})
    assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (422, True)
    with elm_street.scoped():
        assert not Pin.objects.exists()


def test_a_test_page_goes_through_the_outbox_and_shows_what_became_of_it(
    elm_street, diaz, right_now
):
    refused = diaz.post("/reach/test/")
    assert (refused.status_code, "verify it first" in refused.text) == (422, True)
    with elm_street.scoped():
        Contact.objects.create(
            member=elm_street.diaz, channel="sms", address=PHONE, verified_at=right_now
        )
    assert diaz.post("/reach/test/").url == "/reach/#test"
    part = diaz.get("/reach/test/", headers={"HX-Request": "true"}).text
    assert "Being sent" in part
    assert "hx-get" in part
    with elm_street.scoped():
        page = Intent.objects.get(template="test", channel="sms")
        Intent.objects.filter(pk=page.pk).update(
            state="delivered", sent_at=right_now, delivered_at=right_now
        )
        for fence, result in ((1, "unknown"), (2, "found")):
            Attempt.objects.create(
                intent=page, fence=fence, began_at=right_now, ended_at=right_now, result=result,
                detail="no answer of the provider",
            )  # fmt: skip
    part = diaz.get("/reach/test/", headers={"HX-Request": "true"}).text
    assert "Delivered today" in part
    assert "hx-get" not in part
    shown = diaz.get("/reach/").text
    assert "no answer; the provider is asked: no answer of the provider" in shown
    assert "the provider has it" in shown


def told(elm, member, now, *, key="k", template="page", task=None):
    with elm.scoped():
        saying = Saying(
            key=key, member_id=member.pk, task_id=task and task.pk, channel=Channel.IN_APP,
            contact_id=None, urgency=Urgency.NOTICE, template=template,
            subject="A critical task needs you", body="ClearChart: a critical task needs you now.",
            at=now,
        )  # fmt: skip
        outbox.intend([saying], actor=Actor.machine("tests.notices"), now=now)


def test_what_was_said_to_me_stands_in_the_frame_until_i_have_seen_it(
    elm_street, morning, diaz, signed_in, right_now
):
    told(elm_street, elm_street.diaz, right_now, task=morning["Potassium"])
    told(elm_street, elm_street.sam, right_now, key="sams")
    told(elm_street, elm_street.diaz, right_now + timedelta(hours=1), key="later")
    bell = re.compile(r'href="/notices/"[^>]*>.*?<span class="n">1<', re.DOTALL)
    assert bell.search(diaz.get("/queue/").text)
    page = diaz.get("/notices/").text
    assert page.count("A critical task needs you") == 1
    assert f"/tasks/{morning['Potassium'].pk}/" in page
    assert diaz.post("/notices/").url == "/notices/?said=seen"
    assert not bell.search(diaz.get("/queue/").text)
    assert bell.search(signed_in(elm_street.sam).get("/queue/").text)


def test_a_reply_that_nobody_understood_is_read_by_those_who_see_patients(
    elm_street, signed_in, right_now
):
    with elm_street.scoped():
        reply = Reply.objects.create(
            provider_id="SM1", channel="sms", member=elm_street.diaz, body="ask Pat Marsh",
            meaning="unclear", at=right_now,
        )  # fmt: skip
    for member in (elm_street.sam, elm_street.ira):
        told(elm_street, member, right_now, key=f"reply:{reply.pk}:{member.pk}", template="reply")
    sams = signed_in(elm_street.sam).get("/notices/").text
    assert "ask Pat Marsh" in sams
    assert "Dr Ana Diaz" in sams
    assert "ask Pat Marsh" not in signed_in(elm_street.ira).get("/notices/").text
