"""The message desk: found, seen, tried, replayed, set aside; nothing of a patient in an address."""

import json
import re

import pytest
from django.apps import apps
from django.db import connection, transaction

from accounts.roles import Role
from audit.models import AuditEvent
from dashboards.queries import message_body
from dashboards.queries.message_filters import Filters
from integrations import intake, receiver
from integrations.models import CodeMap, InboundMessage, MessageState, SavedSearch
from integrations.operations import DISCARD_REASONS
from routing.models import Task
from tenants.models import PracticeModel
from tests.dashboards.clinic import HL7, send
from tests.people import admit

pytestmark = pytest.mark.django_db

MENDED = "could not be read"
"""Why some were set aside by an older release; this one reads them."""


def set_aside(elm, text: str, *, now) -> InboundMessage:
    """A message that a release before this one could not read."""
    arrival = receiver.arrival_of_hl7(
        text.encode(), practice_id=elm.practice.pk, feed_id=elm.lab.pk
    )
    [stored] = receiver.store([arrival], now=now)
    message = InboundMessage.objects.select_related("feed").get(pk=stored.message_id)
    intake._quarantine(message, MENDED, now=now)
    return message


@pytest.fixture
def held(elm_street, right_now):
    """One is here already, two are news, and one names nobody whatever the release."""
    with elm_street.scoped():
        send(elm_street, HL7.format(control="700"), now=right_now)
        again = HL7.format(control="700").replace("|700|P|", "|701|P|")
        return {
            "here": set_aside(elm_street, again, now=right_now),
            "new": set_aside(elm_street, HL7.format(control="702"), now=right_now),
            "newer": set_aside(elm_street, HL7.format(control="703"), now=right_now),
            "nobody": set_aside(
                elm_street, HL7.format(control="704").replace("PID|", "ZID|"), now=right_now
            ),
        }


def rows_of(elm, *, but: tuple[str, ...] = ()) -> dict[str, str]:
    """A digest of each table of the practice."""
    found = {}
    with elm.scoped(), transaction.atomic(), connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if issubclass(model, PracticeModel) and table not in but:
                cursor.execute(
                    f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
                    f" FROM {table} t"
                )
                found[table] = cursor.fetchone()[0]
    return found


def state_of(elm, message) -> str:
    with elm.scoped():
        return InboundMessage.objects.get(pk=message.pk).state


# ---- one box


@pytest.mark.parametrize(
    ("query", "many"),
    [("700", 1), ("F700", 2), ("P700", 2), ("508790", 5), ("702", 1), ("5087", 0), ("no-such", 0)],
)
def test_one_box_takes_any_number_that_somebody_reads_out(elm_street, held, signed_in, query, many):
    """Control id; filler and placer, processed or not; MRN, which also finds what failed. A
    number that is only begun finds nothing."""
    with elm_street.scoped():
        send(elm_street, HL7.format(control="950"), now=held["new"].received_at)
    answer = signed_in(elm_street.ira).post("/messages/", {"q": query})
    found = answer.text.count("<tr data-row>")
    assert found == many or (query == "508790" and found >= 5), answer.text


def test_a_task_and_a_message_are_found_by_their_ids(elm_street, held, signed_in):
    with elm_street.scoped():
        task = Task.objects.exclude(category="quarantined-message").get()
        about = Task.objects.get(message_id=held["nobody"].pk)
    for number in (task.pk, about.pk, held["nobody"].pk):
        answer = signed_in(elm_street.ira).post("/messages/", {"q": str(number)})
        assert answer.text.count("<tr data-row>") == 1


def test_nothing_is_searched_for_on_the_way_in(elm_street, held, signed_in):
    text = signed_in(elm_street.ira).get("/messages/").text
    assert "What failed" in text
    assert "rows-of-messages" not in text


def test_the_words_of_a_search_stand_in_no_address_and_in_no_audit(elm_street, held, signed_in):
    client = signed_in(elm_street.ira)
    text = client.post("/messages/", {"q": "508790", "period": "7d"}).text
    assert not re.search(r'(?:href|action)="[^"]*508790', text)
    with elm_street.scoped():
        event = AuditEvent.objects.filter(action="message.searched").latest("at")
    assert "508790" not in json.dumps(event.detail)
    assert str(held["nobody"].pk) in event.detail["found"]


