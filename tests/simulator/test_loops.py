"""The referrals of the demo live: each life occurs, and nothing is told before it happened."""

from collections import Counter
from datetime import timedelta

import pytest

from charts.models import Patient
from charts.values import Code, ItemKind, ItemStatus
from config.demo import loops
from integrations.simulator.stories import Number
from outbox import operations as outbox
from outbox.consent import Basis, ConsentSource, PatientWay
from outbox.models import Intent
from referrals.models import CadenceStep, Fact, Referral
from tenants.models import Topic, Wake
from tests.people import SETUP
from tests.reports import DIAZ, file, report

pytestmark = pytest.mark.django_db


def test_each_life_is_lived_and_the_story_that_nobody_answered_is_left_alone(elm_street, now):
    now += timedelta(days=51)  # there were rules all the time
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


def test_whoever_does_not_answer_was_chased_on_its_day_and_nothing_waits_twice(elm_street, now):
    began, now = now, now + timedelta(days=20)
    with elm_street.scoped():
        outbox.set_letterhead(name="Elm Street", phone="+12025550100", actor=SETUP, now=began)
        order = report(ItemKind.REFERRAL, ItemStatus.ACTIVE, key="R-1", issued_at=began,
                       orderer=DIAZ, code=Code("C", "Referral to Cardiology"))  # fmt: skip
        file(order, now=began, source="elm-ehr")
        Patient.objects.update(phone="+12025550123")
        outbox.record_consent(
            patient_id=Patient.objects.get().pk, way=PatientWay.SMS, bases=list(Basis), given=True,
            source=ConsentSource.FORM, at=began, actor=SETUP, now=began,
        )  # fmt: skip
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loops, "LIVES", (loops.Life((loops.SENT,)),))
            loops.live("a day", now=now)
        steps = CadenceStep.objects.order_by("fired_at", "row")
        assert [((one.fired_at - began).days, one.row) for one in steps] == [
            (1, "first-nudge"), (7, "ask-specialist"), (7, "second-nudge"), (14, "coordinate"),
        ]  # fmt: skip
        [text] = Intent.objects.filter(channel="sms")
        assert (text.state, (text.sent_at - began).days) == ("delivered", 1)
        assert not Wake.objects.filter(topic__in=(Topic.CADENCE, Topic.INTENT), at__lte=now)
