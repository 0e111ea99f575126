"""An answer writes the map, lets go on what waited, and shows first what it would do."""

import pytest

from accounts.models import ProviderIdentifier
from audit.actors import Actor
from audit.models import AuditEvent
from charts.models import ChartItem, ItemVersion, Patient
from charts.values import Code
from integrations import mapping
from integrations.mapping import Answer, BadAnswer, Proposal, Verdict, try_on
from integrations.models import CodeMap, InboundMessage, MessageState, Unmapped
from routing import operations as routing
from routing.models import CodeList, ListedCode, Task
from tests.flows.doors import sweep
from tests.flows.test_two_practices import state_of
from tests.integrations.mapping.test_sightings import LOCAL, take_in, tune, two_patients
from tests.messages import oru

pytestmark = pytest.mark.django_db

PANEL = Code("51990-0", "Basic metabolic panel", "loinc")


def row(kind: str) -> Unmapped:
    return Unmapped.objects.get(kind=kind)


def answer(elm, kind: str, now, **said):
    return mapping.resolve(
        unmapped_id=row(kind).pk, answer=Answer(**said), actor=Actor.person(elm.ira), now=now
    )


@pytest.fixture
def waiting(elm_street, now):
    """Two normal results and one high one, of codes, places and people that nobody knows."""
    take_in(
        elm_street,
        oru(control="1", order="L-1", **LOCAL),
        oru(control="2", order="L-2", **LOCAL),
        oru(control="3", order="L-3", flag="H", **LOCAL),
        now=now,
    )
    return elm_street


def test_a_code_that_gets_its_loinc_lets_delegation_work_on_what_waits(waiting, now):
    with waiting.scoped():
        ListedCode.objects.get_or_create(
            list=CodeList.DELEGABLE_RESULT, system="loinc", code=PANEL.code
        )
        answer(waiting, "provider", now, member_id=waiting.diaz.pk)
        versions = ItemVersion.objects.count()
        found = answer(waiting, "code", now, code=PANEL)
        assert (found.moved, found.stayed) == (2, 1)
        roles = dict(Task.objects.values_list("item__filler", "queue__role"))
        assert roles["L-1"] == roles["L-2"] == "medical-assistant"
        assert set(ChartItem.objects.values_list("alternate_code", flat=True)) == {PANEL.code}
        assert ItemVersion.objects.count() == versions
        assert row("code").resolution == "mapped"


def test_a_provider_that_is_named_gets_the_tasks_that_fell_to_the_pool(waiting, now):
    with waiting.scoped():
        assert not Task.objects.filter(owner=waiting.diaz).exists()
        found = answer(waiting, "provider", now, member_id=waiting.diaz.pk)
        assert found.moved == Task.objects.filter(owner=waiting.diaz).count() > 0
        assert ProviderIdentifier.objects.get(value="77").assigner == waiting.lab.slug
        assert ChartItem.objects.first().people["orderer"]["assigner"] == waiting.lab.slug


def test_what_comes_after_the_answer_needs_none(waiting, now):
    with waiting.scoped():
        answer(waiting, "provider", now, member_id=waiting.diaz.pk)
        answer(waiting, "code", now, code=PANEL)
        answer(waiting, "location", now, location_id=waiting.main.pk, every_feed=True)
        seen = dict(Unmapped.objects.values_list("kind", "seen"))
    take_in(waiting, oru(control="9", order="L-9", flag="H", **LOCAL), now=now)
    with waiting.scoped():
        assert dict(Unmapped.objects.values_list("kind", "seen")) == seen
        task = Task.objects.get(item__filler="L-9")
        assert (task.owner_id, task.location_id) == (waiting.diaz.pk, waiting.main.pk)


def test_a_place_takes_its_open_tasks_along(waiting, now):
    with waiting.scoped():
        found = answer(waiting, "location", now, location_id=waiting.main.pk)
        assert found.moved == 3
        assert set(Task.objects.values_list("location", flat=True)) == {waiting.main.pk}
        assert CodeMap.objects.get().feed_id == waiting.lab.pk


def test_a_task_that_somebody_has_touched_stays_where_it_is(waiting, now):
    with waiting.scoped():
        task = Task.objects.get(item__filler="L-3")
        routing.claim(
            task_id=task.pk, member=waiting.nora, version=task.version,
            actor=Actor.person(waiting.nora), now=now,
        )  # fmt: skip
        found = answer(waiting, "location", now, location_id=waiting.main.pk)
        assert (found.moved, found.stayed) == (2, 1)
        task.refresh_from_db()
        assert task.location_id is None
        assert task.claimed_by_id == waiting.nora.pk


