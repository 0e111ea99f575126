#!/usr/bin/env python3
"""FHIR result bundles by HTTP: stored and answered, and all the way to a routed task.

  .venv/bin/python bench/bundles.py --tools ../shared/bench [--n 1500] [--out FILE]

One bundle: Patient, DiagnosticReport and eight Observations, validated before it is answered. Eight clients,
gunicorn as in production (2 workers, 4 threads), two engines.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from intake import DONE, counted, open_practice
from stage import machine, now, stage, tools_folder

PORT = 25771
ANALYTES = (
    ("2345-7", "Glucose", 95),
    ("2160-0", "Creatinine", 0.9),
    ("2823-3", "Potassium", 4.2),
    ("2951-2", "Sodium", 140),
    ("2075-0", "Chloride", 102),
    ("2028-9", "CO2", 25),
    ("17861-6", "Calcium", 9.4),
    ("3094-0", "Urea", 14),
)
BUNDLE = "bundle.json"


def bundle() -> str:
    """A template: the generator puts a running number and a unique id in its places."""
    subject = {"identifier": {"system": "urn:oid:1.2.3", "value": "M{{rand:5000}}"}}
    loinc = "http://loinc.org"
    flags = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    entries: list[dict[str, Any]] = [
        {
            "resourceType": "Observation",
            "id": f"o{n}-{{{{uuid}}}}",
            "status": "final",
            "subject": subject,
            "category": [
                {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                            "code": "laboratory",
                        }
                    ]
                }
            ],
            "code": {"coding": [{"system": loinc, "code": code, "display": name}]},
            "effectiveDateTime": "2026-11-16T09:00:00Z",
            "valueQuantity": {"value": value, "unit": "mmol/L"},
            "interpretation": [{"coding": [{"system": flags, "code": "H" if n == 3 else "N"}]}],
        }
        for n, (code, name, value) in enumerate(ANALYTES)
    ]
    report = {
        "resourceType": "DiagnosticReport",
        "id": "{{uuid}}",
        "status": "final",
        "subject": subject,
        "identifier": [{"type": {"coding": [{"code": "FILL"}]}, "value": "{{uuid}}"}],
        "code": {"coding": [{"system": loinc, "code": "24323-8", "display": "CMP"}]},
        "issued": "2026-11-16T09:30:00Z",
        "contained": [dict(entry, id=f"o{n}") for n, entry in enumerate(entries)],
        "result": [{"reference": f"#o{n}"} for n in range(len(entries))],
    }
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": report}]}
    )


def key_of(practice: Any) -> str:
    """An API key that may bring events."""
    from django.db import transaction

    from audit.actors import Actor
    from integrations import operations
    from tenants import scope

    with scope.scoped(practice.pk), transaction.atomic():
        made = operations.issue_api_key(
            name="bench", scopes=["events:write"], actor=Actor.machine("bench"), now=now()
        )
    return made.secret


def main() -> None:
    """Measure, print, keep."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tools", default="../shared/bench")
    arguments.add_argument("--n", type=int, default=1500)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--out", type=Path)
    said = arguments.parse_args()
    with stage(tools_folder(said.tools)) as at:
        practice = open_practice()
        at.serve(PORT)
        time.sleep(6)
        body = Path(tempfile.mkdtemp()) / BUNDLE
        body.write_text(bundle())
        common = (
            "--url",
            f"http://127.0.0.1:{PORT}/integrations/fhir/bench-lab",
            "--body",
            str(body),
            "--conns",
            "8",
            "--header",
            f"Authorization: Bearer {key_of(practice)}",
            "--expect",
            "202",
            "--n",
            str(said.n),
        )
        found: dict[str, Any] = {
            "machine": machine(),
            "answered": at.tool("http_load.py", *common, "--runs", str(said.runs)),
        }
        for _ in range(2):
            at.start("manage.py", "run_engine")
        while counted(practice, DONE)[0]:
            time.sleep(0.1)
        started = time.perf_counter()
        at.tool("http_load.py", *common, "--runs", "1", "--warmup", "1")
        while counted(practice, DONE)[0]:
            time.sleep(0.05)
        found["to_routed_task_per_s"] = round(said.n / (time.perf_counter() - started))
    text = json.dumps(found, indent=1)
    print(text)
    if said.out:
        said.out.write_text(text)


if __name__ == "__main__":
    main()
