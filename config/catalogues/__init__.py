"""The words that people read, in every language: from the code into `.po`, from `.po` into `.mo`.

A catalogue belongs to an app and stands in it (`routing/locale`); one of the whole house
(`locale`) holds the words of screens. A translator edits `.po`; `.mo` is made of it at start.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LANGUAGE = "es"
"""English is what the code says; this is the other one."""

ROOT = Path(__file__).resolve().parents[2]
FILE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One `.po`, and the folders whose words it holds."""

    path: Path
    folders: tuple[str, ...]

    @property
    def compiled(self) -> Path:
        return self.path.with_suffix(".mo")

    def sources(self, suffix: str) -> Iterator[Path]:
        """Files of its folders that may hold words, in a fixed order."""
        for folder in self.folders:
            for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
                if "migrations" not in path.parts:
                    yield path


APPS = (
    "tenants", "accounts", "audit", "charts", "routing", "outbox", "escalation", "referrals",
    "metrics", "integrations", "watchdog",
)  # fmt: skip
"""Each with a catalogue of its own."""

CATALOGUES = (
    Catalogue(ROOT / FILE, ("templates", "dashboards", "config")),
    *(Catalogue(ROOT / app / FILE, (app,)) for app in APPS),
)
