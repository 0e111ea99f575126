"""HTTP Basic, as vendors send it who let us choose a user and a password for the address."""

import base64
import binascii
import hmac

from integrations.signing import SignatureRefused


def verify(authorization: str, *, user: str, password: str) -> None:
    """Accept the request.

    Args:
        authorization: the header as it came.
        user: as registered with the vendor; an empty one accepts nobody.
        password: likewise.

    Raises:
        SignatureRefused: absent, unreadable, or of somebody else.
    """
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic" or not encoded.strip():
        raise SignatureRefused("The header Authorization must carry the user and password agreed.")
    try:
        said = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureRefused("The header Authorization is not Base64.") from None
    expected = f"{user}:{password}".encode()
    if not (user and password and hmac.compare_digest(said, expected)):
        raise SignatureRefused("The user or the password is another.")
