"""Why somebody is not let in by single sign-on. Codes; the words are the screen's."""

from enum import StrEnum


class Why(StrEnum):
    AWAY = "provider-away"
    """No connection, no whole answer in time, or one that is in trouble."""
    UNREADABLE = "answer-unreadable"
    """It answered, and not as OpenID Connect says."""
    CLIENT_REFUSED = "client-refused"
    """It does not take our client id and secret, or the code that it gave."""
    CANCELLED = "cancelled"
    """The person went back, or may not use this product there."""
    PROVIDER_REFUSED = "provider-refused"
    """It says that something is wrong with what we asked."""
    STALE = "stale"
    """No round of this browser that is still open: too late, twice, or begun elsewhere."""
    WRONG_ISSUER = "wrong-issuer"
    WRONG_AUDIENCE = "wrong-audience"
    WRONG_NONCE = "wrong-nonce"
    WRONG_SUBJECT = "wrong-subject"
    """Its two answers are about two people."""
    BAD_SIGNATURE = "bad-signature"
    """Not signed, signed by none of its keys, or in a way that proves nothing."""
    EXPIRED = "expired"
    CLOCK_SKEW = "clock-skew"
    """Its statement is from the future."""
    NO_EMAIL = "no-email"
    EMAIL_UNVERIFIED = "email-unverified"
    NOT_A_MEMBER = "not-a-member"
    NOT_FRESH = "not-fresh"
    """It did not ask the person again, or did not say when it did."""
    SOMEBODY_ELSE = "somebody-else"
    """Another person came back than the one who is signed in here."""
    SECRET_LOST = "secret-lost"  # noqa: S105 - a code
    """Ours cannot be opened any more."""


class SignOnRefused(Exception):
    """Nobody was let in."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why.value)
