"""What the demo tells about itself: whom to sign in as, and a command for each feed."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from config.demo import partners
from config.demo.cast import PASSWORD, PHONES
from config.demo.setting import Stage
from integrations import signing
from integrations.models import Feed
from integrations.simulator.casting import active_key
from integrations.simulator.patients import pool
from outbox.phones import e164
from tenants import scope

FHIR_ENDING = "-fhir"

SENDING = (
    "t=$(date +%s); b=$({body}); "
    "s=$(printf '%s.%s' \"$t\" \"$b\" | openssl dgst -sha256 -hmac {secret} | sed 's/^.*= *//'); "
    "curl -sS -H 'Content-Type: {content_type}' "
    '-H "ClearChart-Signature: t=$t,k={key},v1=$s" --data-binary "$b" {url}'
)
"""Works in any POSIX shell: the body as it is, signed with the feed's key over time and body."""

RESULT = (
    "printf 'MSH|^~\\\\&|NORTHLAB|{short}|CLEARCHART|{short}|%s||ORU^R01^ORU_R01|CURL%s|P|2.5.1\\r"
    "PID|1||{mrn}^^^{assigner}^MR||Teacosy^Ottilie||19800101|F\\r"
    "OBR|1||CURL%s|2823-3^Potassium^LN|||%s|||||||||{provider}^^^^^^^^NPI||||||%s|||F\\r"
    "OBX|1|NM|2823-3^Potassium^LN||6.9|mmol/L|3.5-5.1|HH|||F\\r' "
    '"$(date +%Y%m%d%H%M%S%z)" "$t" "$t" "$(date +%Y%m%d%H%M%S%z)" "$(date +%Y%m%d%H%M%S%z)"'
)
"""A critical potassium of an invented patient; `$t` makes each one a new result."""


def story(stages: Iterable[Stage], *, web_port: int) -> dict[str, Any]:
    """As printed by `seed_demo --json`."""
    names = ("people", "patients", "feeds", "faxes", "api_keys")
    told: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for stage in stages:
        plan, key = stage.plan, stage.api_key
        told["people"] += [
            {"name": person.name, "role": person.role.label, "practice": plan.name,
             "email": person.email, "password": PASSWORD,
             "phone": PHONES.get(person.email, "")}
            for person in plan.people
        ]  # fmt: skip
        told["patients"] += [
            {"name": f"{one.given} {one.family}", "phone": e164(one.phone)}
            for one in pool(plan.slug)
        ]
        address = f"http://127.0.0.1:{web_port}/integrations/fax/{partners.fax_feed(plan)}"
        told["faxes"].append({"key": partners.fax_key(plan), "address": address})
        with scope.scoped(stage.practice.pk):
            told["feeds"] += [_feed(stage, feed, web_port) for feed in stage.feeds]
        told["api_keys"].append(
            {"name": key.name, "practice": plan.name, "prefix": key.prefix, "secret": stage.secret}
        )
    return told


def _feed(stage: Stage, feed: Feed, web_port: int) -> dict[str, Any]:
    kind = "fhir" if feed.slug.endswith(FHIR_ENDING) else "hl7v2"
    path = f"/integrations/{kind}/{feed.slug}"
    return {
        "name": feed.name,
        "practice": stage.plan.name,
        "mllp_port": feed.mllp_port,
        "http_url_path": path,
        "curl": _curl(stage, feed, f"http://localhost:{web_port}{path}"),
    }


def _curl(stage: Stage, feed: Feed, url: str) -> str:
    key = active_key(feed)
    is_fhir = feed.slug.endswith(FHIR_ENDING)
    return SENDING.format(
        body=_request(stage) if is_fhir else _result(stage),
        secret=signing.secret_of(key.pk, master=settings.FEED_KEY_SECRET),
        content_type="application/fhir+json" if is_fhir else "application/hl7-v2",
        key=key.pk,
        url=url,
    )


def _result(stage: Stage) -> str:
    short = stage.plan.short
    return RESULT.format(
        short=short.upper(), mrn=f"{short[:1].upper()}999999", assigner=f"{short}.example",
        provider=_provider(stage),
    )  # fmt: skip


def _request(stage: Stage) -> str:
    """An order that waits for its signature."""
    short = stage.plan.short
    order = {
        "resourceType": "ServiceRequest",
        "id": "curl-%s",
        "status": "draft",
        "intent": "order",
        "code": {
            "coding": [{"system": "http://loinc.org", "code": "36643-5"}],
            "text": "Chest X-ray",
        },
        "subject": {
            "identifier": {
                "system": f"https://{short}.example",
                "value": f"{short[:1].upper()}999999",
            }
        },
        "requester": {
            "identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": _provider(stage)}
        },
    }
    return f"printf '{json.dumps(order, separators=(',', ':'))}' \"$t\""


def _provider(stage: Stage) -> str:
    return next(person.number for person in stage.plan.people if person.number)


def as_text(told: dict[str, Any]) -> str:
    """The same for people."""
    lines = [
        *(f"{one['practice']}: {one['name']}, {one['role']}: {one['email']}  {one['password']}"
          for one in told["people"]),
        *(f"{one['practice']}: {one['name']}: MLLP port {one['mllp_port'] or 'none'}, "
          f"HTTP {one['http_url_path']}\n  {one['curl']}" for one in told["feeds"]),
        *(f"{one['practice']}: API key {one['secret'] or one['prefix'] + '..., shown when made'}"
          for one in told["api_keys"]),
    ]  # fmt: skip
    return "\n".join(lines)
