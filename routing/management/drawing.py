"""Commands that write a page of docs/ from the tables that the code runs on."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class DrawingCommand(BaseCommand):
    """Writes a page, or says that it is stale."""

    requires_system_checks = ()
    target: ClassVar[str]
    """The file's name in docs/."""
    draw: Callable[[], str]
    """The whole page."""

    @classmethod
    def path(cls) -> Path:
        """Where the page stands."""
        docs: Path = settings.BASE_DIR / "docs"
        return docs / cls.target

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--check` is for the tests and for pre-commit."""
        parser.add_argument("--check", action="store_true", help="fail where the page is stale")

    def handle(self, *_: Any, **options: Any) -> None:
        """Write the page, or compare it."""
        drawn, path = self.draw(), self.path()
        if not options["check"]:
            path.write_text(drawn, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != drawn:
            name = type(self).__module__.rpartition(".")[2]
            raise CommandError(f"docs/{self.target} is stale: run `manage.py {name}`.")
