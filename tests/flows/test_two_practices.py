"""Every address of the product, called as one practice with every id of the other.

The answer is that of an id nobody has, and nothing of the other practice changes. Addresses are
taken from the
resolver, so a new view is in the walk the day it is written.
"""

import re
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Membership
from accounts.roles import Role
from charts.models import Patient
from referrals.operations import Opening, open_by_hand
from tenants.models import PracticeModel
from tests.accounts.signing_in import prove
from tests.flows.doors import bring, sweep
from tests.messages import oru
from tests.people import SETUP

pytestmark = pytest.mark.django_db

NOBODYS = UUID("01900000-0000-7000-8000-000000000000")
CODES = (
    "claim",
    "release",
    "acknowledge",
    "hold",
    "resume",
    "assign",
    "copy",
    "complete",
    "cancel",
    "reopen",
    "undo",
    "note",
    "read",
    "informed",
    "take-back",
    "await-final",
    "declined",
    "match",
    "close",
    "write",
    "consent",
    "contact",
)
BODY_NAMES = (
    "task",
    "tasks",
    "ids",
    "id",
    "to",
    "member",
    "queue",
    "owner",
    "practice",
    "practice_id",
    "message",
    "patient",
)
FOREIGN = ("allauth", "account_", "openid")


def patterns(resolver=None, prefix=""):
    for one in (resolver or get_resolver()).url_patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, path)
        elif isinstance(one, URLPattern):
            yield path, one


def addresses(value: UUID) -> list[str]:
    """Each address with this id in every place that takes one; addresses that take none are
    called with queries."""
    found = []
    for path, _ in patterns():
        if path.startswith("accounts/"):
            continue
        filled = re.sub(r"<uuid:\w+>", str(value), path).replace("^", "").replace("$", "")
        for word, known in (("slug", "oak-lab"), ("specialty", "any"), ("urgency", "any")):
            filled = filled.replace(f"<slug:{word}>", known)
        found += (
            [filled.replace("<slug:code>", code) for code in CODES]
            if "<slug:code>" in filled
            else [filled]
        )
    return sorted({"/" + address for address in found})


@pytest.fixture
def everybody(elm_street):
    """One person of Elm Street who may do all that anybody there may do."""
    with elm_street.scoped():
        Membership.objects.filter(pk=elm_street.ira.pk).update(roles=[role.value for role in Role])
    return elm_street.ira


def ids_of(practice) -> dict[str, list[UUID]]:
    with practice.scoped():
        return {
            model._meta.label: list(model.objects.values_list("pk", flat=True))
            for model in apps.get_models()
            if issubclass(model, PracticeModel)
        }


def state_of(practice) -> str:
    """A digest of every row of the practice."""
    with practice.scoped(), connection.cursor() as cursor:
        parts = []
        for model in apps.get_models():
            if issubclass(model, PracticeModel):
                digest = "md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
                cursor.execute(f"SELECT {digest} FROM {model._meta.db_table} t")
                parts.append(f"{model._meta.label}={cursor.fetchone()[0]}")
        return ";".join(parts)


def seen(answer, value: UUID) -> tuple:
    """What the answer gives away: status, headers and words, the asked id and the noise of one
    request left out."""
    text = answer.content.decode(errors="replace") if not answer.streaming else ""
    for form in (str(value), value.hex):
        text = text.replace(form, "ID")
    text = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", text)
    text = re.sub(r'"(request_id|instance|trace)":\s*"[^"]*"', "", text)
    location = answer.headers.get("Location", "").replace(str(value), "ID")
    return answer.status_code, location, text


def with_work(elm, oak, now) -> None:
    bring(
        oak.feed,
        oru(control="1", flag="HH", value="6.8", mrn="O-1", family="OAKLEY"),
        oru(control="2", order="L-2", pid=False),
        now=now,
    )
    sweep(oak.feed, now=now)
    bring(elm.lab, oru(control="1", flag="H"), now=now)
    sweep(elm.lab, now=now)
    with oak.scoped():
        opening = Opening(patient_id=Patient.objects.get().pk, number="N-1", ordered_at=now)
        open_by_hand(opening=opening, actor=SETUP, now=now)


def test_every_address_answers_anothers_id_as_nobodys(
    client, elm_street, oak_street, everybody, now
):
    with_work(elm_street, oak_street, now)
    client.force_login(everybody.user, backend="django.contrib.auth.backends.ModelBackend")
    prove(client)
    client.raise_request_exception = False
    theirs, before, differing = ids_of(oak_street), state_of(oak_street), []
    nobodys = {
        (method.__name__, address): seen(method(address), NOBODYS)
        for address in addresses(NOBODYS)
        if str(NOBODYS) in address
        for method in (client.get, client.post)
    }
    assert len(nobodys) > 40
    for label in (
        "routing.Task",
        "integrations.InboundMessage",
        "accounts.Membership",
        "routing.Queue",
        "charts.Patient",
        "referrals.Referral",
    ):
        value = theirs[label][-1]
        for name, address in nobodys:
            asked = address.replace(str(NOBODYS), str(value))
            if seen(getattr(client, name)(asked), value) != nobodys[name, address]:
                differing.append((name, address, label))
    assert differing == []
    assert state_of(oak_street) == before


def test_no_field_of_a_form_or_query_reaches_another_practice(
    client, elm_street, oak_street, everybody, now
):
    with_work(elm_street, oak_street, now)
    client.force_login(everybody.user, backend="django.contrib.auth.backends.ModelBackend")
    prove(client)
    client.raise_request_exception = False
    with elm_street.scoped():
        mine = ids_of(elm_street)["routing.Task"][0]
    before, leaks = state_of(oak_street), []
    flat = [
        a
        for a in addresses(mine)
        if "<" not in a
        and "/integrations/" not in a
        and "readyz" not in a
        and a != "/lock/"  # it would hide all that comes after it
    ]
    theirs = ids_of(oak_street)
    for label in ("routing.Task", "routing.Queue", "accounts.Membership", "charts.Patient"):
        value = theirs[label][-1]
        fields = {name: str(value) for name in BODY_NAMES} | {"reason": "x", "outcome": "discussed"}
        for address in flat:
            for answer in (client.get(address, fields), client.post(address, fields)):
                if b"OAKLEY" in answer.content or b"Oakley" in answer.content:
                    leaks.append(address)
                assert answer.status_code < 500, address
    assert leaks == []
    assert state_of(oak_street) == before
