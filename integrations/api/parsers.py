"""JSON read as strictly as at the FHIR door: bounded, no name twice, no NUL, no half characters."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from integrations.fhir.structure import Unreadable, read

MAX_BYTES = 64 * 1024


class StrictJSONParser(BaseParser):
    """One JSON object."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - REST framework's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        """The object in the body; an empty body is an empty object.

        Raises:
            ParseError: it is not JSON that we accept.
        """
        raw = stream.read()
        if not raw.strip():
            return {}
        try:
            value = read(raw, max_bytes=MAX_BYTES)
        except Unreadable as error:
            raise ParseError(error.issue.text) from error
        if not isinstance(value, dict):
            raise ParseError("The body must be one JSON object.")
        return value
