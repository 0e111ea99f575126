"""People and their roles: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.task import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    name: str
    email: str
    roles: str
    where: str
    is_active: bool = True
    is_me: bool = False
    roles_url: str = ""
    leaving_url: str = ""
    back_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    here: tuple[PersonLine, ...]
    gone: tuple[PersonLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesPage:
    """One person: what they may do, and the form to change it."""

    name: str
    now: str
    url: str
    choices: tuple[Choice, ...]
