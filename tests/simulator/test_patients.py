"""The invented people: as many as promised, always the same, and some of them at raised risk."""

import re
from datetime import date

from config.demo.cast import PHONES
from integrations.simulator.catalogue import (
    PANELS,
    PROTOCOL_DRUGS,
    WATCHED_MEDICATIONS,
    WATCHED_PROBLEMS,
)
from integrations.simulator.patients import POOL, pool
from routing import starter


def test_a_practice_has_300_people_with_names_and_numbers_of_their_own():
    people = pool("elm-street")
    assert len(people) == POOL == 300
    assert len({person.mrn for person in people}) == POOL
    assert len({(person.given, person.family) for person in people}) == POOL


def test_the_people_of_two_practices_are_not_the_same():
    elm, oak = pool("elm-street"), pool("oak-street")
    assert not {person.mrn for person in elm} & {person.mrn for person in oak}
    assert [person.family for person in elm] != [person.family for person in oak]


def test_they_do_not_change_from_one_run_to_the_next():
    first = pool("elm-street")[0]
    pool.cache_clear()
    assert pool("elm-street")[0] == first


def test_some_are_past_65_and_some_are_children():
    ages = [2026 - person.birth_date.year for person in pool("elm-street")]
    assert 30 <= sum(age >= 66 for age in ages) <= 80
    assert 15 <= sum(age < 18 for age in ages) <= 70
    assert max(person.birth_date for person in pool("elm-street")) < date(2026, 1, 1)


def test_some_have_a_problem_or_take_a_drug_that_is_watched():
    people = pool("elm-street")
    watched = {problem.code for problem in WATCHED_PROBLEMS}
    assert 5 <= sum(any(p.code in watched for p in person.problems) for person in people) <= 40
    assert 5 <= sum(bool(person.medications) for person in people) <= 40


def test_what_is_watched_and_under_protocol_is_on_the_lists_of_the_starter_pack():
    assert {term.code for term in WATCHED_PROBLEMS} <= set(starter.WATCHED_PROBLEMS)
    assert {term.code for term in WATCHED_MEDICATIONS} <= set(starter.WATCHED_MEDICATIONS)
    assert {term.code for term in PROTOCOL_DRUGS} == set(starter.REFILL_PROTOCOL)
    assert {panel.code for panel in PANELS} & set(starter.DELEGABLE)
    assert {panel.code for panel in PANELS} - set(starter.DELEGABLE)


def test_telephone_numbers_are_of_the_range_kept_for_fiction():
    shape = re.compile(r"\([2-9]\d\d\) 555-01\d\d")
    assert all(shape.fullmatch(person.phone) for person in pool("elm-street"))


def test_no_two_people_of_the_demo_share_a_phone():
    towns = ("elm-street", "oak-street", "pine-hill")
    phones = {person.phone for town in towns for person in pool(town)}
    assert len(phones) == len(towns) * POOL
    staff = {digits(phone) for phone in PHONES.values()}
    assert not staff & {digits(phone) for phone in phones}


def digits(phone):
    return re.sub(r"\D", "", phone)[-10:]
