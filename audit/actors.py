"""Who does it: a person or a named machine, never nobody."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class ActorKind(StrEnum):
    PERSON = "person"
    MACHINE = "machine"


class Member(Protocol):
    """What is asked of a member: audit stands below accounts, so that joining is audited too."""

    @property
    def pk(self) -> UUID: ...
    @property
    def user_id(self) -> UUID: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Actor:
    """FHIR AuditEvent.agent. Travels with `now`, last, through every operation."""

    kind: ActorKind
    name: str
    user_id: UUID | None = None
    membership_id: UUID | None = None
    request_id: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        """Refuse nobody."""
        if not self.name:
            raise ValueError("An actor has a name.")
        if self.kind == ActorKind.PERSON and self.user_id is None:
            raise ValueError("A person who acts is a user.")

    @classmethod
    def person(cls, member: Member, *, request_id: str = "", address: str = "") -> "Actor":
        """A member, at work in their practice."""
        return cls(ActorKind.PERSON, member.name, member.user_id, member.pk, request_id, address)

    @classmethod
    def machine(cls, name: str, *, request_id: str = "", address: str = "") -> "Actor":
        """A named part of the product, or an API key: `integrations.intake`, `api:ab12`."""
        return cls(ActorKind.MACHINE, name, None, None, request_id, address)
