"""What an identity provider publishes of itself (OpenID Connect Discovery). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from integrations.oidc.refusals import SignOnRefused, Why

WELL_KNOWN = "/.well-known/openid-configuration"

BASIC, POST = "client_secret_basic", "client_secret_post"


def address_of(issuer: str) -> str:
    """Where the document of an issuer stands."""
    return issuer.rstrip("/") + WELL_KNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The addresses that a round needs, and how we prove ourselves."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    """Empty: it has none."""
    names_issuer: bool
    """It names itself in each answer (RFC 9207), so one that does not is not its."""
    by_basic: bool
    """The secret goes in a header, else in the form."""

    @classmethod
    def read(cls, said: Mapping[str, Any], *, issuer: str) -> Self:
        """The document of this issuer.

        Raises:
            SignOnRefused: it is another issuer's, or lacks what it must have.
        """
        if said.get("issuer") != issuer:
            raise SignOnRefused(Why.WRONG_ISSUER)
        needed = {name: _address(said, name) for name in NEEDED}
        if not all(needed.values()):
            raise SignOnRefused(Why.UNREADABLE)
        methods = said.get(METHODS)
        return cls(
            issuer=issuer, **needed, userinfo_endpoint=_address(said, "userinfo_endpoint"),
            names_issuer=said.get("authorization_response_iss_parameter_supported") is True,
            by_basic=not isinstance(methods, list) or BASIC in methods,
        )  # fmt: skip


NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
METHODS = "token_endpoint_auth_methods_supported"


def _address(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""
