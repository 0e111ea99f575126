"""Locked after ten idle minutes, over after twelve hours, ended with role, password, membership."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import operations as accounts
from accounts import sessions
from accounts.models import Membership, User
from accounts.policy import AccessPolicy, Loss
from accounts.roles import Role
from accounts.sessions import State
from tests.accounts.signing_in import come_in, set_policy, trail
from tests.people import PASSWORD, SETUP

NOON = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)
POLICY = AccessPolicy()
HTMX = {"HX-Request": "true"}


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def begun(**more) -> dict:
    session: dict = {}
    sessions.begin(session, now=NOON)
    return session | more


@pytest.mark.parametrize(
    "later, after, state",
    [
        (minutes(9.9), 0, State.OPEN),
        (minutes(10), 0, State.IDLE),
        (minutes(719), 715, State.OPEN),
        (minutes(720), 715, State.OVER),
    ],
)
def test_a_session_locks_when_nobody_is_there_and_ends_however_busy(later, after, state):
    session = begun()
    session[sessions.ACTIVE] = (NOON + minutes(after)).isoformat()
    assert sessions.state(session, POLICY, standing="nora", now=NOON + later) is state


def test_a_locked_session_stays_locked_and_still_ends():
    session = begun()
    sessions.lock(session, now=NOON)
    assert sessions.state(session, POLICY, standing="", now=NOON) is State.LOCKED
    assert sessions.state(session, POLICY, standing="", now=NOON + minutes(720)) is State.OVER
    sessions.unlock(session, now=NOON + minutes(30))
    assert sessions.state(session, POLICY, standing="", now=NOON + minutes(39)) is State.OPEN


def test_another_role_ends_it():
    session = begun()
    sessions.note_activity(session, standing="nurse", now=NOON)
    assert sessions.state(session, POLICY, standing="nurse", now=NOON) is State.OPEN
    assert sessions.state(session, POLICY, standing="physician", now=NOON) is State.CHANGED


def test_activity_is_written_three_times_a_minute_at_most():
    session = begun(standing="nurse")
    assert not sessions.note_activity(session, standing="nurse", now=NOON + timedelta(seconds=19))
    assert sessions.note_activity(session, standing="nurse", now=NOON + timedelta(seconds=20))


def test_going_on_to_another_practice_keeps_who_one_is_and_drops_the_rest():
    session = begun(standing="nurse at elm", fresh_feed_key="1", _auth_user_id="7")
    sessions.choose(session, "oak")
    assert session.keys() == {"began_at", "active_at", "_auth_user_id", "practice_id"}


# ---- in the product

pytestmark = pytest.mark.django_db


def wait(client, **ago) -> None:
    """As if so much time had passed since."""
    session = client.session
    for name, time in ago.items():
        session[name] = (timezone.now() - time).isoformat()
    session.save()


@pytest.fixture
def nora(elm_street):
    client = come_in(elm_street.nora)
    assert client.get("/queue/").status_code == 200
    return client


def test_an_idle_screen_locks_and_opens_again_where_one_was(elm_street, nora):
    wait(nora, active_at=minutes(11))
    answer = nora.get("/queue/?task=0198")
    assert answer.url == "/lock/?next=%2Fqueue%2F%3Ftask%3D0198"
    page = nora.get(answer.url)
    assert page["Cache-Control"] == "no-store"
    assert "Nora Quinn" in page.text
    assert nora.get("/team/").status_code == 302
    refused = nora.post("/lock/", {"password": "wrong", "next": "/queue/?task=0198"})
    assert (refused.status_code, nora.get("/queue/").status_code) == (422, 302)
    unlocked = nora.post("/lock/", {"password": PASSWORD, "next": "/queue/?task=0198"})
    assert unlocked.url == "/queue/?task=0198"
    assert nora.get("/queue/").status_code == 200
    assert trail(elm_street, "screen.") == [
        ("screen.locked", "success", "Nora Quinn"),
        ("screen.unlocked", "success", "Nora Quinn"),
    ]


def test_a_screen_is_locked_by_hand_and_leads_nowhere_else(nora):
    assert "Lock now" in nora.get("/lock/").text
    assert nora.get("/queue/").status_code == 200
    assert "Unlock" in nora.post("/lock/", {"next": "/team/"}).text
    assert nora.get("/queue/").url.startswith("/lock/")
    answer = nora.post("/lock/", {"password": PASSWORD, "next": "//evil.example/"})
    assert answer.url == "/"


def test_a_part_of_a_locked_page_is_words_and_a_reload(nora):
    wait(nora, active_at=minutes(11))
    answer = nora.get("/live/", headers=HTMX)
    assert (answer.status_code, answer["HX-Refresh"]) == (401, "true")
    assert "locked" in answer.text


def test_what_a_page_asks_by_itself_is_no_sign_of_life(nora):
    wait(nora, active_at=minutes(9))
    nora.get("/live/", headers=HTMX | {"X-Poll": "true"})
    left = nora.get("/lock/left/").json()
    assert 50 < left["lock"] <= 60
    assert nora.post("/lock/here/").status_code == 204
    assert nora.get("/lock/left/").json()["lock"] > 590


def test_a_form_that_was_sent_too_late_leads_back_to_its_page(nora):
    wait(nora, active_at=minutes(11))
    answer = nora.post("/team/next/", headers={"Referer": "http://testserver/team/?a=1"})
    assert answer.url == "/lock/?next=%2Fteam%2F%3Fa%3D1"
    wait(nora, active_at=minutes(11))
    elsewhere = nora.post("/team/next/", headers={"Referer": "https://evil.example/x"})
    assert elsewhere.url == "/lock/?next=%2F"


def test_after_twelve_hours_one_signs_in_again_and_reads_why(elm_street, nora):
    wait(nora, began_at=timedelta(hours=12))
    answer = nora.get("/queue/")
    assert answer.url == "/accounts/login/?next=%2Fqueue%2F&ended=over"
    assert "as long as your practice allows" in nora.get(answer.url).text
    assert nora.get("/queue/").url.startswith("/accounts/login/")


def test_the_practice_sets_both_limits(elm_street, nora, now):
    set_policy(elm_street, now=now, second_step=frozenset(), idle_minutes=2, lasts_hours=1)
    wait(nora, active_at=minutes(3))
    assert nora.get("/queue/").url.startswith("/lock/")
    wait(nora, began_at=minutes(61))
    assert nora.get("/queue/").url.startswith("/accounts/login/")


def _another_role(member, now):
    Membership.objects.filter(pk=member.pk).update(roles=[Role.PHYSICIAN])


def _another_password(member, now):
    user = User.objects.get(pk=member.user_id)
    user.set_password("another long secret 1")
    user.save(update_fields=["password"])


def _no_member(member, now):
    accounts.deactivate(membership=member, actor=SETUP, now=now)


def _signed_out(member, now):
    accounts.end_sessions(membership=member, reason=Loss.SOMEBODY_ELSE, actor=SETUP, now=now)


def _switched_off(member, now):
    User.objects.filter(pk=member.user_id).update(is_active=False)


@pytest.mark.parametrize(
    "change", [_another_role, _another_password, _no_member, _signed_out, _switched_off]
)
def test_a_session_dies_with_what_it_stood_on(elm_street, nora, now, change):
    with elm_street.scoped(), transaction.atomic():
        change(elm_street.nora, now)
    assert nora.get("/queue/").url.startswith("/accounts/login/")
    assert nora.get("/team/").url.startswith("/accounts/login/")


def test_ones_own_change_of_password_keeps_this_session_alone(elm_street, nora):
    elsewhere = come_in(elm_street.nora)
    nora.post(
        "/accounts/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "new long secret 7",
            "password2": "new long secret 7",
        },
    )
    assert nora.get("/queue/").status_code == 200
    assert elsewhere.get("/queue/").status_code == 302
    assert ("password.changed", "success", "Nora Quinn") in trail(elm_street, "password.")


def test_another_practice_is_another_policy(elm_street, oak_street, nora, now):
    with oak_street.scoped():
        accounts.admit(user=elm_street.nora.user, roles=[Role.NURSE], actor=SETUP, now=now)
    set_policy(oak_street, now=now)
    assert nora.get("/queue/").status_code == 200
    nora.post("/practice/", {"practice": str(oak_street.practice.pk)})
    assert nora.get("/queue/").url == "/accounts/2fa/"
    nora.post("/practice/", {"practice": str(elm_street.practice.pk)})
    assert nora.get("/queue/").status_code == 200
