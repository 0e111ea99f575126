"""The referrals of the demo live: each life occurs, and nothing is told before it happened."""

from collections import Counter
from datetime import timedelta

import pytest

from charts.values import Code, ItemKind, ItemStatus
from config.demo import loops
from integrations.simulator.stories import Number
from referrals.models import Fact, Referral
from tests.reports import DIAZ, file, report

pytestmark = pytest.mark.django_db


def test_each_life_is_lived_and_the_story_that_nobody_answered_is_left_alone(elm_street, now):
    with elm_street.scoped():
        for nth in range(len(loops.LIVES)):
            at = now - timedelta(days=50, minutes=nth)
            order = report(ItemKind.REFERRAL, ItemStatus.ACTIVE, key=f"R-{nth}", issued_at=at,
                           orderer=DIAZ, code=Code("C", "Referral to Cardiology"))  # fmt: skip
            file(order, now=at, source="elm-ehr")
        told = report(ItemKind.REFERRAL, ItemStatus.ACTIVE, key=Number.REFERRAL, issued_at=now)
        file(told, now=now, source="elm-ehr")
        loops.live("a day", now=now)
        steps = Counter(Referral.objects.values_list("step", flat=True))
        closed = set(Referral.objects.exclude(closed_because="").values_list(
            "closed_because", flat=True))  # fmt: skip
        assert len(steps) >= 5
        assert closed == {"patient-declined", "unreachable", "specialist-declined"}
        assert not Fact.objects.filter(told_at__gt=now).exists()
        assert not Fact.objects.exclude(held="").exists()
        story = Referral.objects.get(item__key=Number.REFERRAL)
        assert not Fact.objects.filter(referral=story).exists()
