"""Migration operations that fence a table: forced row security, keys led by the practice."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tenants.models import PracticeForeignKey
from tenants.scope import SETTING

_OURS = f"practice_id = NULLIF(current_setting('{SETTING}', true), '')::uuid"


class _Statements(Operation):
    """Statements that change tables and not the state of the models; they go with the table."""

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The state of the models does not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: Any,
        from_state: ProjectState,  # noqa: ARG002
        to_state: ProjectState,
    ) -> None:
        """Run what the operation says, in its order."""
        for statement in self.statements(partial(to_state.apps.get_model, app_label)):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Nothing: what was added goes with its table or column."""

    def statements(self, model_of: Callable[[str], Any]) -> Iterator[str]:
        """The SQL; `model_of` gives a model of the migration's state by its name."""
        raise NotImplementedError


class Fence(_Statements):
    """After CreateModel of a practice's table: row security, composite primary and foreign keys."""

    def __init__(self, *models: str) -> None:
        self.models = models

    def statements(self, model_of: Callable[[str], Any]) -> Iterator[str]:
        """Fence each table, then tie its references."""
        models = [model_of(name) for name in self.models]
        for model in models:
            yield from _fence(model)
        for model in models:
            ties = [
                field for field in model._meta.local_fields if isinstance(field, PracticeForeignKey)
            ]
            for field in ties:
                yield _tie(model, field)
            if all(field.null for field in ties):
                yield _root(model)

    def describe(self) -> str:
        """For the output of migrate."""
        return f"Fence {', '.join(self.models)}"


class Tie(_Statements):
    """The composite foreign key of one reference that was added to a fenced table later."""

    def __init__(self, model: str, field: str) -> None:
        self.model, self.field = model, field

    def statements(self, model_of: Callable[[str], Any]) -> Iterator[str]:
        """Add the constraint."""
        model = model_of(self.model)
        yield _tie(model, model._meta.get_field(self.field))

    def describe(self) -> str:
        """For the output of migrate."""
        return f"Tie {self.model}.{self.field}"


class Root(_Statements):
    """Tie a fenced table to the practice itself: its one certain parent became uncertain."""

    def __init__(self, model: str) -> None:
        self.model = model

    def statements(self, model_of: Callable[[str], Any]) -> Iterator[str]:
        """Add the constraint."""
        yield _root(model_of(self.model))

    def describe(self) -> str:
        """For the output of migrate."""
        return f"Root {self.model}"


class Revoke(_Statements):
    """Take privileges on a table from the application's role."""

    def __init__(self, model: str, *privileges: str) -> None:
        self.model, self.privileges = model, privileges

    def statements(self, model_of: Callable[[str], Any]) -> Iterator[str]:
        """Revoke from the role that DATABASE_URL names."""
        table = model_of(self.model)._meta.db_table
        role = connection.ops.quote_name(settings.DATABASES["default"]["USER"])
        yield f'REVOKE {", ".join(self.privileges)} ON "{table}" FROM {role}'

    def describe(self) -> str:
        """For the output of migrate."""
        return f"Revoke {', '.join(self.privileges)} on {self.model}"


def _fence(model: Any) -> list[str]:
    table = model._meta.db_table
    return [
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey"',
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (practice_id, id)',
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY one_practice ON "{table}" USING ({_OURS}) WITH CHECK ({_OURS})',
    ]


def _root(model: Any) -> str:
    """A table without a certain parent holds the practice itself; others hold it through theirs."""
    table = model._meta.db_table
    return (
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_of_practice" '
        f'FOREIGN KEY (practice_id) REFERENCES "tenants_practice" (id)'
    )


def _tie(model: Any, field: Any) -> str:
    table, target = model._meta.db_table, field.remote_field.model._meta.db_table
    name = f"{table}_{field.column}_in_practice"[:63]
    return (
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" '
        f'FOREIGN KEY (practice_id, "{field.column}") REFERENCES "{target}" (practice_id, id)'
    )
