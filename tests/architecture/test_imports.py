"""The layers hold, and each contract catches what it is there for."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import ROOT

PLANTED = {
    "Apps form one stack; imports point down": ("charts/identity.py", "import routing.states"),
    "Inside an app: operations over models over pure code": (
        "routing/states.py", "import routing.models.task",
    ),
    "Inside referrals: the sweep over operations over models over pure code": (
        "referrals/states.py", "import referrals.standing",
    ),
    "Inside charts: operations over models over pure code": (
        "charts/values.py", "import charts.models",
    ),
    "Pure modules stay pure": ("integrations/hl7/message.py", "import django.conf"),
    "Only jobs know Celery": ("accounts/permissions.py", "import celery"),
    "Audit rows are written through audit.log only": (
        "accounts/operations.py", "import audit.models",
    ),
    "No cycles inside an app": ("tenants/ids.py", "import tenants.models"),
}  # fmt: skip
"""A violation of each contract: the file, the line."""


def lint(folder: Path) -> dict[str, str]:
    """Each contract, and what became of it."""
    answer = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    found = re.findall(r"^(.+?) (KEPT|BROKEN)\b", answer.stdout, re.MULTILINE)
    assert found, answer.stdout + answer.stderr
    return dict(found)


@pytest.fixture
def copy(tmp_path) -> Path:
    """The product's code, elsewhere."""
    for folder in {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"tests"}:
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept():
    assert set(lint(ROOT).values()) == {"KEPT"}


def test_every_contract_catches_a_planted_violation(copy):
    for name, line in PLANTED.values():
        file = copy / name
        file.write_text(f"{file.read_text()}\n{line}\n")
    found = lint(copy)
    assert found.keys() == PLANTED.keys()
    assert set(found.values()) == {"BROKEN"}
