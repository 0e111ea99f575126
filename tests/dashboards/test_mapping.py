"""The screen of what is unmapped: who sees what, and that an answer does what its preview said."""

import pytest

from accounts.roles import Role
from audit.models import AuditEvent
from charts.models import Patient
from dashboards.queries import answering
from integrations import operations
from integrations.mapping import Resolved, Trial, Verdict
from integrations.models import Unmapped
from routing.models import Task
from tests.dashboards.clinic import HL7, send
from tests.people import SETUP, admit

pytestmark = pytest.mark.django_db

STRANGE = HL7.replace("3016-3^TSH^LN", "TSH^Thyrotropin^L").replace(
    "1234567893^Diaz^Ana", "77^Diaz^Ana"
).replace("PV1|1|O|ELM", "PV1|1|O|MAIN STREET")  # fmt: skip
NAMELESS = HL7.replace("508790^^^ELM^MR", "")


@pytest.fixture
def manager(elm_street, right_now):
    with elm_street.scoped():
        return admit("Mona Park", Role.PRACTICE_MANAGER, now=right_now)


@pytest.fixture
def strange(elm_street, right_now):
    with elm_street.scoped():
        send(elm_street, STRANGE.format(control="1"), now=right_now)
        send(elm_street, STRANGE.format(control="2"), now=right_now)
    return elm_street


def row(elm, kind) -> Unmapped:
    with elm.scoped():
        return Unmapped.objects.get(kind=kind)


def address(elm, kind) -> str:
    return f"/mapping/{row(elm, kind).pk}/"


@pytest.mark.parametrize("name", ["diaz", "nora", "max", "cora", "sam"])
def test_only_it_and_a_practice_manager_see_it(strange, signed_in, name):
    client = signed_in(getattr(strange, name))
    for place in ("/mapping/", address(strange, "code")):
        answer = client.get(place)
        assert answer.status_code == 403
        assert "Only a practice manager or IT can say what feeds mean." in answer.text


def test_the_list_says_what_came_how_often_and_what_waits(strange, signed_in):
    text = signed_in(strange.ira).get("/mapping/").text
    for said in ("Codes without LOINC", "TSH", "Thyrotropin", "Quest lab", "2 open tasks",
                 "3 answers wanted.", "Every patient came with a number."):  # fmt: skip
        assert said in text


def test_with_nothing_to_answer_each_kind_says_so(elm_street, signed_in):
    text = signed_in(elm_street.ira).get("/mapping/").text
    assert "Nothing is unmapped." in text
    assert text.count('class="hint"') == 6


def test_what_is_sure_is_filled_in(strange, signed_in, right_now):
    with strange.scoped():
        send(strange, HL7.format(control="3").replace("^TSH^", "^Thyrotropin^"), now=right_now)
    client = signed_in(strange.ira)
    assert "Dr Ana Diaz" in client.get("/mapping/").text
    assert f'<option value="{strange.diaz.pk}" selected>' in (
        client.get(address(strange, "provider")).text
    )
    assert f'<option value="{strange.main.pk}" selected>' in (
        client.get(address(strange, "location")).text
    )
    assert 'value="3016-3"' in client.get(address(strange, "code")).text


def test_a_preview_changes_nothing_and_the_answer_does_it(strange, signed_in):
    client, place = signed_in(strange.ira), address(strange, "provider")
    said = {"answer": str(strange.diaz.pk)}
    shown = client.post(place, {**said, "do": "preview"})
    assert "2 open tasks will move." in shown.text
    assert row(strange, "provider").resolved_at is None
    done = client.post(place, {**said, "do": "save"}, follow=True)
    assert "Answered. 2 open tasks moved." in done.text
    with strange.scoped():
        assert set(Task.objects.values_list("owner", flat=True)) == {strange.diaz.pk}
        event = AuditEvent.objects.get(action="unmapped.mapped")
        assert event.membership_id == strange.ira.pk


@pytest.mark.parametrize(
    "kind, said, problem",
    [("code", {"answer": "TSH"}, "This is no LOINC code."),
     ("provider", {}, "Choose one of the people"),
     ("provider", {"answer": "nobody"}, "Choose one of the people"),
     ("location", {"answer": ""}, "Choose one of the locations.")],
)  # fmt: skip
@pytest.mark.parametrize("do", ["preview", "save"])
def test_what_does_not_fit_is_refused_in_place_and_kept(
    strange, signed_in, kind, said, problem, do
):
    answer = signed_in(strange.ira).post(address(strange, kind), {**said, "do": do})
    assert answer.status_code == 422
    assert problem in answer.text
    assert row(strange, kind).resolved_at is None


def test_what_nobody_needs_is_set_aside(strange, signed_in):
    client = signed_in(strange.ira)
    done = client.post(address(strange, "code"), {"do": "ignore"}, follow=True)
    assert "Set aside." in done.text
    assert "Thyrotropin" not in done.text
    assert client.get(address(strange, "code")).status_code == 404


