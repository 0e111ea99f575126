"""Make anew what patients and items are found by, for rows that came before it was kept."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand
from django.db import transaction

from charts import tokens
from tenants import scope
from tenants.models import Practice

FIRST = UUID(int=0)
"""Sorts before every id."""


class Command(BaseCommand):
    help = "Bring the search of every practice into line with its patients and items."

    def handle(self, *args: Any, **options: Any) -> None:
        """Practice by practice, in short transactions; it may run beside everything else."""
        for practice in Practice.objects.order_by("pk"):
            with scope.scoped(practice.pk):
                self.stdout.write(f"{practice.slug}: {_rebuild()} patients put right.")


def _rebuild() -> int:
    mended = 0
    after: UUID | None = FIRST
    while after is not None:
        with transaction.atomic():
            found, after = tokens.look_on(after)
        mended += len(found)
    return mended
