"""Static files as they are sent: packed, named by their content, without comments and blanks."""

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
    """Makes our own style sheets and scripts smaller as they are collected, under either name."""

    def _save(self, name: str, content: Any) -> str:
        smaller = SMALLER.get(PurePath(name).suffix)
        if smaller and not name.startswith(AS_PUBLISHED):
            content.seek(0)
            content = ContentFile(smaller(content.read().decode()).encode())
        saved: str = super()._save(name, content)
        return saved
