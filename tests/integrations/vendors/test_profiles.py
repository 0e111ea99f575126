"""Vendors are rows of a table, and a feed's own settings are few, known and checked."""

import pytest

from audit.models import AuditEvent
from integrations import operations
from integrations.models import Feed
from integrations.reading import profile_of
from integrations.vendors import PROFILES, STANDARD, BadQuirks, checked, compiled, named
from integrations.vendors.quirks import KEYS
from tests.people import SETUP


@pytest.mark.parametrize("slug", PROFILES)
def test_every_vendor_of_the_table_can_be_a_feeds(slug):
    profile = checked(slug, {})
    assert profile == named(slug)
    assert profile.name
    assert profile.delivers
    assert profile.advice


@pytest.mark.parametrize(
    "said, slug",
    [("Epic", "epic"), (" ATHENANET ", "athenahealth"), ("eCW", "eclinicalworks"),
     ("Generic lab", "laboratory"), ("", ""), ("A home-made EHR", "")],
)  # fmt: skip
def test_a_vendor_is_known_by_the_names_that_people_give_it(said, slug):
    assert named(said).slug == slug


def test_an_unknown_vendor_keeps_to_the_standard():
    assert named("Somebody") is STANDARD
    assert STANDARD.patient_fields == (3, 2, 4)


GOOD = {
    "patient_fields": [2, 3],
    "assigner": "MSH-6",
    "heeds_test_flag": False,
    "test_names": ["ZZTEST"],
    "unsigned_orders": "ORC-11",
    "time_zone": "UTC",
    "local_codes": ["OBX-3"],
    "loinc_unmarked": True,
    "registers_patients": False,
    "links": {"any": "https://ehr.example/{number}"},
    "link_schemes": ["epic-desk"],
}


def test_a_feed_may_depart_from_its_vendor_in_every_key():
    assert set(GOOD) == set(KEYS)
    profile = checked("epic", GOOD)
    assert profile.name == "Epic"
    assert profile.patient_fields == (2, 3)
    assert profile.test_names == ("zztest",)


@pytest.mark.parametrize(
    "quirks",
    [
        {"unknown": 1},
        {"patient_fields": [1]},
        {"patient_fields": [2, 2]},
        {"patient_fields": []},
        {"patient_fields": [True]},
        {"patient_fields": "3"},
        {"assigner": "A^B"},
        {"assigner": 7},
        {"heeds_test_flag": "no"},
        {"test_names": ["Z"]},
        {"test_names": "ZZTEST"},
        {"unsigned_orders": "ORC-12"},
        {"unsigned_orders": []},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": []},
        {"local_codes": ["PID-3"]},
        {"local_codes": [[]]},
        {"loinc_unmarked": 1},
        {"registers_patients": None},
        {"link_schemes": ["javascript"]},
        {"link_schemes": ["http"]},
        {"links": ["https://ehr.example"]},
        {"links": {"any": "javascript:alert({number})"}},
        {"links": {"any": "other-scheme://open/{number}"}},
        [],
        None,
    ],
)
def test_a_setting_that_is_not_of_its_kind_is_refused_in_words(quirks):
    with pytest.raises(BadQuirks) as refused:
        checked("epic", quirks)
    assert all(problem.endswith(".") for problem in refused.value.problems)


def test_every_problem_is_told_at_once():
    with pytest.raises(BadQuirks) as refused:
        checked("", {"time_zone": "Nowhere", "assigner": 1, "wrong": 2})
    assert len(refused.value.problems) == 3


def test_a_profile_is_made_once_for_each_setting():
    assert compiled("epic", {}) is compiled("epic", {})
    quirks = {"time_zone": "UTC", "assigner": "ELM"}
    assert compiled("epic", quirks) is compiled("epic", dict(reversed(quirks.items())))


@pytest.mark.django_db
def test_tuning_a_feed_is_audited_and_a_bad_setting_changes_nothing(elm_street, now):
    with elm_street.scoped():
        operations.tune(
            feed=elm_street.lab, vendor="lab", quirks={"assigner": "ELM"}, actor=SETUP, now=now
        )
        assert profile_of(Feed.objects.get(pk=elm_street.lab.pk)).assigner == "ELM"
        assert AuditEvent.objects.get(action="feed.tuned").detail["keys"] == ["assigner"]
        with pytest.raises(BadQuirks):
            operations.tune(
                feed=elm_street.lab, vendor="epic", quirks={"x": 1}, actor=SETUP, now=now
            )
        assert Feed.objects.get(pk=elm_street.lab.pk).vendor == "lab"
