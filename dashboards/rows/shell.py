"""The frame round every screen: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.emergency import EmergencyBanner


@dataclass(frozen=True, slots=True, kw_only=True)
class NavLink:
    label: str
    url: str
    icon: str
    here: bool = False
    count: str = ""
    go_key: str = ""


@dataclass(frozen=True, slots=True)
class NavGroup:
    label: str
    links: tuple[NavLink, ...]


@dataclass(frozen=True, slots=True)
class PracticeChoice:
    id: str
    name: str
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The frame round every screen: where I am, who I am, whether data is arriving."""

    person: str
    initials: str
    role: str
    practice: str
    here: str = ""
    """The name of the screen."""
    groups: tuple[NavGroup, ...] = ()
    phone: tuple[NavLink, ...] = ()
    practices: tuple[PracticeChoice, ...] = ()
    feed_words: str = ""
    feed_status: str = "never"
    feeds_url: str = ""
    cover: str = ""
    """Who covers whom today."""
    unseen: str = ""
    """How many notices are new; empty for none."""
    emergencies: tuple[EmergencyBanner, ...] = ()
    """Charts that are open by emergency access."""
