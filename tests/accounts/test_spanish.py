"""Refusals in the language of whoever is refused."""

import pytest
from django.utils import translation

from accounts.permissions import Operation, may, who
from accounts.roles import Role


@pytest.mark.parametrize("operation", Operation, ids=lambda one: one.name.lower())
def test_a_refusal_names_the_operation_in_spanish(operation):
    with translation.override("es"):
        refused = may((), operation).reason
    assert refused.startswith("Para ")
    assert operation.value not in refused
    assert refused != may((), operation).reason


def test_roles_are_listed_as_each_language_does():
    roles = {Role.PHYSICIAN, Role.NURSE, Role.IT}
    assert who(roles) == "a nurse, physician or IT"
    with translation.override("es"):
        assert who(roles) == "enfermería, médico o informática"
        assert [role.label for role in Role] != [role.value for role in Role]


def test_english_names_stay_what_they_were():
    assert Role.PRACTICE_MANAGER.label == "Practice manager"
    assert who({Role.PHYSICIAN}) == "a physician"
    assert who(()) == ""
