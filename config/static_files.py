"""Static files as they are sent: packed, named by their content, without comments and blanks."""

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

SMALLER = {".css": cssmin, ".js": jsmin}
AS_PUBLISHED = "vendor/"
"""Vendored files stay as their publishers made them."""


class SmallStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Makes our own style sheets and scripts smaller as they are collected."""

    def save(self, name: str, content: Any, max_length: int | None = None) -> str:
        """Keep a file, smaller where it is ours."""
        smaller = SMALLER.get(PurePath(name).suffix)
        if smaller and not name.startswith(AS_PUBLISHED):
            content = ContentFile(smaller(content.read().decode()).encode())
        saved: str = super().save(name, content, max_length)
        return saved

    def post_process(self, paths: Mapping[str, Any], *more: Any, **options: Any) -> Iterator[Any]:
        """Name them by what was kept, not by what was written."""
        yield from super().post_process({name: (self, name) for name in paths}, *more, **options)
