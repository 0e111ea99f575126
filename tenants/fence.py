"""Migration operations that fence a table: forced row security, keys led by the practice."""

from typing import Any

from django.conf import settings
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tenants.models import PracticeForeignKey
from tenants.scope import SETTING

_OURS = f"practice_id = NULLIF(current_setting('{SETTING}', true), '')::uuid"


class Fence(Operation):
    """After CreateModel of a practice's table: row security, composite primary and foreign keys."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, *models: str) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The state of the models does not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: Any,
        from_state: ProjectState,  # noqa: ARG002
        to_state: ProjectState,
    ) -> None:
        """Fence each table, then tie its references."""
        models = [to_state.apps.get_model(app_label, name) for name in self.models]
        for model in models:
            for statement in _fence(model):
                schema_editor.execute(statement)
        for model in models:
            ties = [
                field for field in model._meta.local_fields if isinstance(field, PracticeForeignKey)
            ]
            for field in ties:
                schema_editor.execute(_tie(model, field))
            if all(field.null for field in ties):
                schema_editor.execute(_root(model))

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Nothing: the table goes with its CreateModel."""

    def describe(self) -> str:
        """For the output of migrate."""
        return f"Fence {', '.join(self.models)}"


class Tie(Operation):
    """The composite foreign key of one reference that was added to a fenced table later."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str, field: str) -> None:
        self.model, self.field = model, field

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The state of the models does not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: Any,
        from_state: ProjectState,  # noqa: ARG002
        to_state: ProjectState,
    ) -> None:
        """Add the constraint."""
        model = to_state.apps.get_model(app_label, self.model)
        schema_editor.execute(_tie(model, model._meta.get_field(self.field)))

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Nothing: the constraint goes with its column."""

    def describe(self) -> str:
        """For the output of migrate."""
        return f"Tie {self.model}.{self.field}"


class Revoke(Operation):
    """Take privileges on a table from the application's role."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str, *privileges: str) -> None:
        self.model, self.privileges = model, privileges

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The state of the models does not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: Any,
        from_state: ProjectState,  # noqa: ARG002
        to_state: ProjectState,
    ) -> None:
        """Revoke from the role that DATABASE_URL names."""
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
        schema_editor.execute(f'REVOKE {", ".join(self.privileges)} ON "{table}" FROM {role}')

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Nothing: the table goes with its CreateModel."""

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