def test_it_sees_no_patients_name_and_a_manager_says_who_is_who(
    elm_street, manager, signed_in, right_now
):
    with elm_street.scoped():
        send(elm_street, HL7.format(control="1"), now=right_now)
        send(elm_street, NAMELESS.format(control="2"), now=right_now)
    place = address(elm_street, "unidentified")
    it = signed_in(elm_street.ira)
    listed = it.get("/mapping/").text
    assert "A practice manager says who is who" in listed
    assert "MARTIN" not in listed.upper().replace("NAVIGATION", "")
    assert it.get(place).status_code == it.post(place, {"do": "save"}).status_code == 403
    client = signed_in(manager)
    text = client.get(place).text
    assert "508790 (ELM)" in text
    assert "<title>Unmapped and unmatched - ClearChart</title>" in text
    with elm_street.scoped():
        known = Patient.objects.get(is_unidentified=False)
    client.post(place, {"do": "save", "patient": "number", "number": "508790"})
    with elm_street.scoped():
        assert set(Task.objects.values_list("patient", flat=True)) == {known.pk}
        assert AuditEvent.objects.filter(action="unmapped.read").exists()


def test_a_number_that_names_nobody_and_no_choice_are_refused(
    elm_street, manager, signed_in, right_now
):
    with elm_street.scoped():
        send(elm_street, NAMELESS.format(control="2"), now=right_now)
    client, place = signed_in(manager), address(elm_street, "unidentified")
    for said in ({}, {"patient": "number", "number": "0"}, {"patient": "x"}):
        answer = client.post(place, {"do": "save", **said})
        assert answer.status_code == 422
    done = client.post(place, {"do": "save", "patient": "new"}, follow=True)
    assert "Answered." in done.text


def test_a_message_between_two_patients_is_answered_with_what_waits_behind_it(
    elm_street, manager, signed_in, right_now
):
    with elm_street.scoped():
        send(elm_street, HL7.format(control="1"), now=right_now)
        other = HL7.replace("508790^^^ELM", "42^^^OAK").replace("CLAIRE", "CLARA")
        send(elm_street, other.format(control="2"), now=right_now)
        both = HL7.replace("508790^^^ELM^MR", "508790^^^ELM^MR~42^^^OAK^MR")
        send(elm_street, both.format(control="3"), now=right_now)
        keep = Patient.objects.get(given="CLAIRE")
    client, place = signed_in(manager), address(elm_street, "two-patients")
    assert "CLARA" in client.get(place).text.upper()
    unsaid = client.post(place, {"do": "save", "patient": str(keep.pk)})
    assert "Say whether they are one person or two." in unsaid.text
    shown = client.post(place, {"do": "preview", "patient": str(keep.pk), "one_person": "yes"})
    assert "1 message will create tasks." in shown.text
    assert "Set aside" not in shown.text
    done = client.post(
        place, {"do": "save", "patient": str(keep.pk), "one_person": "yes"}, follow=True
    )
    assert "1 message went back in line." in done.text


def test_a_preview_counts_each_verdict():
    trials = [Trial(None, verdict) for verdict in [Verdict.CREATES] * 9 + [Verdict.EXISTS] * 3]
    assert answering.effects(Resolved(trials=trials)) == [
        "9 messages will create tasks.",
        "3 messages will be skipped, as all is there already.",
    ]
    assert answering.effects(Resolved()) == [
        "Nothing waits for this. The next message will be read this way."
    ]


# The way back


def open_link(elm, client, **quirks) -> str:
    with elm.scoped():
        operations.tune(feed=elm.lab, vendor="epic", quirks=quirks, actor=SETUP, now=elm_now(elm))
        task = Task.objects.exclude(item=None).first()
    return client.get(f"/tasks/{task.pk}/").text


def elm_now(elm):
    return Task.objects.first().authored_at


def test_a_task_leads_back_to_its_item_in_the_ehr(elm_street, signed_in, right_now):
    with elm_street.scoped():
        send(elm_street, HL7.format(control="1").replace("F1|", "F 1/x|"), now=right_now)
    client = signed_in(elm_street.diaz)
    assert "Open in" not in open_link(elm_street, client)
    text = open_link(
        elm_street, client, links={"result": "https://ehr.example/r/{filler}?mrn={mrn}&u=1"}
    )
    assert 'href="https://ehr.example/r/F%201%2Fx?mrn=508790&amp;u=1"' in text
    assert 'rel="noopener noreferrer"' in text
    assert "Open in Epic" in text
    assert "Open in" not in open_link(
        elm_street, client, links={"any": "https://e.example/{visit}"}
    )


def test_nobody_is_looked_up_by_a_number_that_may_be_another_systems(
    elm_street, signed_in, right_now
):
    two = HL7.replace("508790^^^ELM^MR", "508790^^^ELM^MR~42^^^OAK^MR")
    with elm_street.scoped():
        send(elm_street, two.format(control="1"), now=right_now)
    client = signed_in(elm_street.diaz)
    template = {"any": "https://ehr.example/{mrn}"}
    assert "Open in" not in open_link(elm_street, client, links=template)
    text = open_link(elm_street, client, links=template, assigner="OAK")
    assert 'href="https://ehr.example/42"' in text
