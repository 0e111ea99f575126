"""Made-up notifications in both shapes of R4, and athenahealth's."""

import json
from collections.abc import Sequence

BASE = "https://ehr.example/fhir"
TOPIC = "https://ehr.example/topics/encounter-start"
AT = "2026-11-16T14:59:00Z"
ATHENA_TOPIC = "https://api.ehr.example/fhir/r4/SubscriptionTopic/"


def parameters(
    kind: str = "event-notification", *, count: int | None = None, events: Sequence[dict] = (),
    subscription: str = f"{BASE}/Subscription/s1", topic: str = TOPIC, status: str = "active",
    bodies: Sequence[dict] = (),
) -> bytes:  # fmt: skip
    """R4: the status is Parameters."""
    said = [
        {"name": "subscription", "valueReference": {"reference": subscription}},
        {"name": "topic", "valueCanonical": topic},
        {"name": "status", "valueCode": status},
        {"name": "type", "valueCode": kind},
    ]
    if count is not None:
        said.append({"name": "events-since-subscription-start", "valueString": str(count)})
    for one in events:
        part = [
            {"name": "event-number", "valueString": str(one["number"])},
            {"name": "timestamp", "valueInstant": one.get("at", AT)},
        ]
        if "focus" in one:
            part.append({"name": "focus", "valueReference": {"reference": one["focus"]}})
        said.append({"name": "notification-event", "part": part})
    return _bundle({"resourceType": "Parameters", "parameter": said}, bodies)


def status(
    kind: str = "event-notification", *, count: int | None = None, events: Sequence[dict] = (),
    subscription: str = f"{BASE}/Subscription/s1", topic: str = TOPIC, status: str = "active",
    bodies: Sequence[dict] = (),
) -> bytes:  # fmt: skip
    """R4B: the status is SubscriptionStatus."""
    said: dict = {
        "resourceType": "SubscriptionStatus", "status": status, "type": kind, "topic": topic,
        "subscription": {"reference": subscription},
    }  # fmt: skip
    if count is not None:
        said["eventsSinceSubscriptionStart"] = str(count)
    if events:
        said["notificationEvent"] = [
            {"eventNumber": str(one["number"]), "timestamp": one.get("at", AT)}
            | ({"focus": {"reference": one["focus"]}} if "focus" in one else {})
            for one in events
        ]
    return _bundle(said, bodies)


SHAPES = {"Parameters": parameters, "SubscriptionStatus": status}


def athena(
    topic: str, *events: dict, subscription: str = "Subscription/a1", trailing: bytes = b""
) -> bytes:
    """Every count begins anew; what the event is about is a reference, an identifier, or both."""
    told, audits = [], []
    for number, one in enumerate(events, 1):
        focus: dict = {}
        if "focus" in one:
            focus["reference"] = one["focus"]
        if "value" in one:
            focus["identifier"] = {
                "system": f"urn:athenahealth:athenanet:{one.get('what', 'order')}:4321",
                "value": one["value"],
            }
        told.append({"id": one["id"], "eventNumber": str(number),
                     "timestamp": one.get("at", AT), "focus": focus})  # fmt: skip
        if "patient" in one:
            audits.append(_audit(one["id"], one["patient"], one.get("scheme", "https")))
    said = {
        "resourceType": "SubscriptionStatus", "status": "active", "type": "event-notification",
        "eventsSinceSubscriptionStart": str(len(told)), "eventsInNotification": len(told),
        "subscription": {"reference": subscription}, "topic": ATHENA_TOPIC + topic,
        "notificationEvent": told,
    }  # fmt: skip
    return _bundle(said, audits) + trailing


def _audit(event_id: str, patient: str, scheme: str) -> dict:
    return {
        "resourceType": "AuditEvent", "id": event_id,
        "extension": [
            {"url": "https://ehr.example/StructureDefinition/ah-department",
             "valueReference": {"reference": "Organization/a-4321.Department-15"}},
            {"url": f"{scheme}://hl7.org/fhir/5.0/StructureDefinition/extension-AuditEvent.patient",
             "valueReference": {"reference": patient}},
        ],
        "type": {"code": "Order.signoff"}, "recorded": AT,
        "agent": [{"requestor": True}], "source": {"observer": {"display": "EHR"}},
    }  # fmt: skip


def _bundle(said: dict, bodies: Sequence[dict]) -> bytes:
    request = {"method": "GET", "url": "Subscription/s1/$status"}
    entries = [{"fullUrl": "urn:uuid:1", "resource": said, "request": request,
                "response": {"status": "200"}}]  # fmt: skip
    entries += [
        {"fullUrl": f"{BASE}/{one['resourceType']}/{one['id']}", "resource": one,
         "request": {"method": "POST", "url": one["resourceType"]}, "response": {"status": "201"}}
        for one in bodies
    ]  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "history", "timestamp": AT, "entry": entries}
    return json.dumps(bundle).encode()


def encounter(number: str = "e1") -> dict:
    return {
        "resourceType": "Encounter", "id": number, "status": "finished",
        "class": {"code": "AMB"}, "subject": {"reference": f"{BASE}/Patient/p1"},
        "period": {"start": "2026-11-16T14:00:00Z", "end": "2026-11-16T14:30:00Z"},
    }  # fmt: skip


def report(number: str = "r1", *, status: str = "final", issued: str = AT) -> dict:
    return {
        "resourceType": "DiagnosticReport", "id": number, "status": status, "issued": issued,
        "code": {"coding": [{"system": "http://loinc.org", "code": "24323-8"}]},
        "subject": {"identifier": {"system": "urn:oid:1.2.3", "value": "77"}},
        "result": [{"reference": "#o1"}],
        "contained": [{
            "resourceType": "Observation", "id": "o1", "status": status,
            "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
            "valueQuantity": {"value": 5.9, "unit": "mmol/L"},
            "interpretation": [{"coding": [{"code": "H"}]}],
        }],
    }  # fmt: skip


def alone(resource: dict) -> bytes:
    return json.dumps(resource).encode()