def test_filters_are_the_address_and_hold_no_number(elm_street, held, signed_in):
    client = signed_in(elm_street.ira)
    asked = client.post(
        "/messages/", {"q": "", "feed": "elm-lab", "type": "508790", "period": "7d"}
    )
    assert asked.url == "/messages/?feed=elm-lab&period=7d"
    narrowed = client.get("/messages/?view=quarantined&cause=could+not+be+read&type=ORU^R01")
    assert narrowed.text.count("<tr data-row>") == 4
    assert client.get("/messages/?view=all&feed=elm-ehr").text.count("<tr data-row>") == 0
    assert Filters.read({"view": "x", "period": "9y", "type": "12345"}).as_dict() == {}


# ---- saved searches


def test_a_kept_filter_is_ones_own_until_it_is_shared_and_holds_no_number(
    elm_street, held, signed_in, right_now
):
    with elm_street.scoped():
        other = admit("Ivo Reed", Role.IT, now=right_now)
    client = signed_in(elm_street.ira)
    said = {"name": "Lab, this week", "feed": "elm-lab", "period": "7d", "q": "508790"}
    assert client.post("/messages/searches/", said | {"name": ""}).status_code == 422
    assert client.post("/messages/searches/", said).status_code == 302
    with elm_street.scoped():
        kept = SavedSearch.objects.get()
    assert kept.filters == {"feed": "elm-lab", "period": "7d"}
    assert "Lab, this week" in client.get("/messages/").text
    assert "Lab, this week" not in signed_in(other).get("/messages/").text
    client.post("/messages/searches/", said | {"shared": "on"})
    theirs = signed_in(other).get("/messages/").text
    assert "by Ira Voss" in theirs
    assert "Give up" not in theirs
    assert signed_in(other).post(f"/messages/searches/{kept.pk}/drop/").status_code == 404
    assert client.post(f"/messages/searches/{kept.pk}/drop/").status_code == 302
    with elm_street.scoped():
        assert not SavedSearch.objects.exists()


# ---- the inspector


def test_each_field_has_one_number_on_both_sides(elm_street, held, signed_in):
    text = signed_in(elm_street.ira).post(f"/messages/{held['new'].pk}/open/").text
    left = set(re.findall(r'id="r-([\d-]+)"', text))
    right = set(re.findall(r'id="p-([\d-]+)"', text))
    assert left == right
    assert len(left) > 30
    assert 'data-name="PID-5 Patient Name"' in text
    assert "MARTIN \u00b7 CLAIRE" in text


def test_the_raw_side_is_the_message_to_the_letter():
    raw = HL7.format(control="1") + "ZZZ|a||b^c|\r"
    shown = message_body.body(raw.encode(), "hl7v2")
    lines = [line.segment + "".join(part.text for part in line.parts) for line in shown.raw]
    assert lines == raw.strip("\r").split("\r")


def test_a_fhir_body_is_a_tree_beside_its_json():
    document = {
        "resourceType": "Bundle", "type": "message",
        "entry": [
            {"resource": {"resourceType": "Patient", "id": "p1", "birthDate": "1970-08-11"}},
            {"resource": {"resourceType": "Observation", "valueQuantity": {"value": 6.8}}},
        ],
        "timestamp": "2026-11-21T10:00:00Z",
    }  # fmt: skip
    shown = message_body.body(json.dumps(document).encode(), "fhir")
    assert json.loads("\n".join(line.text for line in shown.raw)) == document
    assert [(one.name, one.label) for one in shown.parsed] == [
        ("Bundle", ""), ("Patient", "p1"), ("Observation", ""),
    ]  # fmt: skip
    assert ("birthDate", "Birth date", "1970-08-11") in [
        (field.place, field.label, field.value) for field in shown.parsed[1].fields
    ]
    assert "timestamp" in [field.place for field in shown.parsed[0].fields]
    pointed = {part.at for line in shown.raw for part in line.parts if part.at}
    assert pointed <= {field.at for one in shown.parsed for field in one.fields}


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00\xff", b"[1,2]", b"{" * 100_000, b'{"a":' * 100_000, b"NaN", b"MSH", b"MSH|^~\\&",
     b'{"a": "\\ud800"}', b"\r" * 5000, b"MSH|^~\\&|" + b"x" * 100_000],
)  # fmt: skip
@pytest.mark.parametrize("standard", ["hl7v2", "fhir"])
def test_whatever_arrived_can_be_shown(raw, standard):
    shown = message_body.body(raw, standard)
    assert len(shown.raw) <= 600