@pytest.mark.parametrize(
    "kind, said",
    [("code", {"code": PANEL}), ("provider", {"member_id": "diaz"}),
     ("location", {"location_id": "main"})],
)  # fmt: skip
def test_a_preview_says_what_the_answer_does_and_leaves_nothing_behind(waiting, now, kind, said):
    said = {
        name: getattr(waiting, value).pk if isinstance(value, str) else value
        for name, value in said.items()
    }
    before = state_of(waiting)
    with waiting.scoped():
        pk = row(kind).pk
        shown = mapping.preview(
            unmapped_id=pk, answer=Answer(**said), actor=Actor.person(waiting.ira), now=now
        )
    assert state_of(waiting) == before
    with waiting.scoped():
        done = answer(waiting, kind, now, **said)
        assert (shown.moved, shown.stayed) == (done.moved, done.stayed)


def test_every_answer_is_audited_with_who_gave_it(waiting, now):
    with waiting.scoped():
        answer(waiting, "code", now, code=PANEL)
        mapping.set_aside(unmapped_id=row("provider").pk, actor=Actor.person(waiting.ira), now=now)
        said = AuditEvent.objects.filter(action__in=["unmapped.mapped", "unmapped.ignored"])
        assert {one.membership_id for one in said} == {waiting.ira.pk}
        assert said.count() == 2
        assert AuditEvent.objects.get(action="map.written").detail["kind"] == "code"


@pytest.mark.parametrize(
    "kind, said",
    [("code", {}), ("code", {"code": Code("51990-1")}), ("code", {"code": Code("BMP")}),
     ("provider", {}), ("location", {}),
     ("location", {"location_id": "01900000-0000-7000-8000-000000000000"}),
     ("provider", {"member_id": "01900000-0000-7000-8000-000000000000"})],
)  # fmt: skip
def test_an_answer_that_leads_nowhere_is_refused_in_words(waiting, now, kind, said):
    with waiting.scoped():
        with pytest.raises(BadAnswer) as refused:
            answer(waiting, kind, now, **said)
        assert str(refused.value).endswith(".")
        assert row(kind).resolved_at is None


def test_of_two_people_who_answer_at_once_the_second_is_told(waiting, now):
    with waiting.scoped():
        pk = row("code").pk
        answer(waiting, "code", now, code=PANEL)
        with pytest.raises(BadAnswer):
            mapping.resolve(
                unmapped_id=pk, answer=Answer(code=PANEL), actor=Actor.person(waiting.ira), now=now
            )


# Patients


def test_two_patients_who_are_one_person_are_united_and_the_message_goes_on(elm_street, now):
    two_patients(elm_street, now)
    with elm_street.scoped():
        keep = Patient.objects.get(identifiers__value="508773")
        shown = mapping.preview(
            unmapped_id=row("two-patients").pk, answer=Answer(patient_id=keep.pk),
            actor=Actor.person(elm_street.ira), now=now,
        )  # fmt: skip
        assert [one.verdict for one in shown.trials] == [Verdict.CREATES]
        assert Patient.objects.filter(merged_into=None).count() == 2
        found = answer(elm_street, "two-patients", now, patient_id=keep.pk)
        assert len(found.replayed) == 1
    sweep(elm_street.lab, now=now)
    with elm_street.scoped():
        assert Patient.objects.get(merged_into=None) == keep
        assert not InboundMessage.objects.exclude(state=MessageState.PROCESSED).exists()
        assert set(Task.objects.open().values_list("patient", flat=True)) == {keep.pk}
        assert not Task.objects.open().filter(category="quarantined-message").exists()


def test_a_number_that_was_somebody_elses_by_mistake_is_handed_over(elm_street, now):
    two_patients(elm_street, now)
    with elm_street.scoped():
        keep = Patient.objects.get(identifiers__value="508773")
        answer(elm_street, "two-patients", now, patient_id=keep.pk, is_one_person=False)
    sweep(elm_street.lab, now=now)
    with elm_street.scoped():
        assert Patient.objects.filter(merged_into=None).count() == 2
        assert set(keep.identifiers.values_list("value", flat=True)) == {"508773", "9001"}
        assert Task.objects.get(item__filler="L-3").patient_id == keep.pk
        assert AuditEvent.objects.filter(action="patient.number-moved").count() == 1


