"""What a physician did with the last three results of a test is suggested for the next."""

from datetime import timedelta

import pytest

from audit.actors import Actor
from routing import operations as routing
from routing.models import Outcome, Task
from tests.dashboards.clinic import Report, arrive

pytestmark = pytest.mark.django_db

SAID = "as you did with the last three like it"
FOLLOW_UP, REFERRED = Outcome.FOLLOW_UP, Outcome.REFERRED


def glucose(elm, now, *, who: int, flag: str = "H") -> Task:
    number = 480 if flag == "HH" else 180
    report = Report(who, "Glucose", "2345-7", 5, [("2345-7", number, flag)])
    with elm.scoped():
        return arrive(report, 900 + who, now=now)


def diaz_closes(elm, outcomes, *, now) -> None:
    for who, outcome in enumerate(outcomes):
        task = glucose(elm, now, who=who)
        with elm.scoped():
            routing.complete(
                task_id=task.pk, member=elm.diaz, outcome=outcome, actor=Actor.person(elm.diaz),
                now=now + timedelta(seconds=who),
            )  # fmt: skip


@pytest.mark.parametrize(
    ("outcomes", "suggested"),
    [
        ([FOLLOW_UP] * 3, True),
        ([REFERRED, FOLLOW_UP, FOLLOW_UP, FOLLOW_UP], True),
        ([FOLLOW_UP] * 2, False),
        ([FOLLOW_UP, REFERRED, FOLLOW_UP], False),
    ],
)
def test_three_alike_are_a_habit(elm_street, right_now, signed_in, outcomes, suggested):
    diaz_closes(elm_street, outcomes, now=right_now)
    task = glucose(elm_street, right_now, who=9)
    text = signed_in(elm_street.diaz).get(f"/tasks/{task.pk}/").text
    assert (SAID in text) is suggested
    if suggested:
        assert "Suggested: <kbd>4</kbd> Follow-up ordered" in text


def test_nothing_is_suggested_for_a_critical_result(elm_street, right_now, signed_in):
    diaz_closes(elm_street, [FOLLOW_UP] * 3, now=right_now)
    task = glucose(elm_street, right_now, who=9, flag="HH")
    assert SAID not in signed_in(elm_street.diaz).get(f"/tasks/{task.pk}/").text


def test_the_habit_of_one_is_not_suggested_to_another(elm_street, right_now, signed_in):
    diaz_closes(elm_street, [FOLLOW_UP] * 3, now=right_now)
    task = glucose(elm_street, right_now, who=9)
    assert SAID not in signed_in(elm_street.nora).get(f"/tasks/{task.pk}/").text
