"""A password changed, and one forgotten: in the product's own pages and words."""

import re

import pytest
from django.core import mail
from django.test import Client

from tests.accounts.signing_in import come_in
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "a calm morning in may"


def test_a_password_is_changed_and_ends_every_other_session(elm_street):
    here, elsewhere = come_in(elm_street.nora), come_in(elm_street.nora)
    page = here.get("/accounts/password/change/").text
    assert 'class="stand"' in page
    assert page.count("<label") == 3
    said = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert (
        "Your password is changed."
        in here.post("/accounts/password/change/", said, follow=True).text
    )
    assert here.get("/queue/").status_code == 200
    assert elsewhere.get("/queue/").status_code == 302
    assert come_in(elm_street.nora, password=NEW).get("/queue/").status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"oldpassword": "x"}, {"password1": "short", "password2": "short"},
              {"password2": "another one"}],
)  # fmt: skip
def test_what_was_wrong_stands_at_its_field(elm_street, wrong):
    said = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW} | wrong
    answer = come_in(elm_street.nora).post("/accounts/password/change/", said)
    field = re.search(r'id="e-(\w+)"', answer.text)[1]
    assert field in said
    assert f'aria-describedby="e-{field}"' in answer.text
    assert "There is a problem" in answer.text


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(elm_street):
    client = Client()
    assert "Password forgotten" in client.get("/accounts/password/reset/").text
    answer = client.post(
        "/accounts/password/reset/", {"email": elm_street.nora.user.email}, follow=True
    )
    assert "If that address is known here" in answer.text
    (letter,) = mail.outbox
    assert letter.subject == "A new password for ClearChart"
    assert "Nora" not in letter.body
    link = re.search(r"http\S+", letter.body)[0]
    form = client.get(link, follow=True)
    assert "Choose a new password" in form.text
    done = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW}, follow=True)
    assert "Sign in with the new one." in done.text
    assert come_in(elm_street.nora, password=NEW).get("/queue/").status_code == 200
    assert "This link does not work any more" in Client().get(link, follow=True).text


def test_an_unknown_address_gets_the_same_answer_and_no_letter(elm_street):
    answer = Client().post(
        "/accounts/password/reset/", {"email": "nobody@elm.example"}, follow=True
    )
    assert "If that address is known here" in answer.text
    assert mail.outbox == []


def test_too_many_attempts_are_answered_in_our_words(elm_street, settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    answers = [
        Client().post("/accounts/password/reset/", {"email": "nobody@elm.example"})
        for _ in range(2)
    ]
    assert answers[1].status_code == 429
    assert "Wait a few minutes, then try again." in answers[1].text
