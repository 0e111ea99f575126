"""Whoever reads Spanish reads nothing else: of the screens, that is; a result stays as it came."""

import re
from html import unescape

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import Membership
from accounts.roles import Role
from audit.models import AuditEvent
from config.catalogues import CATALOGUES
from config.catalogues.keeping import held
from tests.people import admit

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = [
    "/queue/", "/team/", "/escalations/", "/backlog/", "/staff/", "/hours/", "/coverage/",
    "/reach/", "/notices/", "/preferences/", "/status/", "/more/", "/search/", "/staff/people/",
    "/referrals/", "/referrals/open/", "/referrals/list/",
]  # fmt: skip
ENGLISH = {
    one.msgid
    for catalogue in CATALOGUES
    for one in held(catalogue)
    if one.msgid not in (one.msgstr, *one.msgstr_plural.values()) and "%(" not in one.msgid
} - {"Clear", "Chart"}
"""What the screens say in English alone; the brand is not a word."""


def lines(page: str) -> set[str]:
    """What a person reads, line by line."""
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", "\n", page, flags=re.DOTALL)
    return {one.strip() for one in unescape(text).split("\n")}


def speaks(member: Membership, language: str) -> None:
    member.language = language
    member.save(update_fields=["language"])


def test_the_main_screens_hold_none_of_their_english_words(elm_street, right_now, signed_in):
    with elm_street.scoped(), transaction.atomic():
        manager = admit("Paula Reyes", Role.PRACTICE_MANAGER, now=right_now)
        speaks(manager, "es")
    client = signed_in(manager)
    pages = {address: client.get(address).text for address in SCREENS}
    assert [address for address, page in pages.items() if '<html lang="es"' not in page] == []
    left = {address: lines(page) & ENGLISH for address, page in pages.items()}
    assert {address: words for address, words in left.items() if words} == {}


def test_a_member_s_language_is_kept_and_goes_before_the_browser_s(elm_street, signed_in):
    client = signed_in(elm_street.nora, accept_language="es")
    assert "Mi cola" in client.get("/queue/").text
    client.post("/preferences/", {"language": "en", "keys": "on"})
    assert "My queue" in client.get("/queue/").text
    with elm_street.scoped(), transaction.atomic():
        assert Membership.objects.get(pk=elm_street.nora.pk).language == "en"
        assert AuditEvent.objects.filter(action="member.preferences-changed").exists()


def test_a_language_that_is_not_spoken_here_is_not_kept(elm_street, signed_in):
    signed_in(elm_street.nora).post("/preferences/", {"language": "tlh"})
    with elm_street.scoped(), transaction.atomic():
        assert Membership.objects.get(pk=elm_street.nora.pk).language == ""


def test_before_sign_in_the_browser_decides():
    page = Client(headers={"accept-language": "es-US,es;q=0.9"}).get("/accounts/login/").text
    assert "Iniciar sesión" in page
    assert "Sign in" in Client().get("/accounts/login/").text


def test_a_result_reads_the_same_in_spanish(elm_street, morning, signed_in):
    with elm_street.scoped(), transaction.atomic():
        speaks(elm_street.diaz, "es")
    task = morning["Potassium"]
    page = signed_in(elm_street.diaz).get(f"/tasks/{task.pk}/").text
    assert "6.8" in page
    assert "mmol/L" in page
