"""Elm Street in scope, with an abnormal result of Dr Diaz's."""

import pytest

from charts.values import Severity
from tests.reports import bring, graded


@pytest.fixture
def elm(elm_street):
    with elm_street.scoped():
        yield elm_street


@pytest.fixture
def task(elm, now):
    return bring(graded(Severity.ABNORMAL), now=now)
