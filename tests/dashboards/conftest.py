"""A morning at Elm Street, and signed-in clients."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.accounts.signing_in import prove
from tests.dashboards.clinic import open_morning
from tests.foundations import lay
from tests.people import open_elm_street, open_oak_street

LONG_AGO = timezone.now() - timedelta(days=600)


@pytest.fixture
def right_now():
    """Screens read the clock, so what they show is made as of now."""
    return timezone.now()


@pytest.fixture
def elm_street(db):
    """Open long enough for a history."""
    return lay(open_elm_street, now=LONG_AGO)


@pytest.fixture
def oak_street(db):
    return lay(open_oak_street, now=LONG_AGO)


@pytest.fixture
def morning(elm_street, right_now):
    """Tasks by their titles."""
    with elm_street.scoped():
        return open_morning(elm_street, now=right_now - timedelta(seconds=1))


@pytest.fixture
def signed_in():
    """A client for a member."""

    def client(member, **headers) -> Client:
        made = Client(headers=headers)
        made.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        prove(made)
        return made

    return client
