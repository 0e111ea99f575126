"""Brings the catalogues (`locale/es/…/django.po`) up to what the code says."""

from typing import Any

from django.core.management.base import BaseCommand

from config.catalogues import CATALOGUES, ROOT
from config.catalogues.collecting import collected
from config.catalogues.keeping import written


class Command(BaseCommand):
    help = "Writes the words of templates and code into the catalogues, for a translator."

    def handle(self, *args: Any, **options: Any) -> None:
        """What is translated stays; what nobody says any more goes."""
        for catalogue in CATALOGUES:
            words = collected(catalogue)
            if not words:
                continue
            catalogue.path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.path.write_text(written(words))
            missing, name = len(words.untranslated_entries()), catalogue.path.relative_to(ROOT)
            self.stdout.write(f"{name}: {len(words)} messages, {missing} to translate")
