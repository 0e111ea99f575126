"""The test button: what an EHR's server says of itself, and whether it lets us in, in sentences."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from integrations.ehr import smart
from integrations.ehr.access import Access
from integrations.ehr.client import Client
from integrations.ehr.faults import EhrFault
from integrations.models import Connection

NEEDED = ("DiagnosticReport", "Observation", "Patient", "ServiceRequest")


@dataclass(frozen=True, slots=True)
class Finding:
    text: str
    is_good: bool


def probe(access: Access, *, now: datetime) -> tuple[Finding, ...]:
    """Ask the server who it is, how one signs in, and sign in. Never raises."""
    client = Client(access, now=now)
    steps: list[Callable[[], Iterator[Finding]]] = [lambda: _capabilities(client)]
    if access.method == Connection.Method.SMART:
        steps.append(lambda: _configuration(access))
    if access.method != Connection.Method.NONE:
        steps.append(lambda: _sign_in(access, now=now))
    found: list[Finding] = []
    for step in steps:
        try:
            found.extend(step())
        except EhrFault as fault:
            found.append(Finding(_(fault.phrase), is_good=False))
    return tuple(found)


def _capabilities(client: Client) -> Iterator[Finding]:
    said = client.metadata()
    version = said.get("fhirVersion")
    right = isinstance(version, str) and version.startswith("4.0")
    if right:
        yield Finding(
            _("The server answers as FHIR {version}{software}.").format(
                version=_short(version), software=_software(said)
            ),
            is_good=True,
        )
    else:
        yield Finding(_("The server does not answer as FHIR R4 (4.0)."), is_good=False)
    offered = dict(_offered(said))
    missing = [name for name in NEEDED if "read" not in offered.get(name, ())]
    if missing:
        yield Finding(
            _("It does not say that it lets us read {missing}.").format(missing=", ".join(missing)),
            is_good=False,
        )
    else:
        yield Finding(_("It offers to read results, orders and patients."), is_good=True)
    if "create" in offered.get("Subscription", ()):
        yield Finding(_("It takes subscriptions."), is_good=True)
    else:
        yield Finding(
            _("It does not say that it takes subscriptions: ask it by polling."), is_good=False
        )


def _software(said: dict[str, Any]) -> str:
    software = said.get("software")
    name = software.get("name") if isinstance(software, dict) else None
    return f", {_short(name)}" if isinstance(name, str) and name else ""


def _offered(said: dict[str, Any]) -> Iterator[tuple[str, set[str]]]:
    """Each type with its interactions."""
    for rest in _dicts(said.get("rest")):
        for resource in _dicts(rest.get("resource")):
            codes = {str(one.get("code")) for one in _dicts(resource.get("interaction"))}
            yield str(resource.get("type")), codes


def _configuration(access: Access) -> Iterator[Finding]:
    if access.token_url:
        return
    said = smart.configuration(access)
    listed = said.get("token_endpoint_auth_signing_alg_values_supported")
    known = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    names = ", ".join(_short(one) for one in known[:4])
    suffix = _("; signatures: {names}").format(names=names) if names else ""
    yield Finding(
        _("It says where tokens are given{suffix}.").format(suffix=suffix), "token_endpoint" in said
    )


def _sign_in(access: Access, *, now: datetime) -> Iterator[Finding]:
    smart.forget(access.connection_id)
    smart.authorization(access, now=now)
    yield Finding(_("It accepts our sign-in and gave a token."), is_good=True)


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _short(text: object) -> str:
    return str(text)[:40]