def test_the_page_says_how_names_were_read_and_names_no_patient(elm_street, held, signed_in):
    strange = HL7.format(control="705").replace("1234567893^Diaz^Ana", "999^Nemo^Ned")
    strange = strange.replace("|O|ELM", "|O|MARS").replace("3016-3^TSH^LN", "TSHX^Local TSH^L")
    with elm_street.scoped():
        message = set_aside(elm_street, strange, now=held["new"].received_at)
    text = signed_in(elm_street.ira).get(f"/messages/{message.pk}/").text
    for said in (
        "999, Ned Nemo",
        "Nobody here has this number",
        "No site has this code",
        "TSHX Local TSH",
        "Their own code, not mapped",
        "One patient, known here",
    ):
        assert said in text
    assert "MARTIN" not in text
    assert "508790" not in text
    known = signed_in(elm_street.ira).get(f"/messages/{held['new'].pk}/").text
    assert "Main Street" in known
    assert "LOINC 3016-3; N: Normal" in known
    assert "MSA|AA|702" in known


def test_opening_is_audited_for_its_patient_and_shown_on_the_page(elm_street, held, signed_in):
    with elm_street.scoped():
        message = InboundMessage.objects.get(control_id="700")
    client = signed_in(elm_street.ira)
    answer = client.post(f"/messages/{message.pk}/open/")
    assert answer["Cache-Control"] == "no-store"
    with elm_street.scoped():
        event = AuditEvent.objects.get(action="message.opened")
        assert event.patient_id == Task.objects.get(patient__isnull=False).patient_id
    assert "Opened the body" in client.get(f"/messages/{message.pk}/").text


# ---- tried, replayed, set aside


def test_a_preview_says_what_a_replay_does_and_leaves_nothing(elm_street, held, signed_in):
    before = rows_of(elm_street, but=("audit_auditevent",))
    client, group = signed_in(elm_street.ira), {"cause": MENDED, "feed": "elm-lab"}
    preview = client.post("/messages/cause/preview/", group).text
    said = "2 will create tasks, 1 exists and is skipped, 1 would be set aside again."
    assert said in preview
    assert "Fails again: no patient in the message" in preview
    assert rows_of(elm_street, but=("audit_auditevent",)) == before
    with elm_street.scoped():
        [event] = AuditEvent.objects.filter(action="message.replay-previewed")
        assert not AuditEvent.objects.filter(action="message.replayed").exists()
    assert event.detail == {"messages": 4}
    assert "Replay 4 messages" in preview


def test_a_replay_does_what_its_preview_said_item_by_item(elm_street, held, signed_in):
    client, group = signed_in(elm_street.ira), {"cause": MENDED, "feed": "elm-lab"}
    text = client.post("/messages/cause/replay/", group).text
    said = "2 created tasks, 1 existed and was skipped, 1 was set aside again."
    assert said in text
    assert state_of(elm_street, held["new"]) == MessageState.PROCESSED
    assert state_of(elm_street, held["nobody"]) == MessageState.QUARANTINED
    with elm_street.scoped():
        assert Task.objects.filter(item__isnull=False).count() == 3
        assert AuditEvent.objects.filter(action="message.replayed").count() == 4
        assert not Task.objects.open().filter(message_id=held["new"].pk, item=None).exists()
    assert client.post("/messages/cause/replay/", group).status_code == 302


def test_messages_that_build_on_each_other_are_tried_in_their_order(
    elm_street, held, signed_in, right_now
):
    """The same report twice in one group: the first creates, the second is skipped."""
    again = HL7.format(control="702").replace("|702|P|", "|799|P|")
    with elm_street.scoped():
        set_aside(elm_street, again, now=right_now)
    client, group = signed_in(elm_street.ira), {"cause": MENDED, "feed": "elm-lab"}
    preview = client.post("/messages/cause/preview/", group).text
    assert "2 will create tasks, 2 exist and are skipped" in preview
    done = client.post("/messages/cause/replay/", group).text
    assert "2 created tasks, 2 existed and were skipped" in done


def test_what_came_behind_an_older_one_waits_for_it(elm_street, held, signed_in, right_now):
    again = HL7.format(control="702").replace("|702|P|", "|799|P|")
    with elm_street.scoped():
        later = set_aside(elm_street, again, now=right_now)
    text = signed_in(elm_street.ira).post(f"/messages/{later.pk}/preview/").text
    assert "1 waits for an older message" in text


