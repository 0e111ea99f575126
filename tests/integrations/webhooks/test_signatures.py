"""Who posts to us proves it; one altered byte proves nothing."""

import base64
import hashlib
import hmac
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from integrations.signing import SignatureRefused, verify_hub
from integrations.webhooks import basic, documo, sinch, telnyx, twilio

CORPUS = Path(os.environ.get("CLEARCHART_CORPUS", Path(__file__).parents[4] / "shared" / "corpus"))
VECTORS = CORPUS / "webhooks" / "twilio-signature-vectors.json"
PUBLISHED = json.loads(VECTORS.read_bytes())["vectors"] if VECTORS.exists() else []

NOW = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
TOKEN, SECRET = "a made-up token", "a made-up secret"
URL = "https://elm.example/hooks/sms?practice=elm"
FORM = [("Body", " Yes, C "), ("From", "+15550100"), ("MessageSid", "SM0")]


def holds(verify, *args, **kwargs) -> bool:
    try:
        verify(*args, **kwargs)
    except SignatureRefused:
        return False
    return True


def altered(text: str):
    """The text with each of its characters changed in turn."""
    for at, letter in enumerate(text):
        yield text[:at] + ("A" if letter != "A" else "B") + text[at + 1 :]


# --- Twilio


@pytest.mark.skipif(not PUBLISHED, reason="the published vectors are not on this machine")
@pytest.mark.parametrize("vector", PUBLISHED, ids=lambda one: one["name"])
def test_a_published_twilio_vector_verifies_and_one_altered_byte_fails_it(vector):
    url, form = vector["request_url"], [tuple(pair) for pair in vector.get("form_params") or []]
    signature, body = vector["x_twilio_signature"], vector.get("raw_body", "").encode()
    known = {"token": vector["auth_token"], "body": body}
    assert holds(twilio.verify, url, form, signature, **known) is vector["valid"]
    for wrong in altered(signature):
        assert not holds(twilio.verify, url, form, wrong, **known)
    assert not holds(twilio.verify, url.replace("myapp", "myapq"), form, signature, **known)
    for at, (name, value) in enumerate(form):
        spoiled = [*form[:at], (name, value + "x"), *form[at + 1 :]]
        assert not holds(twilio.verify, url, spoiled, signature, **known)
    if body:
        assert not holds(twilio.verify, url, form, signature, **(known | {"body": body + b" "}))


def our_twilio(url: str, form) -> str:
    """The algorithm as published, written again: a mistake in one of the two shows."""
    text = url + "".join(f"{name}{value}" for name, value in sorted(set(form)))
    return base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), "sha1")).decode()


@pytest.mark.parametrize("signed, asked", [
    (URL, URL),
    (URL, URL.replace("elm.example", "elm.example:443")),
    (URL.replace("elm.example", "elm.example:443"), URL),
    (URL.replace("elm.example", "elm.example:443"), URL.replace("elm.example", "elm.example:443")),
    (URL.replace("https", "http").replace(".example", ".example:80"), URL.replace("https", "http")),
    (URL, URL.replace("elm.example", "elm.example:8443")),
])  # fmt: skip
def test_twilio_may_sign_with_or_without_the_port(signed, asked):
    assert holds(twilio.verify, asked, FORM, our_twilio(signed, FORM), token=TOKEN)


def test_twilio_counts_repeats_once_in_order_and_values_untrimmed():
    form = [*FORM, ("MediaUrl", "b"), ("MediaUrl", "a"), ("MediaUrl", "b")]
    signature = our_twilio(URL, form)
    assert holds(twilio.verify, URL, form, signature, token=TOKEN)
    assert holds(twilio.verify, URL, form[::-1], signature, token=TOKEN)
    trimmed = [(name, value.strip()) for name, value in form]
    assert not holds(twilio.verify, URL, trimmed, signature, token=TOKEN)
    assert not holds(twilio.verify, URL, form[:-2], signature, token=TOKEN)


def test_a_json_body_is_proven_by_the_digest_in_the_address():
    body = b'{"made": "up"}'
    url = f"{URL}&bodySHA256={hashlib.sha256(body).hexdigest()}"
    signature = our_twilio(url, [])
    assert holds(twilio.verify, url, [], signature, token=TOKEN, body=body)
    assert not holds(twilio.verify, url, [], signature, token=TOKEN, body=body + b"\n")
    assert not holds(twilio.verify, url, [], signature, token=TOKEN)


@pytest.mark.parametrize("signature", ["", "é", "=", "A" * 5000])
def test_twilio_without_a_good_signature_is_refused(signature):
    assert not holds(twilio.verify, URL, FORM, signature, token=TOKEN)


