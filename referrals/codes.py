"""The secrets of an invitation: its link and its code, and what is kept of them.

A code is typed off a sheet of paper, so that it has no letters that look like digits, and what
looks like one is read as one. With its link or without it opens one referral: it is long enough
(60 bits) that nobody guesses one.
"""

import hashlib
import hmac
import secrets

from django.conf import settings

from outbox import addresses

PATH = "/answer/"
"""Of the page that asks for a code; that of a link lies below it."""
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 12, 4
LOOKS_LIKE = str.maketrans("OIL", "011")
SPACES = str.maketrans("", "", " -.\u2010\u2011\u2012\u2013\u2014\u00a0\t\r\n")


def new_link() -> str:
    """The secret part of a link."""
    return secrets.token_urlsafe(32)


def address() -> str:
    """Where a code is typed."""
    return addresses.ours(PATH)


def address_of(token: str) -> str:
    """Where a link leads."""
    return addresses.ours(f"{PATH}{token}/")


def new_code() -> str:
    """A code as it is printed: K7QP-2MXD-9FTW."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def as_typed(text: str) -> str:
    """What somebody typed, as the code was made; empty where it cannot be one."""
    read = text.upper().translate(SPACES).translate(LOOKS_LIKE)
    return read if len(read) == LENGTH and set(read) <= set(LETTERS) else ""


def digest_of_link(token: str) -> str:
    """What is kept of a link, and by what it is found."""
    return _digest("link", token)


def digest_of_code(code: str) -> str:
    """The same of a code, whatever way it is written."""
    return _digest("code", as_typed(code))


def is_code(code: str, digest: str) -> bool:
    """Whether this is the code of which that is kept, in the same time whatever it is."""
    return hmac.compare_digest(digest_of_code(code), digest)


def _digest(kind: str, secret: str) -> str:
    key = settings.FEED_KEY_SECRET.encode()
    return hmac.new(key, f"invitation:{kind}:{secret}".encode(), hashlib.sha256).hexdigest()
