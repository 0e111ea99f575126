"""An EHR's FHIR server, made up: a real socket, its own clock, and every mood a server can have."""

import base64
import json
import re
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jwt

FHIR = "application/fhir+json"
CLOCK = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)


@dataclass
class Mood:
    """How the next request to a path is answered instead of well."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    hang_s: float = 0
    trickle_s: float = 0
    times: int = 1
    path: str = ""
    run: Callable[[], None] | None = None


class FakeEhr:
    """Its address is `base`; what it holds is put with `put`."""

    def __init__(self, *, client_id: str = "clearchart", secret: str = "top-secret") -> None:
        self.client_id, self.secret = client_id, secret
        self.jwks: Callable[[], dict[str, Any]] = lambda: {"keys": []}
        self.clock = CLOCK
        self.asks_sign_in = True
        self.token_life_s = 300
        self.resources: dict[str, dict[str, Any]] = {}
        self.raw: dict[str, bytes] = {}
        self.moods: list[Mood] = []
        self.log: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.tokens: set[str] = set()
        self.seen_jti: set[str] = set()
        self.algorithms = ["RS384", "ES384"]
        self.next_base = ""
        self.page_size = 2
        self.subscription_ends: datetime | None = None
        self.handshakes = True
        self.number = 0
        server = self
        handler = type("Handler", (_Handler,), {"ehr": server, "protocol_version": "HTTP/1.1"})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/fhir/r4"

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def put(self, resource: dict[str, Any], *, at: datetime | None = None) -> dict[str, Any]:
        """Hold a resource; a second time it is a new version."""
        reference = f"{resource['resourceType']}/{resource['id']}"
        before = self.resources.get(reference, {}).get("meta", {})
        version = int(before.get("versionId", 0)) + 1
        at = at or self.clock
        meta = {"versionId": str(version), "lastUpdated": at.isoformat()}
        self.resources[reference] = {**resource, "meta": meta}
        return self.resources[reference]

    def mood(self, **how: Any) -> None:
        self.moods.append(Mood(**how))

    def asked(self, method: str = "GET") -> list[str]:
        """The FHIR paths that were asked for, in order."""
        return [
            path.removeprefix("/fhir/r4/") for verb, path in self.log
            if verb == method and path.startswith("/fhir/r4/") and ".well-known" not in path
        ]  # fmt: skip

    def signed_in(self) -> int:
        """How often a token was asked for."""
        return sum(path == "/token" for _, path in self.log)


@contextmanager
def running(**how: Any) -> Iterator[FakeEhr]:
    ehr = FakeEhr(**how)
    try:
        yield ehr
    finally:
        ehr.close()


class _Handler(BaseHTTPRequestHandler):
    ehr: FakeEhr

    def log_message(self, *_: object) -> None:
        """Silent."""

    def _go(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.sent = self.rfile.read(length)
        self.ehr.log.append((self.command, self.path))
        self.ehr.headers.append(dict(self.headers))
        mood = next((one for one in self.ehr.moods if one.path in self.path), None)
        if mood is None or not self._moody(mood):
            self._well(urlsplit(self.path).path)

    def _well(self, path: str) -> None:
        if path == "/token":
            self._token()
        elif path.endswith("/.well-known/smart-configuration"):
            self._json(200, self._configuration(), kind="application/json")
        elif not path.startswith("/fhir/r4/"):
            self._outcome(404)
        elif self.ehr.asks_sign_in and path != "/fhir/r4/metadata" and not self._known():
            self._outcome(401)
        else:
            self._fhir(path.removeprefix("/fhir/r4/"))

    do_GET = do_POST = do_PUT = do_DELETE = _go  # noqa: N815 - the library's names

    def _moody(self, mood: Mood) -> bool:
        mood.times -= 1
        if mood.times <= 0:
            self.ehr.moods.remove(mood)
        if mood.run:
            mood.run()
        time.sleep(mood.hang_s)
        if mood.trickle_s:
            return self._trickle(mood)
        if mood.status:
            self._bytes(mood.status, mood.body, mood.headers)
        return bool(mood.status)

    def _trickle(self, mood: Mood) -> bool:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(mood.trickle_s)
        except OSError:
            self.close_connection = True
        return True

    def _known(self) -> bool:
        return self.headers.get("Authorization", "").removeprefix("Bearer ") in self.ehr.tokens

    def _configuration(self) -> dict[str, Any]:
        return {
            "token_endpoint": f"http://127.0.0.1:{self.ehr.http.server_port}/token",
            "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic"],
            "token_endpoint_auth_signing_alg_values_supported": self.ehr.algorithms,
            "scopes_supported": ["system/*.rs"],
            "capabilities": ["client-confidential-asymmetric"],
        }

    def _token(self) -> None:
        form = {name: values[0] for name, values in parse_qs(self.sent.decode()).items()}
        basic = self.headers.get("Authorization", "")
        good = self._basic(basic) if basic else self._asserted(form)
        if not good or form.get("grant_type") != "client_credentials" or not form.get("scope"):
            self._json(400, {"error": "invalid_client"}, kind="application/json")
            return
        self.ehr.number += 1
        token = f"token-{self.ehr.number}"
        self.ehr.tokens.add(token)
        said = {"access_token": token, "token_type": "bearer", "expires_in": self.ehr.token_life_s}
        self._json(200, said, kind="application/json")

    def _basic(self, header: str) -> bool:
        pair = base64.b64decode(header.removeprefix("Basic ")).decode()
        name, _, secret = pair.partition(":")
        return (unquote(name), unquote(secret)) == (self.ehr.client_id, self.ehr.secret)

    def _asserted(self, form: dict[str, str]) -> bool:
        """As SMART backend services asks: signature, algorithm, who, for whom, how long, once."""
        said = form.get("client_assertion", "")
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        if form.get("client_assertion_type") != kind or "client_id" in form:
            return False
        kid = jwt.get_unverified_header(said).get("kid")
        keys = [key for key in self.ehr.jwks()["keys"] if key["kid"] == kid]
        if not keys or set(keys[0]) & {"d", "p", "q"}:
            return False
        try:
            claims = jwt.decode(
                said, jwt.PyJWK(keys[0]), algorithms=self.ehr.algorithms,
                audience=self._configuration()["token_endpoint"], issuer=self.ehr.client_id,
                options={"require": ["exp", "iss", "sub", "aud", "jti"], "verify_exp": False,
                         "verify_iat": False},
            )  # fmt: skip
        except jwt.PyJWTError:
            return False
        lives = claims["exp"] - self.ehr.clock.timestamp()
        fresh = claims["jti"] not in self.ehr.seen_jti
        self.ehr.seen_jti.add(claims["jti"])
        return 0 < lives <= 300 and fresh and claims["sub"] == self.ehr.client_id

    def _fhir(self, path: str) -> None:
        if path == "metadata":
            self._json(200, CAPABILITIES)
        elif path in self.ehr.raw:
            self._bytes(200, self.ehr.raw[path], {"Content-Type": FHIR})
        elif self.command == "GET" and "/" in path:
            held = self.ehr.resources.get(path)
            self._json(200, held) if held else self._outcome(404)
        elif self.command == "GET":
            self._search(path)
        elif self.command == "DELETE":
            gone = self.ehr.resources.pop(path, None)
            self._bytes(204 if gone else 404, b"", {})
        else:
            self._written(path)

    def _search(self, kind: str) -> None:
        query = parse_qs(urlsplit(self.path).query)
        since = query.get("_lastUpdated", ["gt0001-01-01T00:00:00+00:00"])[0]
        assert since.startswith("gt")
        begin = datetime.fromisoformat(since[2:])
        found = [one for one in self.ehr.resources.values() if one["resourceType"] == kind
                 and datetime.fromisoformat(one["meta"]["lastUpdated"]) > begin]  # fmt: skip
        found.sort(key=lambda one: one["meta"]["lastUpdated"])
        first = int(query.get("page", ["0"])[0])
        here = found[first : first + self.ehr.page_size]
        links = [{"relation": "self", "url": "x"}]
        if first + self.ehr.page_size < len(found):
            path = re.sub(r"&page=\d+", "", self.path) + f"&page={first + self.ehr.page_size}"
            own = self.ehr.base.removesuffix("/fhir/r4")
            links.append({"relation": "next", "url": (self.ehr.next_base or own) + path})
        self._json(200, {
            "resourceType": "Bundle", "type": "searchset", "total": len(found), "link": links,
            "entry": [{"fullUrl": f"{self.ehr.base}/{kind}/{one['id']}", "resource": one}
                      for one in here],
        })  # fmt: skip

    def _written(self, path: str) -> None:
        resource = json.loads(self.sent)
        if self.command == "POST":
            self.ehr.number += 1
            resource["id"] = f"s{self.ehr.number}"
        if self.ehr.subscription_ends:
            resource["end"] = self.ehr.subscription_ends.isoformat()
        made = self.ehr.put(resource)
        if resource["resourceType"] == "Subscription" and self.command == "POST":
            made["status"] = "active" if self._shake_hands(made) else "error"
        created = self.command == "POST"
        where = f"{self.ehr.base}/{path}/{made['id']}/_history/1"
        self._json(201 if created else 200, made, **({"Location": where} if created else {}))

    def _shake_hands(self, subscription: dict[str, Any]) -> bool:
        if not self.ehr.handshakes:
            return True
        channel = subscription["channel"]
        headers = dict(one.split(": ", 1) for one in channel.get("header", []))
        body = json.dumps(handshake(subscription)).encode()
        request = urllib.request.Request(
            channel["endpoint"], body, {"Content-Type": channel.get("payload", FHIR), **headers}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return 200 <= answer.status < 300
        except OSError:
            return False

    def _outcome(self, status: int) -> None:
        issue = {"severity": "error", "code": "processing", "diagnostics": "Casey Canary, MRN 77"}
        self._json(status, {"resourceType": "OperationOutcome", "issue": [issue]})

    def _json(self, status: int, value: Any, kind: str = FHIR, **headers: str) -> None:
        self._bytes(status, json.dumps(value).encode(), {"Content-Type": kind, **headers})

    def _bytes(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        self.send_header("Date", format_datetime(self.ehr.clock, usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def handshake(subscription: dict[str, Any]) -> dict[str, Any]:
    """What an R4 server sends first, its status as Parameters."""
    parts = [
        {"name": "subscription",
         "valueReference": {"reference": f"Subscription/{subscription['id']}"}},
        {"name": "topic", "valueCanonical": subscription["criteria"]},
        {"name": "status", "valueCode": "requested"},
        {"name": "type", "valueCode": "handshake"},
        {"name": "events-since-subscription-start", "valueString": "0"},
    ]  # fmt: skip
    status = {"resourceType": "Parameters", "id": "status", "parameter": parts}
    return {"resourceType": "Bundle", "id": "b", "type": "history",
            "entry": [{"resource": status,
                       "request": {"method": "GET", "url": "Subscription/s/$status"},
                       "response": {"status": "200"}}]}  # fmt: skip


CAPABILITIES = {
    "resourceType": "CapabilityStatement", "status": "active", "date": "2026-01-01",
    "kind": "instance", "fhirVersion": "4.0.1", "format": ["json"],
    "software": {"name": "Fake EHR", "version": "1"},
    "rest": [{"mode": "server", "resource": [
        {"type": "DiagnosticReport", "interaction": [{"code": "read"}, {"code": "search-type"}]},
        {"type": "ServiceRequest", "interaction": [{"code": "read"}, {"code": "search-type"}]},
        {"type": "Patient", "interaction": [{"code": "read"}]},
        {"type": "Subscription", "interaction": [{"code": "create"}]},
    ]}],
}  # fmt: skip

PATIENT = {
    "resourceType": "Patient", "id": "p1", "active": True,
    "identifier": [{"system": "urn:oid:1.2.3", "value": "7001"}],
    "name": [{"family": "Canary", "given": ["Casey"]}], "birthDate": "1980-02-03",
}  # fmt: skip


def report(identity: str = "r1", *, status: str = "final", patient: str = "Patient/p1") -> dict:
    """A potassium report whose value is another resource."""
    return {
        "resourceType": "DiagnosticReport", "id": identity, "status": status,
        "code": {"coding": [{"system": "http://loinc.org", "code": "24323-8", "display": "CMP"}]},
        "subject": {"reference": patient}, "result": [{"reference": f"Observation/{identity}-k"}],
        "issued": "2026-11-16T14:00:00Z",
    }  # fmt: skip


def potassium(identity: str = "r1", value: float = 6.8, *, patient: str = "Patient/p1") -> dict:
    high = {"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
        "code": "HH"}]}  # fmt: skip
    return {
        "resourceType": "Observation", "id": f"{identity}-k", "status": "final",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3", "display": "K"}]},
        "subject": {"reference": patient}, "interpretation": [high],
        "valueQuantity": {"value": value, "unit": "mmol/L"},
    }  # fmt: skip


def hours(number: float) -> timedelta:
    return timedelta(hours=number)
