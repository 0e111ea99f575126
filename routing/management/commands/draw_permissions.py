"""Writes docs/permissions.md from the tables that the code runs on."""

from collections.abc import Collection, Iterator

from accounts.permissions import MAY
from accounts.roles import Role
from routing.authority import product
from routing.friction import CELLS
from routing.management.drawing import DrawingCommand

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


class Command(DrawingCommand):
    help = "Write docs/permissions.md from the tables of roles, operations and work."
    target = "permissions.md"
    draw = staticmethod(page)
