"""X-Twilio-Signature: HMAC-SHA1 over the public address and the form, or a digest of the body in
the address."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from integrations.signing import SignatureRefused

HEADER = "X-Twilio-Signature"
DEFAULT_PORTS = {"http": 80, "https": 443}

Parameters = Iterable[tuple[str, str]]


def sign(url: str, parameters: Parameters, *, token: str) -> str:
    """The signature of exactly this address and these form parameters."""
    named: dict[str, set[str]] = {}
    for name, value in parameters:
        named.setdefault(name, set()).add(value)
    text = url + "".join(name + value for name in sorted(named) for value in sorted(named[name]))
    digest = hmac.new(token.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha1)
    return base64.b64encode(digest.digest()).decode()


def verify(
    url: str, parameters: Parameters, signature: str, *, token: str, body: bytes = b""
) -> None:
    """Accept a request.

    Args:
        url: the public address with its query, rebuilt from configuration and not from Host.
        parameters: every form parameter as received, untrimmed; repeats included.
        signature: the header as it came.
        token: the account's auth token.
        body: the raw bytes, where the address carries `bodySHA256`.

    Raises:
        SignatureRefused: absent, or made over something else.
    """
    if not signature:
        raise SignatureRefused(f"The header {HEADER} is missing.")
    digest = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    if digest:
        parameters = ()
        if not _same(digest.lower(), hashlib.sha256(body).hexdigest()):
            raise SignatureRefused("The body is not the one whose digest the address carries.")
    held = list(parameters)
    fits = [_same(signature, sign(form, held, token=token)) for form in spellings(url)]
    if not any(fits):
        raise SignatureRefused("The signature does not fit the address and the parameters.")


def spellings(url: str) -> Iterator[str]:
    """The address as it is, without its port, and with the standard one: senders sign any."""
    parts = urlsplit(url)
    bare = _without_port(parts)
    standard = DEFAULT_PORTS.get(parts.scheme)
    forms = [url, bare]
    if standard is not None and not _port(parts):
        forms.append(_at(parts, f"{parts.netloc}:{standard}"))
    yield from dict.fromkeys(forms)


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        return None


def _without_port(parts: SplitResult) -> str:
    user, mark, host = parts.netloc.rpartition("@")
    name, colon, port = host.rpartition(":")
    kept = name if colon and port.isdigit() else host
    return _at(parts, f"{user}{mark}{kept}")


def _at(parts: SplitResult, place: str) -> str:
    return urlunsplit((parts.scheme, place, parts.path, parts.query, parts.fragment))


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())
