"""Targets, rungs and reasons as Spanish says them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from accounts.roles import Role
from charts.values import Priority
from escalation import gaps, phrases
from escalation.ladder import Aim, Anchor, Measure
from escalation.models import Action, ClockKind, LadderStep, Receiver, Target
from routing.categories import Category

MADE_UP = uuid4()


@pytest.fixture(autouse=True)
def _spanish():
    with translation.override("es"):
        yield


def step(**more) -> LadderStep:
    return LadderStep(
        practice_id=MADE_UP, **{"action": Action.PAGE, "receiver": Receiver.ON_CALL, **more}
    )


@pytest.mark.parametrize(
    ("aim", "words"),
    [
        (Aim(1, Measure.BUSINESS_DAYS), "1 día hábil"),
        (Aim(3, Measure.BUSINESS_DAYS), "3 días hábiles"),
        (Aim(90, Measure.BUSINESS), "1 h 30 min de horas hábiles"),
        (Aim(15, Measure.CLOCK), "15 min, día y noche"),
        (Aim(0, Measure.END_OF_BUSINESS_DAY), "el fin del mismo día hábil"),
        (Aim(2, Measure.END_OF_BUSINESS_DAY), "el fin del 2.º día hábil siguiente"),
    ],
)
def test_a_length_of_time_is_said_in_spanish(aim, words):
    assert phrases.aim_words(aim) == words


def test_what_a_target_holds_for():
    assert phrases.scope_words(Target(practice_id=MADE_UP)) == "Todo el resto del trabajo"
    urgent = Target(practice_id=MADE_UP, priority=Priority.URGENT, category=Category.RESULT_REVIEW)
    assert phrases.scope_words(urgent) == "Revisión de resultado (Urgente)"


@pytest.mark.parametrize(
    ("rung", "words"),
    [
        (step(clock=ClockKind.CLOSE, after_amount=-10, after_measure=Measure.CLOCK),
         "10 min antes del plazo de cierre: avisar con urgencia a quien esté de guardia."),
        (step(receiver=Receiver.ROLE, role=Role.NURSE, after_amount=0),
         "Al vencimiento: avisar con urgencia a todo el personal con la función de enfermería."),
        (step(anchor=Anchor.END_OF_DAY, receiver=Receiver.LEADS, action=Action.TELL),
         "Al fin del día: informar a supervisión y gerencia, o si no todo el personal."),
        (step(after_amount=5, after_measure=Measure.CLOCK, until_done=True, every_minutes=5,
              day_and_night=True),
         ("5 min después del vencimiento: avisar con urgencia a quien esté de guardia; después "
          "cada 5 min, hasta que alguien lo haga, día y noche.")),
    ],
)  # fmt: skip
def test_a_rung_is_one_spanish_sentence(rung, words):
    assert phrases.rung_words(rung) == words


def test_days_of_a_gap_have_spanish_names():
    begin = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
    zone = ZoneInfo("America/New_York")
    said = gaps.span(begin, begin + timedelta(days=1), zone, now=begin - timedelta(hours=1))
    assert said == "desde sáb 08:00 hasta dom 08:00"
    far = gaps.span(begin, begin + timedelta(days=9), zone, now=begin)
    assert far == "desde ahora hasta lun 30 nov 08:00"
