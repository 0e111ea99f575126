"""The page on which a specialist answers without an account, and our own copy of it for a fax."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from charts import patients
from charts.models import Patient
from config.signing_in import ACCOUNT_RATE_LIMITS
from outbox import operations as outbox
from referrals import codes, operations
from referrals.models import Fact, Invitation, Referral
from referrals.operations import Opening
from referrals.states import Closure
from tests.people import SETUP
from tests.reports import patient

pytestmark = pytest.mark.django_db

PHONE = "+12025550177"
PHI = ("MARSH", "Marsh", "1991", "Palpitations", "valve")
WRONG = "0000-0000-0000"


@pytest.fixture(autouse=True)
def _fresh_rates():
    cache.clear()


@pytest.fixture
def invited(elm_street, right_now):
    """A referral of Pat Marsh to a cardiologist, and an invitation to answer it."""
    with elm_street.scoped(), transaction.atomic():
        outbox.set_letterhead(name="Elm Street", phone=PHONE, actor=SETUP, now=right_now)
        patients.find_or_register([patient()], overwrite=True, actor=SETUP, now=right_now)
        opening = Opening(
            patient_id=Patient.objects.get().pk, number="N-1", ordered_at=right_now,
            specialty="Cardiology", reason="Palpitations", question="Is it the valve?",
        )  # fmt: skip
        referral, _ = operations.open_by_hand(opening=opening, actor=SETUP, now=right_now)
        return operations.invite(referral_id=referral.pk, actor=SETUP, now=right_now)


def link(invited) -> str:
    return invited.link.partition("/answer/")[1] + invited.link.partition("/answer/")[2]


def let_in(invited, at="") -> tuple[Client, str]:
    """A browser that gave the code, and where it stands then."""
    client = Client()
    answer = client.post(at or link(invited), {"code": invited.code})
    assert answer.status_code == 302, answer.text
    return client, answer.url


def handed_out(client, at) -> str:
    """What names the form that is shown."""
    return re.search(r'name="sending" value="([^"]+)"', client.get(at).text)[1]


def send(client, there, **said):
    return client.post(there, {"sending": handed_out(client, there), **said})


def referral(elm) -> Referral:
    with elm.scoped():
        return Referral.objects.get()


def test_the_address_that_is_printed_is_where_the_page_is():
    assert reverse("dashboards:reply") == codes.PATH


def test_before_the_code_nothing_of_the_patient_is_shown(invited):
    for at in (link(invited), "/answer/"):
        page = Client().get(at)
        assert page.status_code == 200
        assert not any(word in page.text for word in PHI)
        assert page["Referrer-Policy"] == "strict-origin"
        assert page["Cache-Control"] == "no-store" or "no-store" in page["Cache-Control"]
        assert "sessionid" not in page.cookies
    assert "Elm Street Family Medicine sent you a referral" in Client().get(link(invited)).text


def test_with_the_code_the_facts_that_are_needed_are_shown_and_no_others(elm_street, invited):
    for at in (link(invited), "/answer/"):
        client, there = let_in(invited, at)
        page = client.get(there)
        assert all(
            word in page.text for word in ("MARSH, Pat", "Mar 2, 1991", "Palpitations", "valve")
        )
        assert "508773" not in page.text
        assert "MARSH" not in re.search(r"<title>(.*?)</title>", page.text)[1]
        cookie = client.cookies["answer"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (there, True, "Strict")
        assert invited.code not in cookie.value
        assert set(client.cookies) <= {"answer", "csrftoken"}
    with elm_street.scoped():
        assert AuditEvent.objects.filter(action="invitation.looked").count() == 2


def test_the_page_behind_the_code_is_shut_to_whoever_did_not_give_it(invited):
    client, there = let_in(invited)
    stranger = Client()
    assert stranger.get(there).url == "/answer/"
    assert stranger.post(there, {"takes": "yes"}).url == "/answer/"
    stranger.cookies["answer"] = client.cookies["answer"].value + "x"
    assert stranger.get(there).url == "/answer/"
    other = f"/answer/{uuid4()}/"
    stranger.cookies["answer"] = client.cookies["answer"].value
    assert stranger.get(other).url == "/answer/"


def test_an_answer_is_told_once_however_often_it_is_sent(elm_street, invited):
    client, there = let_in(invited)
    sending = handed_out(client, there)
    said = {"takes": "yes", "day": _day(10), "at": "09:30", "sending": sending}
    for _ in range(3):
        assert client.post(there, said).url == f"{there}thanks/"
    one = referral(elm_street)
    assert (one.acceptance, one.appointment, one.is_open) == ("accepted", "booked", True)
    with elm_street.scoped():
        assert Fact.objects.count() == 2
    thanks = client.get(f"{there}thanks/").text
    assert "The patient can be seen." in thanks
    assert ", 9:30 AM." in thanks
    assert not any(word in thanks for word in ("MARSH", "Palpitations"))


def test_it_may_be_said_again_later_and_otherwise(elm_street, invited):
    client, there = let_in(invited)
    send(client, there, takes="no", because="no-capacity")
    assert referral(elm_street).acceptance == "declined"
    send(client, there, takes="yes")
    one = referral(elm_street)
    assert one.acceptance == "accepted"
    assert "The patient can be seen." in client.get(there).text
    send(client, there, came="no")
    assert referral(elm_street).attendance == "no-show"


def _day(days: int) -> str:
    return f"{(timezone.now() + timedelta(days=days)).date():%Y-%m-%d}"


REFUSED = {
    "nothing at all": ({}, "Choose at least one answer."),
    "no without why": ({"takes": "no"}, "Say why the patient cannot be seen."),
    "no and an appointment": (
        {"takes": "no", "because": "other", "day": _day(9), "at": "09:00"}, "It says no",
    ),
    "a day without a time": ({"day": _day(9)}, "Give both the day and the time."),
    "a time without a day": ({"at": "09:00"}, "Give both the day and the time."),
    "a day long ago": ({"day": "1999-01-01", "at": "09:00"}, "Check the year"),
    "no day": ({"day": "soon", "at": "09:00"}, "Give the day of the appointment"),
    "no time": ({"day": _day(9), "at": "noonish"}, "Give the time of the appointment"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_told_is_said_and_changes_nothing(elm_street, invited, case):
    client, there = let_in(invited)
    said, words = REFUSED[case]
    page = send(client, there, **said)
    assert page.status_code == 422
    assert words in page.text
    with elm_street.scoped():
        assert not Fact.objects.exists()


def test_a_form_without_its_name_is_not_told(elm_street, invited):
    client, there = let_in(invited)
    assert client.post(there, {"takes": "yes", "sending": "x"}).status_code == 422
    assert referral(elm_street).acceptance == "pending"


def test_a_forged_link_says_nothing_of_any_practice(invited):
    page = Client().get("/answer/" + "x" * 43 + "/")
    assert page.status_code == 410
    assert "Elm Street" not in page.text
    assert PHONE not in page.text
    assert "Call the practice that sent you the referral" in page.text


@pytest.mark.parametrize("how", ["expired", "revoked", "closed", "locked"])
def test_a_genuine_link_that_does_not_live_says_whom_to_call(elm_street, invited, right_now, how):
    client, there = let_in(invited)
    with elm_street.scoped():
        row = Invitation.objects.get()
        if how == "expired":
            Invitation.objects.update(
                made_at=right_now - timedelta(days=61), expires_at=right_now - timedelta(days=1)
            )
        elif how == "revoked":
            operations.revoke_invitation(invitation_id=row.pk, actor=SETUP, now=right_now)
        elif how == "closed":
            operations.close(referral_id=row.referral_id, because=Closure.DUPLICATE, actor=SETUP,
                             now=right_now)  # fmt: skip
        else:
            Invitation.objects.update(locked_at=right_now)
    pages = [
        Client().get(link(invited)), Client().post(link(invited), {"code": invited.code}),
        Client().post("/answer/", {"code": invited.code}), client.get(there),
        client.post(there, {"takes": "yes", "sending": str(uuid4())}),
    ]  # fmt: skip
    for page in pages:
        assert (page.status_code, PHONE in page.text) == (410, True)
        assert not any(word in page.text for word in PHI)
    assert len({re.sub(r'csrf\w+" value="\w+"', "", page.text) for page in pages}) == 1
    with elm_street.scoped():
        assert not Fact.objects.exists()


def test_wrong_codes_on_a_link_shut_it_and_tell_a_person(elm_street, invited):
    client = Client()
    answers = [client.post(link(invited), {"code": WRONG}) for _ in range(5)]
    assert [one.status_code for one in answers] == [422] * 4 + [410]
    assert "This code opens nothing" in answers[0].text
    assert Client().get(link(invited)).status_code == 410
    with elm_street.scoped():
        [work] = operations.open_work(Referral.objects.get().pk).values()
    assert work == "code-locked"


def test_who_guesses_codes_must_wait_and_so_must_who_sends_too_often(invited, settings):
    settings.ACCOUNT_RATE_LIMITS = ACCOUNT_RATE_LIMITS
    guesser = Client()
    answers = [guesser.post("/answer/", {"code": WRONG}).status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert elsewhere.post("/answer/", {"code": invited.code}).status_code == 302
    cache.clear()
    client, there = let_in(invited)
    codes_seen = [
        client.post(there, {"takes": "yes", "sending": str(uuid4())}).status_code for _ in range(31)
    ]
    assert codes_seen == [302] * 30 + [429]


def test_half_a_code_is_told_from_a_wrong_one_and_costs_no_try(elm_street, invited):
    page = Client().post(link(invited), {"code": "K7QP"})
    assert "12 letters and digits" in page.text
    with elm_street.scoped():
        assert Invitation.objects.get().tries == 0


def test_it_speaks_the_language_that_was_chosen(invited, signed_in, elm_street):
    client = Client(headers={"accept-language": "en"})
    assert client.get("/answer/?language=es").url == "/answer/"
    assert 'lang="es"' in client.get("/answer/").text.partition("<head>")[0]
    assert client.cookies["django_language"]["path"] == "/answer/"
    member = signed_in(elm_street.cora, **{"accept-language": "es"})
    assert 'lang="es"' in member.get("/answer/").text.partition("<head>")[0]


def test_what_is_written_to_the_log_holds_no_secret(invited, caplog):
    client, _ = let_in(invited)
    client.get(link(invited))
    said = " ".join(f"{vars(record)}" for record in caplog.records)
    token = link(invited).split("/")[2]
    ours = [one for one in caplog.records if one.name == "clearchart.request"]
    assert ours
    assert all(token not in str(vars(one)) for one in ours)
    assert invited.code not in said


def faxed(client, code, **said):
    return client.post("/referrals/faxed-back/", {
        "sending": handed_out(client, "/referrals/faxed-back/"), "code": code, **said,
    })  # fmt: skip


def test_a_sheet_that_was_faxed_back_is_copied_by_its_code(elm_street, invited, signed_in):
    cora = signed_in(elm_street.cora)
    done = faxed(cora, invited.code.replace("-", " ").lower(), takes="yes")
    assert done.status_code == 302
    assert "Mar 2, 1991" in cora.get(done.url).text
    assert referral(elm_street).acceptance == "accepted"
    with elm_street.scoped():
        fact = Fact.objects.get()
        assert (fact.source, fact.member_id) == ("fax", elm_street.cora.pk)


def test_a_code_of_nobody_or_of_another_practice_is_refused(
    elm_street, oak_street, invited, signed_in
):
    for member, code in ((elm_street.cora, WRONG), (oak_street.olu, invited.code)):
        page = faxed(signed_in(member), code, takes="yes")
        assert page.status_code in (422, 403)
        assert "MARSH" not in page.text
    assert referral(elm_street).acceptance == "pending"
