"""athenahealth: `X-Hub-Signature: <method>=<hex HMAC of the raw body>`, keyed with the secret that
we gave when we subscribed."""

import hashlib
import hmac

from integrations.signing import SignatureRefused

HEADER = "X-Hub-Signature"
METHODS = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
"""SHA-1 is not among them: who may choose the method must not choose a weak one."""


def sign(body: bytes, *, secret: str, method: str = "sha256") -> str:
    """The header's value for a body."""
    digest = hmac.new(secret.encode(), body, METHODS[method]).hexdigest()
    return f"{method}={digest}"


def verify(body: bytes, header: str, *, secret: str) -> None:
    """Accept a body; white space at its end counts.

    Raises:
        SignatureRefused: absent, by a method we do not take, or over another body.
    """
    method, mark, said = header.strip().partition("=")
    if not mark:
        raise SignatureRefused(f"The header {HEADER} is missing or names no method.")
    method = method.lower()
    if method not in METHODS:
        raise SignatureRefused(f"The header {HEADER} must be made with sha256.")
    expected = sign(body, secret=secret, method=method).partition("=")[2]
    fits = hmac.compare_digest(said.strip().encode("utf-8", "replace"), expected.encode())
    if not (secret and fits):
        raise SignatureRefused("The signature does not fit the body: sign the raw bytes as sent.")
