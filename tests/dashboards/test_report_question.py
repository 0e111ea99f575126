"""Whether the question was answered, asked on the review task of the report itself."""

import pytest
from django.db import transaction

from charts.values import CONSULT_NOTE, Code, ItemKind, ItemStatus
from referrals import operations
from referrals.models import Fact, Referral
from referrals.states import Axis
from routing.models import Task
from tests.dashboards.referral_scene import open_referrals
from tests.people import SETUP
from tests.reports import DIAZ, bring, patient, report

pytestmark = pytest.mark.django_db

ASKS = "Was the question answered?"


@pytest.fixture
def review(elm_street, right_now) -> tuple[Task, Referral]:
    """Of a consult report that was matched to the referral that asked for it."""
    with elm_street.scoped(), transaction.atomic():
        pk = open_referrals(elm_street, right_now)["ordered"]
        note = report(
            ItemKind.DOCUMENT, ItemStatus.FINAL, key="D-77", issued_at=right_now, author=DIAZ,
            code=Code("11488-4", "Cardiology consult"), details={"document_type": CONSULT_NOTE},
        )  # fmt: skip
        task = bring(note, now=right_now, of=patient("610000"))
        operations.match(referral_id=pk, report_id=task.item_id, actor=SETUP, now=right_now)
    return task, fresh(elm_street, pk)


def fresh(elm, pk) -> Referral:
    with elm.scoped(), transaction.atomic():
        return Referral.objects.get(pk=pk)


def answer(client, task, referral, **said):
    form = {"version": referral.version, "task": task.pk, "back": "/queue/", **said}
    return client.post(f"/referrals/{referral.pk}/answered/", form)


def facts(elm, referral) -> list[Fact]:
    with elm.scoped(), transaction.atomic():
        return list(Fact.objects.filter(referral=referral, axis=Axis.ANSWER))


def test_the_task_shows_the_question_and_takes_yes(elm_street, review, signed_in):
    task, referral = review
    client = signed_in(elm_street.diaz)
    for headers in ({}, {"HX-Request": "true"}):
        page = client.get(f"/tasks/{task.pk}/", headers=headers).text
        assert ASKS in page
        assert "Is it the valve, and may she go on running?" in page
    said = answer(client, task, referral, answered="yes", missing="not kept")
    assert said.url == f"/tasks/{task.pk}/?back=/queue/&said=referral-said"
    assert fresh(elm_street, referral.pk).question_answered == "yes"
    (fact,) = facts(elm_street, referral)
    assert (fact.detail, fact.member_id) == ({}, elm_street.diaz.pk)
    page = client.get(f"/tasks/{task.pk}/").text
    assert "Not answered, ask again" not in page
    assert f'href="/referrals/{referral.pk}/"' in page


def test_no_says_what_is_missing_and_somebody_waits_again(elm_street, review, signed_in):
    task, referral = review
    client = signed_in(elm_street.diaz)
    answer(client, task, referral, answered="no", missing="Nothing about running")
    kept = fresh(elm_street, referral.pk)
    assert (kept.question_answered, kept.is_open) == ("no", True)
    (fact,) = facts(elm_street, referral)
    assert fact.detail == {"missing": "Nothing about running"}
    assert "Nothing about running" in client.get(f"/referrals/{referral.pk}/").text


def test_who_may_not_answer_reads_why_and_changes_nothing(elm_street, review, signed_in):
    task, referral = review
    client = signed_in(elm_street.cora)
    page = client.get(f"/tasks/{task.pk}/").text
    section = page.partition(ASKS)[2].partition("</section>")[0]
    assert "can say whether a report answers its question" in section
    assert "<button" not in section
    assert answer(client, task, referral, answered="yes").status_code == 403
    assert facts(elm_street, referral) == []


def test_an_answer_to_what_was_changed_meanwhile_is_not_saved(elm_street, review, signed_in):
    task, referral = review
    with elm_street.scoped(), transaction.atomic():
        operations.tell_patient(referral_id=referral.pk, actor=SETUP, now=referral.ordered_at)
    late = answer(signed_in(elm_street.diaz), task, referral, answered="yes")
    assert late.url.endswith("&said=referral-changed")
    assert facts(elm_street, referral) == []


def test_in_the_pane_the_answer_leads_back_into_the_pane(elm_street, review, signed_in):
    task, referral = review
    form = {"version": referral.version, "task": task.pk, "answered": "yes"}
    headers = {"HX-Request": "true"}
    page = signed_in(elm_street.diaz).post(f"/referrals/{referral.pk}/answered/", form,
                                           headers=headers, follow=True)  # fmt: skip
    assert "Written down." in page.text
    assert "<html" not in page.text


def test_a_report_of_no_referral_asks_nothing(elm_street, review, signed_in, right_now):
    task, referral = review
    with elm_street.scoped(), transaction.atomic():
        operations.unmatch(report_id=task.item_id, referral_id=referral.pk, actor=SETUP,
                           now=right_now)  # fmt: skip
    assert ASKS not in signed_in(elm_street.diaz).get(f"/tasks/{task.pk}/").text
