"""Columns that hold one word of an enumeration."""

from enum import StrEnum

from django.db import models


def choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    """As a field takes them."""
    return [(value.value, value.value) for value in values]


def known(
    column: str, values: type[StrEnum], *, name: str, blank: bool = False
) -> models.CheckConstraint:
    """The check that a column holds one of these words."""
    words = [*([""] if blank else []), *(value.value for value in values)]
    return models.CheckConstraint(condition=models.Q(**{f"{column}__in": words}), name=name)
