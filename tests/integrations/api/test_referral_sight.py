"""Referrals of restricted charts by the API: seen on behalf of who cares for the patient, by nobody
else, as on the screens."""

import pytest
from django.db import transaction

from audit.models import AuditEvent
from charts.models import ChartItem, Patient
from referrals.models import Referral
from tests.integrations.api.test_referrals import NOBODY, body, cora, referral
from tests.reports import DIAZ

__all__ = ["body", "cora", "referral"]


@pytest.fixture
def restricted(elm_street, referral):
    """The chart is restricted; Dr Diaz ordered something for its patient, Cora nothing."""
    with elm_street.scoped(), transaction.atomic():
        row = Referral.objects.get(pk=referral["id"])
        Patient.objects.filter(pk=row.patient_id).update(is_restricted=True)
        people = {"orderer": {"id": DIAZ.id}}
        ChartItem.objects.filter(patient=row.patient_id).update(people=people)
        return row


@pytest.fixture
def diaz(elm_street) -> str:
    return str(elm_street.diaz.pk)


def ids(answer) -> list[str]:
    return [one["id"] for one in answer.json()["referrals"]]


def test_a_list_leaves_it_out_but_for_who_cares_for_the_patient(elm, restricted, cora, diaz):
    whose = {"patient": str(restricted.patient_id)}
    for query in ({}, whose, {"member": cora}, whose | {"member": cora}):
        assert ids(elm.get("referrals", query)) == [], query
    for query in ({"member": diaz}, whose | {"member": diaz}):
        assert ids(elm.get("referrals", query)) == [str(restricted.pk)]


def test_it_is_shown_to_who_cares_for_the_patient_and_audited_as_theirs(
    elm, elm_street, restricted, cora, diaz
):
    at = f"referrals/{restricted.pk}"
    alone, other = elm.get(at), elm.get(at, {"member": cora})
    assert (alone.status_code, alone.json()["type"]) == (403, "urn:clearchart:problem:not-allowed")
    assert "Name one of them as `member`." in alone.json()["detail"]
    assert other.status_code == 403
    assert "restricted to the people who care" in other.json()["detail"]
    assert "valve" not in alone.text + other.text
    shown = elm.get(at, {"member": diaz})
    assert (shown.status_code, shown.json()["question"]) == (200, "Is it the valve?")
    with elm_street.scoped():
        seen = AuditEvent.objects.get(action="referral.viewed")
        assert (str(seen.membership_id), seen.patient_id) == (diaz, restricted.patient_id)


def test_nothing_is_said_of_it_by_who_may_not_see_it(elm, elm_street, restricted, body, cora, diaz):
    at, before = f"referrals/{restricted.pk}", restricted.version
    said = {"axis": "acceptance", "value": "accepted"}
    assert elm.post(f"{at}/tell", said | {"member": cora}).status_code == 403
    assert elm.post(f"{at}/invite", {"member": cora}).status_code == 403
    assert elm.post("referrals", body | {"number": "N-2"}).status_code == 403
    with elm_street.scoped():
        assert list(Referral.objects.values_list("version", flat=True)) == [before]
    assert elm.post(f"{at}/tell", said | {"member": diaz}).status_code == 200


@pytest.mark.parametrize("path", ["referrals", "referrals/{}"])
def test_a_member_of_nobody_is_no_right_and_no_other_chart_asks_for_one(
    elm, referral, path, oak_street
):
    at = path.format(referral["id"])
    assert elm.get(at).status_code == 200
    for wrong in (NOBODY, str(oak_street.olu.pk), "x"):
        assert elm.get(at, {"member": wrong}).status_code == 400
