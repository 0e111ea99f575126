"""How a member wants the screen: words ready to be read, no model and no query."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyField:
    """One action, and the key that the member presses for it."""

    usual: str
    does: str
    key: str
    error: str = ""

    @property
    def id(self) -> str:
        """For an id of the page, which may hold no sign."""
        return str(ord(self.usual))


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesPage:
    keys: tuple[KeyField, ...]
    keys_on: bool
    usual_page: str
    """Where the member's role begins."""
    first_page: str
    """Where they chose to begin; empty: where their role does."""
    places: tuple[tuple[str, str], ...]
    """Name and label of those that they may open."""
    languages: tuple[tuple[str, str], ...]
    """Code and own name of each."""
    language: str
    """The one they chose; empty: as their browser says."""
    themes: tuple[str, ...]
    densities: tuple[str, ...]
    layouts: tuple[str, ...]

    @property
    def errors(self) -> tuple[KeyField, ...]:
        return tuple(one for one in self.keys if one.error)
