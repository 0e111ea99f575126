"""An identity provider, made up: a real socket, real keys, and every mood that one can have."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, SECRET = "clear:chart", "top secret/&"  # what must be encoded to survive a header


@cache
def key_pair(kid: str) -> tuple[Any, dict[str, Any]]:
    """The private key, and its public half as it is published."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key()))
    return private, public | {"kid": kid, "use": "sig", "alg": "RS256"}


class FakeIdp:
    """Its address is `issuer`. Whoever comes is `person`, signed in without a question."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {
            "sub": "p-1", "email": "quinn@elm.example", "email_verified": True, "amr": ["pwd"],
        }  # fmt: skip
        self.claims: dict[str, Any] = {}
        """Stated instead of the true ones; None leaves one out."""
        self.says: dict[str, Any] = {}
        """Published instead of the true document."""
        self.secret = SECRET
        self.header: dict[str, Any] = {}
        self.signs_with = "first"
        self.algorithm = "RS256"
        self.by_userinfo = False
        self.userinfo_sub = "p-1"
        self.hangs_s: dict[str, float] = {}
        self.fails: dict[str, int] = {}
        self.asked: list[str] = []
        self.questions: dict[str, str] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.authenticated_ago_s: float | None = 0
        self.refuses = ""
        self.calls_itself = ""
        """In the answer that the browser carries (RFC 9207)."""
        handler = type("Handler", (_Handler,), {"idp": self})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/elm"

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo", "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        } | self.says  # fmt: skip

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        self.questions = asked
        back = {"state": asked["state"], "iss": self.calls_itself or self.issuer}
        if self.refuses:
            return f"{asked['redirect_uri']}?{urlencode(back | {'error': self.refuses})}"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode(back | {'code': code})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        if not self._is_client(form, authorization):
            return 401, {"error": "invalid_client"}
        if asked is None or not _proves(form, asked):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "at-1", "token_type": "Bearer", "id_token": self.sign(asked)}

    def sign(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        stated = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300,
                  "nonce": asked["nonce"], "sub": self.person["sub"]}  # fmt: skip
        if self.authenticated_ago_s is not None:
            stated["auth_time"] = now - self.authenticated_ago_s
        if not self.by_userinfo:
            stated |= self.person
        stated = {k: v for k, v in (stated | self.claims).items() if v is not None}
        key = "" if self.algorithm == "none" else SECRET * 4 if self.algorithm[0] == "H" else (
            key_pair(self.signs_with)[0]
        )  # fmt: skip
        return jwt.encode(stated, key, self.algorithm, headers={"kid": "first"} | self.header)

    def _is_client(self, form: dict[str, str], authorization: str) -> bool:
        if authorization:
            pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
            given = tuple(map(unquote, pair.split(":")))
        else:
            given = form.get("client_id"), form.get("client_secret")
        return given == (CLIENT_ID, self.secret)


def _proves(form: dict[str, str], asked: dict[str, str]) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return (asked["code_challenge"], asked["code_challenge_method"], asked["redirect_uri"]) == (
        challenge, "S256", form.get("redirect_uri"),
    )  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    idp: FakeIdp

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        what = parts.path.removeprefix("/elm/")
        if self._is_moody(what):
            return
        if what == "authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", self.idp.authorize(asked))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif what == ".well-known/openid-configuration":
            self._say(200, self.idp.document())
        elif what == "keys":
            self._say(200, {"keys": [key_pair("first")[1], key_pair("next")[1]]})
        elif what == "userinfo" and self.headers["Authorization"] == "Bearer at-1":
            self._say(200, self.idp.person | {"sub": self.idp.userinfo_sub})
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self._is_moody("token"):
            return
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._say(*self.idp.token(form, self.headers.get("Authorization", "")))

    def _is_moody(self, what: str) -> bool:
        self.idp.asked.append(what)
        time.sleep(self.idp.hangs_s.get(what, 0))
        if what in self.idp.fails:
            self._say(self.idp.fails[what], {})
        return what in self.idp.fails

    def _say(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent."""


@contextmanager
def running() -> Iterator[FakeIdp]:
    one = FakeIdp()
    try:
        yield one
    finally:
        one.close()
