"""What routing refuses and keeps, in the language of whoever reads it."""

from datetime import timedelta

import pytest
from django.utils import translation

from accounts.roles import Role
from routing.authority import Authority
from routing.categories import Category
from routing.friction import CELLS, cell_of
from routing.models import Outcome, Stage
from routing.said import spoken
from routing.starter import RULES
from routing.states import Move, MoveNotAllowed, TaskStatus, after


@pytest.fixture
def spanish():
    with translation.override("es"):
        yield


def test_kinds_outcomes_and_stages_have_spanish_names(spanish):
    assert Category.RESULT_REVIEW.label == "Revisión de resultado"
    assert Outcome.DISCUSSED.label == "Conversado con el paciente"
    assert [str(one.label) for one in Stage] == [
        "Sin tomar", "Con una persona", "En espera, en pausa", "Escaladas",
    ]  # fmt: skip


@pytest.mark.parametrize("rule", [rule[0] for rule in RULES])
def test_every_rule_of_the_starter_pack_is_said_in_spanish(rule, spanish):
    assert spoken(rule) != rule


def test_what_people_wrote_stays_as_they_wrote_it(spanish):
    assert spoken("Call her son first") == "Call her son first"
    assert spoken("") == ""


def test_who_may_close_what_is_refused_in_spanish(now, spanish):
    held = Authority(now=now, versions={}, zone=now.tzinfo)
    refused = held.may_close(
        [Role.NURSE], category=Category.QUARANTINED_MESSAGE, severity="", queue_role=Role.IT
    )
    assert refused
    refused = held.may_close(
        [Role.IT], category=Category.RESULT_REVIEW, severity="critical", queue_role=Role.NURSE
    )
    assert refused.reason == (
        "Para cerrar un resultado crítico hace falta la función de enfermería o médico."
    )


def test_every_kind_of_work_that_is_delegated_has_a_spanish_name(spanish):
    assert {cell.words for cell in CELLS}.isdisjoint({"abnormal results", "refill tasks"})
    assert cell_of(Category.REFILL, "", Role.NURSE).words == "tareas de resurtido"


def test_a_day_ahead_is_a_weekday_and_then_a_date(now, spanish):
    held = Authority(now=now, versions={}, zone=now.tzinfo)
    assert held.day(now + timedelta(days=1)).islower()
    assert str((now + timedelta(days=30)).year) in held.day(now + timedelta(days=30))


def test_a_move_that_is_not_allowed_says_so_in_words(spanish):
    with pytest.raises(MoveNotAllowed, match=r"está cerrada .*: retomada"):
        after(Move.RESUME, TaskStatus.COMPLETED)
