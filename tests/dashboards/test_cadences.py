"""How referrals are chased, as those who lead read and write it."""

import pytest

from referrals.cadences import ROUTINE, SOON, read
from referrals.models import Cadence

pytestmark = pytest.mark.django_db

AT = "/referral-cadence/cardiology/any/"


def written(**more):
    """The form as it is shown, with these changes; None leaves a field out."""
    data = {}
    for row in ROUTINE:
        hours = abs(row.after.total_seconds()) / 3600
        data |= {f"on:{row.name}": "on", f"count:{row.name}": str(round(hours)),
                 f"unit:{row.name}": "hours"}  # fmt: skip
    return {name: value for name, value in (data | more).items() if value is not None}


@pytest.fixture
def sam(elm_street, morning, signed_in):
    return signed_in(elm_street.sam)


def test_what_the_product_brings_is_shown_in_sentences(elm_street, sam):
    page = sam.get("/referral-cadence/").content.decode()
    for words in ("7 days after it was ordered", "while no appointment is booked",
                  "2 days before the appointment", "Task: Ask the specialist&#x27;s office",
                  "4 hours after it was ordered", "At once, after they declined"):  # fmt: skip
        assert words in page


def test_a_cadence_is_published_as_it_was_written_and_shown(elm_street, sam):
    form = sam.get(AT).content.decode()
    assert form.count('type="checkbox"') == len(ROUTINE) + 1
    change = {"count:second-nudge": "5", "unit:second-nudge": "days", "on:document": None,
              "pauses": "on"}  # fmt: skip
    answer = sam.post(AT, written(**change))
    assert answer.url == "/referral-cadence/?said=cadence-published"
    with elm_street.scoped():
        held = Cadence.objects.get()
    rows = {row.name: row for row in read(held.rows)}
    assert (held.specialty, held.urgency, held.version, held.pauses_booking) == (
        "cardiology", "", 1, True,
    )  # fmt: skip
    assert rows["second-nudge"].after.days == 5
    assert rows["reminder"].after.days == -2
    assert set(rows) == {row.name for row in ROUTINE} - {"document"}
    page = sam.get("/referral-cadence/").content.decode()
    assert "5 days after it was ordered" in page
    assert "While the payer is silent, nobody is asked to book." in page
    again = sam.get(AT).content.decode()
    assert 'name="on:document">' in again  # offered, and off


@pytest.mark.parametrize("count", ["", "soon", "-1", "99999", "366", "1.5", "٣"])
def test_a_row_without_a_time_is_marked_and_nothing_is_published(elm_street, sam, count):
    answer = sam.post(AT, written(**{"count:document": count, "unit:document": "days"}))
    assert answer.status_code == 422
    assert "at most a year" in answer.content.decode()
    with elm_street.scoped():
        assert not Cadence.objects.exists()
    off = written(**{"count:document": count, "on:document": None})
    assert sam.post(AT, off).status_code == 302


def test_an_urgent_one_begins_as_urgent_ones_are_brought(elm_street, sam):
    assert 'value="4"' in sam.get("/referral-cadence/any/urgent/").content.decode()
    assert SOON != ROUTINE
    assert sam.get("/referral-cadence/for/?specialty=any&urgency=stat").url == (
        "/referral-cadence/any/stat/"
    )
    for address in ("/referral-cadence/luck/any/", "/referral-cadence/any/soon/",
                    "/referral-cadence/for/?specialty=luck"):  # fmt: skip
        assert sam.get(address).status_code == 404
