"""QuerySets that refuse to run without a practice in scope."""

from collections.abc import Collection
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import sql
from django.db.models.sql.compiler import SQLCompiler

from tenants import scope

M = TypeVar("M", bound=models.Model, covariant=True)


class PracticeQuery(sql.Query):
    """Asks for the scope when SQL is made, so a QuerySet that leaves its scope raises too."""

    def get_compiler(
        self,
        using: str | None = None,
        connection: Any = None,
        elide_empty: bool = True,  # noqa: FBT001, FBT002 - Django's signature
    ) -> SQLCompiler:
        """Django's, after the scope is proven open.

        Raises:
            ScopeError: no practice in scope, or no transaction.
        """
        scope.require_open(using or connection.alias)
        compiler: SQLCompiler = super().get_compiler(using, connection, elide_empty)
        return compiler


class PracticeQuerySet(models.QuerySet[M]):
    """Rows of the practice in scope, and no others."""

    def __init__(
        self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None
    ) -> None:
        super().__init__(model, query or PracticeQuery(model), using, hints)

    def update(self, **kwargs: Any) -> int:
        """Django's, inside the scope only."""
        scope.require_open(self.db)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Django's, inside the scope only."""
        scope.require_open(self.db)
        return super().delete()

    def _update(self, values: Any) -> int:
        scope.require_open(self.db)
        return super()._update(values)  # type: ignore[misc,no-any-return]

    def _insert(self, *args: Any, **kwargs: Any) -> Any:
        scope.require_open(self.db)
        return super()._insert(*args, **kwargs)  # type: ignore[misc]

    def lock(self, ids: Collection[Any]) -> Self:
        """These rows, locked in the order of their ids: the one order in which rows are locked."""
        return self.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))


_FromPracticeQuerySet = models.Manager.from_queryset(PracticeQuerySet)


class PracticeManager(_FromPracticeQuerySet[M]):
    """The explicit filter: the first of the two locks."""

    def get_queryset(self) -> PracticeQuerySet[M]:
        """The rows of the practice in scope.

        Raises:
            ScopeError: there is none.
        """
        rows: PracticeQuerySet[M] = super().get_queryset()  # type: ignore[assignment]
        return rows.filter(practice_id=scope.current())
