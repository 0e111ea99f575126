"""Keys to the REST API: words ready to be read, and never a secret."""

from dataclasses import dataclass

from dashboards.words import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyLine:
    name: str
    prefix: str
    scopes: str
    made: Moment
    used: Moment | None
    """None: never."""
    ends: Moment | None
    """None: it has no end."""
    state: str
    """Why it opens nothing any more; empty: it does."""
    revoke_url: str