def test_other_messages_held_for_the_same_two_go_on_too(elm_street, now):
    two_patients(elm_street, now)
    body = oru(control="7", order="L-7").replace(
        b"508773^^^ELM^MR", b"508773^^^ELM^MR~9001^^^OAK^MR"
    )
    take_in(elm_street, body, now=now)
    with elm_street.scoped():
        assert Unmapped.objects.filter(kind="two-patients").count() == 2
        keep = Patient.objects.get(identifiers__value="508773")
        first = Unmapped.objects.filter(kind="two-patients").first()
        found = mapping.resolve(
            unmapped_id=first.pk, answer=Answer(patient_id=keep.pk),
            actor=Actor.person(elm_street.ira), now=now,
        )  # fmt: skip
        assert len(found.replayed) == 2
        assert not Unmapped.objects.filter(resolved_at__isnull=True).exists()


def test_a_message_about_two_patients_takes_no_third_and_is_not_set_aside(elm_street, now):
    two_patients(elm_street, now)
    take_in(elm_street, oru(control="8", order="L-8", mrn="333"), now=now)
    with elm_street.scoped():
        third = Patient.objects.get(identifiers__value="333")
        for said in ({"patient_id": third.pk}, {}):
            with pytest.raises(BadAnswer):
                answer(elm_street, "two-patients", now, **said)
        with pytest.raises(BadAnswer):
            mapping.set_aside(
                unmapped_id=row("two-patients").pk, actor=Actor.person(elm_street.ira), now=now
            )


def nameless(elm, now) -> Patient:
    take_in(elm, oru(control="5", order="L-5").replace(b"508773^^^ELM^MR", b""), now=now)
    return Patient.objects.get(is_unidentified=True)


def test_a_patient_without_a_number_is_said_to_be_somebody_we_know(elm_street, now):
    take_in(elm_street, oru(control="1"), now=now)
    with elm_street.scoped():
        stranger = nameless(elm_street, now)
        known = Patient.objects.get(is_unidentified=False)
        answer(elm_street, "unidentified", now, patient_id=known.pk)
        stranger.refresh_from_db()
        assert stranger.merged_into_id == known.pk
        assert Task.objects.get(item__filler="L-5").patient_id == known.pk


def test_a_patient_whom_nobody_knew_is_registered_as_new(elm_street, now):
    with elm_street.scoped():
        stranger = nameless(elm_street, now)
        answer(elm_street, "unidentified", now)
        stranger.refresh_from_db()
        assert not stranger.is_unidentified
        assert AuditEvent.objects.filter(action="patient.confirmed").exists()


def test_the_same_person_of_two_feeds_is_two_records_in_one_queue_until_somebody_says_so(
    elm_street, now
):
    take_in(elm_street, oru(control="1"), now=now, feed=elm_street.ehr)
    with elm_street.scoped():
        tune(elm_street, now, vendor="laboratory")
    take_in(elm_street, oru(control="1", mrn="Q-1^^^QUEST^PI~x"), now=now)
    with elm_street.scoped():
        assert Patient.objects.filter(merged_into=None).count() == 2
        assert Task.objects.open().count() == 2
        known = Patient.objects.get(identifiers__value="508773")
        answer(elm_street, "new-patient", now, patient_id=known.pk)
        assert set(Task.objects.open().values_list("patient", flat=True)) == {known.pk}
    take_in(elm_street, oru(control="2", order="L-2", mrn="Q-1^^^QUEST^PI~x"), now=now)
    with elm_street.scoped():
        assert Task.objects.get(item__filler="L-2").patient_id == known.pk


# The message desk


def test_messages_are_tried_on_a_map_and_nothing_stays(waiting, now):
    take_in(waiting, oru(control="4", order="L-4", pid=False, **LOCAL), now=now)
    before = state_of(waiting)
    with waiting.scoped():
        messages = list(InboundMessage.objects.select_related("feed").order_by("arrived"))
        proposal = Proposal(kind="code", value="BMP", feed_id=waiting.lab.pk, code=PANEL)
        plain, mapped = try_on(messages, now=now), try_on(messages, proposal, now=now)
    assert state_of(waiting) == before
    assert [one.verdict for one in plain] == [Verdict.EXISTS] * 3 + [Verdict.HELD]
    assert plain[3].cause == "no patient in the message"
    assert ("code", "BMP") in plain[0].unknown
    assert ("code", "BMP") not in mapped[0].unknown


def test_a_message_that_would_make_a_task_says_which(elm_street, now):
    two_patients(elm_street, now)
    with elm_street.scoped():
        held = InboundMessage.objects.select_related("feed").get(control_id="4")
        [tried] = try_on([held], now=now)
        assert tried.verdict == Verdict.CREATES
        assert tried.tasks[0][0] == "result-review"
        assert tried.tasks[0][2] == "create"
