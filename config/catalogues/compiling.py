"""Makes the `.mo` that gettext reads, where none is or its `.po` is younger.

It needs no tools of gettext: a clone with Python alone speaks every language.
"""

from pathlib import Path
from tempfile import NamedTemporaryFile

from config.catalogues import CATALOGUES, Catalogue
from config.catalogues.keeping import compiled


def compile_stale() -> None:
    """At start; many processes may do so at once."""
    for catalogue in CATALOGUES:
        if _is_stale(catalogue):
            _replace(catalogue.compiled, compiled(catalogue))


def _is_stale(catalogue: Catalogue) -> bool:
    if not catalogue.path.exists():
        return False
    if not catalogue.compiled.exists():
        return True
    return catalogue.compiled.stat().st_mtime_ns < catalogue.path.stat().st_mtime_ns


def _replace(path: Path, content: bytes) -> None:
    """Nobody reads half a file."""
    with NamedTemporaryFile(dir=path.parent, delete=False) as made:
        made.write(content)
    whole = Path(made.name)
    whole.chmod(0o644)
    whole.replace(path)
