"""Brings the catalogues (`locale/es/…/django.po`) up to what the code says."""

from typing import Any

from django.core.management.base import BaseCommand

from config.catalogues import CATALOGUES, ROOT
from config.catalogues.entries import merged, read, written
from config.catalogues.finding import found_in


class Command(BaseCommand):
    help = "Writes the words of templates and code into the catalogues, for a translator."

    def handle(self, *args: Any, **options: Any) -> None:
        """What is translated stays; what nobody says any more goes."""
        for catalogue in CATALOGUES:
            held = read(catalogue.path.read_text()) if catalogue.path.exists() else []
            entries = merged(found_in(catalogue), held)
            if not entries:
                continue
            catalogue.path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.path.write_text(written(entries))
            missing = sum(not one.is_said for one in entries)
            name = catalogue.path.relative_to(ROOT)
            self.stdout.write(f"{name}: {len(entries)} messages, {missing} to translate")
