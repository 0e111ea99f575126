"""The database says what the models say, and a status that nobody knows cannot be stored."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from accounts.roles import Role
from charts.values import ItemKind, ItemStatus, Priority, Severity
from integrations.events import VisitStatus
from routing.categories import Category
from routing.states import TaskStatus
from tenants.checks import OUR_APPS

OPTIONAL = {""}

PLAIN = {
    ("AuditEvent", "actor_kind"): {"person", "machine"},
    ("AuditEvent", "outcome"): {"success", "denied", "failed"},
    ("ChartItem", "kind"): set(ItemKind),
    ("ChartItem", "status"): set(ItemStatus),
    ("ChartItem", "severity"): set(Severity) | OPTIONAL,
    ("ChartItem", "stated_severity"): set(Severity) | OPTIONAL,
    ("ChartItem", "priority"): set(Priority) | OPTIONAL,
    ("Encounter", "status"): set(VisitStatus),
    ("ItemVersion", "status"): set(ItemStatus),
    ("ItemVersion", "severity"): set(Severity) | OPTIONAL,
    ("ResultValue", "severity"): set(Severity) | OPTIONAL,
    ("Queue", "role"): set(Role),
    ("Rule", "role"): set(Role),
    ("Rule", "priority"): set(Priority),
    ("Task", "category"): set(Category),
    ("Task", "priority"): set(Priority),
    ("Task", "severity"): set(Severity) | OPTIONAL,
    ("Task", "status"): set(TaskStatus),
}
"""Columns that hold one of a few words, and which."""


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OUR_APPS]


def columns() -> Iterator[tuple[type[models.Model], str, set[str]]]:
    """Each column of few words: those of the table above, and those that declare their choices."""
    for model in our_models():
        for field in model._meta.local_concrete_fields:
            words = PLAIN.get((model.__name__, field.name))
            if words is None and field.choices:
                words = {value for value, _ in field.choices} | (OPTIONAL if field.blank else set())
            if words is not None:
                yield model, field.name, {str(word) for word in words}


def _parts(condition: models.Q) -> Iterator[tuple[str, object]]:
    for part in condition.children:
        if isinstance(part, models.Q):
            yield from _parts(part)
        else:
            yield part


def held(model: type[models.Model], column: str) -> list[set[str]]:
    """The sets of words that the model's constraints allow in this column."""
    found = []
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint) and not constraint.condition.negated:
            parts = list(_parts(constraint.condition))
            one = {str(word) for name, word in parts if name == column}
            several = {
                str(word) for name, words in parts if name == f"{column}__in" for word in words
            }
            found.append(one | several)
    return found


COLUMNS = {f"{model.__name__}.{name}": (model, name, words) for model, name, words in columns()}


def test_the_table_names_columns_that_exist():
    assert {f"{model}.{name}" for model, name in PLAIN} <= COLUMNS.keys()


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_of_few_words_takes_no_other(column):
    model, name, words = COLUMNS[column]
    assert words in held(model, name)


@pytest.mark.django_db
def test_the_database_holds_every_check_that_the_models_declare():
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'c' AND convalidated")
        there = {name for (name,) in cursor.fetchall()}
    declared = {
        constraint.name
        for model in our_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    }
    assert declared
    assert declared <= there


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