# --- Telnyx

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
PUBLIC = base64.b64encode(KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
BODY = b'{"data": {"event_type": "fax.received", "id": "1"}}'


def of_telnyx(body: bytes = BODY, *, at: datetime = NOW) -> tuple[str, str]:
    timestamp = str(int(at.timestamp()))
    signed = KEY.sign(timestamp.encode() + b"|" + body)
    return base64.b64encode(signed).decode(), timestamp


def telnyx_holds(body, signature, timestamp, *, key=PUBLIC, now=NOW):
    return holds(telnyx.verify, body, signature, timestamp, public_key=key, now=now)


def test_telnyx_is_proven_by_its_key_over_time_and_body():
    signature, timestamp = of_telnyx()
    assert telnyx_holds(BODY, signature, timestamp)
    for wrong in altered(signature):
        assert not telnyx_holds(BODY, wrong, timestamp)
    for at in range(len(BODY)):
        spoiled = BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :]
        assert not telnyx_holds(spoiled, signature, timestamp)
    assert not telnyx_holds(BODY, signature, str(int(timestamp) + 1))
    other = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32).public_key()
    raw = base64.b64encode(other.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    assert not telnyx_holds(BODY, signature, timestamp, key=raw)


@pytest.mark.parametrize("off, good", [(299, True), (-299, True), (301, False), (-301, False)])
def test_telnyx_has_five_minutes_either_way(off, good):
    signature, timestamp = of_telnyx(at=NOW + timedelta(seconds=off))
    assert telnyx_holds(BODY, signature, timestamp) is good


@pytest.mark.parametrize("signature, timestamp", [
    ("", "1"), ("AAAA", ""), ("no base64 é", "1795186800"), ("AAAA", "²"), ("AAAA", "9" * 400),
    ("AAAA", "-1"), ("AAAA", "1e9"),
])  # fmt: skip
def test_telnyx_headers_that_cannot_be_read_are_refused(signature, timestamp):
    assert not telnyx_holds(BODY, signature, timestamp)
    assert not telnyx_holds(BODY, *of_telnyx(), key="not a key")


# --- athenahealth


def test_athenahealth_signs_the_raw_body_to_its_last_blank():
    header = "sha256=" + hmac.new(SECRET.encode(), BODY + b" \n", hashlib.sha256).hexdigest()
    assert holds(verify_hub, BODY + b" \n", header, secrets=[SECRET])
    assert not holds(verify_hub, BODY, header, secrets=[SECRET])
    assert not holds(verify_hub, BODY + b" \n", header, secrets=["another"])
    digest = header.partition("=")[2]
    for wrong in altered(digest):
        if wrong.lower() == digest:
            continue  # hex reads the same in capitals
        assert not holds(verify_hub, BODY + b" \n", f"sha256={wrong}", secrets=[SECRET])


@pytest.mark.parametrize("method, good", [("sha256", True), ("sha512", True), ("sha1", False)])
def test_athenahealth_names_its_method(method, good):
    digest = hmac.new(SECRET.encode(), BODY, method).hexdigest()
    assert holds(verify_hub, BODY, f"{method}={digest}", secrets=[SECRET]) is good


@pytest.mark.parametrize("header", ["", "sha256", "=", "md5=00", "sha256=é"])
def test_athenahealth_without_a_good_header_is_refused(header):
    assert not holds(verify_hub, BODY, header, secrets=[SECRET])


def test_an_empty_secret_accepts_nobody():
    header = "sha256=" + hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    assert not holds(verify_hub, BODY, header, secrets=[""])
    nobody = "Basic " + base64.b64encode(b":").decode()
    assert not holds(basic.verify, nobody, user="", password="")


# --- Sinch and Documo


def test_sinch_signs_body_nonce_and_time():
    timestamp = str(int(NOW.timestamp()))
    text = BODY + b".n-1." + timestamp.encode()
    signature = base64.b64encode(hmac.digest(SECRET.encode(), text, "sha256")).decode()
    known = {"nonce": "n-1", "timestamp": timestamp, "secret": SECRET, "now": NOW}
    assert holds(sinch.verify, BODY, signature, **known)
    assert not holds(sinch.verify, BODY + b" ", signature, **known)
    assert not holds(sinch.verify, BODY, signature, **(known | {"nonce": "n-2"}))
    for off in (301, -301):
        late = NOW + timedelta(seconds=off)
        assert not holds(sinch.verify, BODY, signature, **(known | {"now": late}))
    for wrong in altered(signature):
        assert not holds(sinch.verify, BODY, wrong, **known)
    for spoiled in ({"timestamp": "soon"}, {"timestamp": ""}, {"nonce": ""}):
        assert not holds(sinch.verify, BODY, signature, **(known | spoiled))


@pytest.mark.parametrize("verify", [documo.verify, sinch.verify_basic])
def test_a_user_and_a_password_are_compared_whole(verify):
    good = "Basic " + base64.b64encode("elm:pässword:1".encode()).decode()
    assert holds(verify, good, user="elm", password="pässword:1")
    assert not holds(verify, good, user="elm", password="pässword:2")
    assert not holds(verify, good, user="oak", password="pässword:1")
    for header in ("", "Basic", "Basic ", "Basic é", "Basic !!", "Bearer x", good[:-2]):
        assert not holds(verify, header, user="elm", password="pässword:1")
