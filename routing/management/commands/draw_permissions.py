"""Writes docs/permissions.md from the tables that the code runs on."""

from argparse import ArgumentParser
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.permissions import MAY
from accounts.roles import Role
from routing.authority import product
from routing.friction import CELLS

PAGE: Path = settings.BASE_DIR / "docs" / "permissions.md"

INTRODUCTION = """\
# Who may do what

Written by `manage.py draw_permissions` from `accounts/permissions.py` and `routing/friction.py`; a
test fails when it is stale. A person may do what any of their roles may. `tests/flows/` walks every
address and every verb with every role (`test_permission_matrix.py`): who may not gets 403 with the
reason, and nothing has changed.
"""

CLOSING = """
## Who closes what

A practice may say otherwise, from a day on, by a physician's word: Staff, Who may close what
(`routing/authority.py`, the one place that decides). Critical work is never delegated; a normal
result that a published rule sends past the clinicians is closed by whoever closes routine work.
"""


class Command(BaseCommand):
    help = "Write docs/permissions.md from the tables of roles, operations and work."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--check` is for the tests and for pre-commit."""
        parser.add_argument("--check", action="store_true", help="fail where the page is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page, or compare it."""
        if not options["check"]:
            PAGE.write_text(page(), encoding="utf-8")
        elif PAGE.read_text(encoding="utf-8") != page():
            raise CommandError("docs/permissions.md is stale: run `manage.py draw_permissions`.")


def page() -> str:
    """The whole page."""
    operations = {operation.value: roles for operation, roles in MAY.items()}
    work = {cell.words: product(cell) for cell in CELLS}
    return "\n".join([INTRODUCTION, *_table("", operations), CLOSING, *_table("closes", work), ""])


def _table(corner: str, rows: dict[str, frozenset[Role]]) -> Iterator[str]:
    yield f"| {corner} | {' | '.join(role.label for role in Role)} |"
    yield f"| --- |{' :-: |' * len(Role)}"
    for what, roles in rows.items():
        yield f"| {what} | {' | '.join(_marks(roles))} |"


def _marks(roles: Collection[Role]) -> Iterator[str]:
    return ("yes" if role in roles else "no" for role in Role)
