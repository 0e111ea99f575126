"""Secrets at rest: sealed with a key of the settings, so that a copy of the database opens none.

Two keys may stand in the settings: the first seals, both open. To rotate, put the new one first,
run `manage.py reseal`, then take the old one away.
"""

import base64
from collections.abc import Sequence
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealBroken(Exception):
    """The secret cannot be opened with any key of the settings: it must be entered again."""


def seal(secret: str) -> str:
    """What may be stored."""
    return _box(tuple(settings.SEALING_SECRETS)).encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret.

    Raises:
        SealBroken: it was sealed with another key, or altered.
    """
    try:
        return _box(tuple(settings.SEALING_SECRETS)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken(
            "A stored secret was sealed with a key that is gone. Enter it again."
        ) from None


def reseal(sealed: str) -> str:
    """The same secret under the first key.

    Raises:
        SealBroken: it was sealed with another key, or altered.
    """
    return seal(unseal(sealed))


@cache
def _box(secrets: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=b"clearchart sealing 1").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
