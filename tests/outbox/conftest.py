"""Elm Street with policies and phones, and a provider that signs what it sends back."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from charts.values import Severity
from escalation import engine, starter
from integrations.webhooks import twilio
from outbox import addresses
from outbox.models import Channel, Contact, Intent
from outbox.states import IntentState
from tenants import scope
from tests.foundations import lay
from tests.people import SETUP, Elm, open_elm_street
from tests.reports import bring, graded

TOKEN = "a-token-of-the-tests"
PUBLIC = "https://clearchart.example"
PHONE = "+12025550101"
SECOND = "+12025550102"
A_MONTH_AGO = timezone.now() - timedelta(days=30)


@pytest.fixture(autouse=True)
def _provider(settings):
    settings.TWILIO_AUTH_TOKEN, settings.PUBLIC_URL = TOKEN, PUBLIC


@pytest.fixture
def right_now():
    """Call-backs read the clock, so what they are about is made as of now."""
    return timezone.now()


@pytest.fixture
def elm(db) -> Elm:
    """Dr Diaz and Sam have phones; Dr Diaz can be called too."""
    return lay(open_with_phones, now=A_MONTH_AGO)


def open_with_phones(*, now) -> Elm:
    elm = open_elm_street(now=now)
    with elm.scoped(), transaction.atomic():
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=now + timedelta(days=1))
        add(elm.diaz, PHONE)
        add(elm.diaz, PHONE, channel=Channel.VOICE, position=1)
        add(elm.sam, SECOND)
    return elm


def add(member, address, *, channel=Channel.SMS, position=0) -> Contact:
    return Contact.objects.create(
        member=member, channel=channel, address=address, position=position,
        verified_at=timezone.now(),
    )  # fmt: skip


def critical(elm, now, *, key="L-1"):
    """A critical result whose page to Dr Diaz is out: the task, and the intent of the page."""
    begun = now - timedelta(seconds=90)
    with elm.scoped(), transaction.atomic():
        report = replace(graded(Severity.CRITICAL, key=key), issued_at=begun)
        task = bring(report, now=begun)
        sweep(now)
        page = Intent.objects.get(task=task, channel=Channel.SMS, member=elm.diaz)
    return task, page


def sent(elm, page, *, sid="SM1") -> None:
    """The provider has it, as the sender would have written it."""
    with elm.scoped(), transaction.atomic():
        Intent.objects.filter(pk=page.pk).update(
            state=IntentState.SENT, provider_id=sid, fence=1, attempts=1, sent_at=page.created_at
        )


def sweep(now) -> None:
    while engine.sweep_tasks(now=now) + engine.sweep_clocks(now=now):
        pass


def post(address: str, form: dict[str, str], *, token=TOKEN, signed_for: str = "", signature=None):
    """As the provider posts: to our path, signed over the public address."""
    parts = urlsplit(address)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    made = twilio.sign(signed_for or PUBLIC + path, form.items(), token=token)
    headers = {"X-Twilio-Signature": made if signature is None else signature}
    return Client(headers=headers).post(
        path, urlencode(form), content_type="application/x-www-form-urlencoded"
    )


def intents(elm, **which) -> list[Intent]:
    with elm.scoped(), transaction.atomic():
        return list(Intent.objects.filter(**which).order_by("created_at", "pk"))


def status_of(practice_id, intent_id) -> str:
    with scope.scoped(practice_id):
        return addresses.status(intent_id)


def voice_of(practice_id, intent_id) -> str:
    with scope.scoped(practice_id):
        return addresses.voice(intent_id)


def reply_of(practice_id) -> str:
    with scope.scoped(practice_id):
        return addresses.reply()