def test_one_message_is_tried_and_replayed_from_its_page(elm_street, held, signed_in):
    client, address = signed_in(elm_street.ira), f"/messages/{held['new'].pk}/"
    assert "Replay message" not in client.get(address).text
    tried = client.post(f"{address}preview/").text
    assert "1 will create a task." in tried
    assert "Replay message" in tried
    answer = client.post(f"{address}replay/")
    assert answer.url == f"{address}?said=replayed"
    assert "Replayed: it is processed now." in client.get(answer.url).text
    assert client.post(f"{address}discard/", {"reason": "not-ours"}).url.endswith("said=gone")
    stuck = f"/messages/{held['nobody'].pk}/"
    failed = client.get(client.post(f"{stuck}replay/").url).text
    assert "Replayed, and set aside again: no patient in the message." in failed


def test_setting_aside_asks_why_and_keeps_it(elm_street, held, signed_in):
    client, address = signed_in(elm_street.ira), f"/messages/{held['nobody'].pk}/"
    refused = client.post(f"{address}discard/", {"reason": ""})
    assert refused.status_code == 422
    assert "Choose why." in refused.text
    assert client.post(f"{address}discard/", {"reason": "x"}).status_code == 422
    client.post(f"{address}discard/", {"reason": "test-traffic"})
    assert state_of(elm_street, held["nobody"]) == MessageState.DISCARDED
    assert "Set it aside: it was a test" in client.get(address).text
    assert "test-traffic" in DISCARD_REASONS


def test_a_group_is_set_aside_for_one_reason(elm_street, held, signed_in):
    client, group = signed_in(elm_street.ira), {"cause": MENDED, "feed": "elm-lab"}
    assert client.post("/messages/cause/discard/", group).status_code == 422
    assert client.post("/messages/cause/discard/", {"reason": "not-ours"}).status_code == 302
    assert state_of(elm_street, held["new"]) == MessageState.QUARANTINED
    client.post("/messages/cause/discard/", group | {"reason": "sent-again"})
    assert {state_of(elm_street, one) for one in held.values()} == {MessageState.DISCARDED}
    with elm_street.scoped():
        reasons = AuditEvent.objects.filter(action="message.discarded")
        assert {event.detail["reason"] for event in reasons} == {"sent-again"}
    assert client.get("/messages/cause/", group).status_code == 404


def test_who_may_not_replay_reads_why_and_changes_nothing(elm_street, held, signed_in, right_now):
    with elm_street.scoped():
        manager = admit("Mara Bloom", Role.PRACTICE_MANAGER, now=right_now)
    client, group = signed_in(manager), {"cause": MENDED, "feed": "elm-lab"}
    assert "Replay is off: Only IT" in client.get("/messages/cause/", group).text
    address = f"/messages/{held['new'].pk}/"
    assert "Replay is off: Only IT" in client.get(address).text
    for verb in ("cause/preview/", "cause/replay/", "cause/discard/"):
        assert client.post(f"/messages/{verb}", group).status_code == 403
    for verb in ("preview/", "replay/", "discard/", "open/"):
        assert client.post(address + verb).status_code == 403
    assert state_of(elm_street, held["new"]) == MessageState.QUARANTINED


def test_failures_stand_by_cause_with_how_many_and_the_newest(elm_street, held, signed_in):
    with elm_street.scoped():
        send(elm_street, HL7.format(control="800").replace("PID|", "ZID|"),
             now=held["new"].received_at)  # fmt: skip
    for address in ("/messages/", "/feeds/"):
        text = signed_in(elm_street.ira).get(address).text
        assert text.index("Could not be read") < text.index("No patient in the message")
        assert 'href="/messages/cause/?cause=could+not+be+read&amp;feed=elm-lab"' in text


def test_what_was_mapped_since_shows_as_it_would_be_read_now(elm_street, held, signed_in):
    strange = HL7.format(control="706").replace("3016-3^TSH^LN", "TSHX^Local TSH^L")
    with elm_street.scoped():
        message = set_aside(
            elm_street, strange.replace("|O|ELM", "|O|MARS"), now=held["new"].received_at
        )
        CodeMap.objects.create(
            kind="code", value="TSHX", code="3016-3", made_at=held["new"].received_at
        )
        CodeMap.objects.create(
            kind="location", value="MARS", location=elm_street.main,
            made_at=held["new"].received_at,
        )  # fmt: skip
    text = signed_in(elm_street.ira).get(f"/messages/{message.pk}/").text
    assert "LOINC 3016-3, beside their own" in text
    assert "Their own code, not mapped" not in text
    assert "No site has this code" not in text
