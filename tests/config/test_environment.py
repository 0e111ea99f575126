"""What the settings read is what compose passes on and what the example names."""

import ast
import re

import pytest
import yaml

from tests.architecture import code
from tests.databases import ROOT

READERS = {"os.environ.get", "_flag", "_secret", "_address", "_seconds"}

NOT_PASSED = {
    "DEBUG": "never in production",
    "DEMO": "never in production",
    "STATIC_ROOT": "the image's own",
    "CELERY_BEAT_FILE": "an option of the command of `beat`",
}
MADE_BY_COMPOSE = {"DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL"}
"""Of its own services and their passwords."""


def read_by_settings() -> set[str]:
    files = [ROOT / "config" / name for name in ("settings.py", "celery.py")]
    calls = [call for file in files for call in code.calls(ast.parse(file.read_text()))]
    reads = [call.args[0] for call in calls if ast.unparse(call.func) in READERS]
    return {named.value for named in reads if isinstance(named, ast.Constant)}


def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def asked_of_the_example() -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))


def named_in_the_example() -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_compose_passes_on_whatever_the_settings_read():
    passed = set(compose()["services"]["migrate"]["environment"])
    assert read_by_settings() - NOT_PASSED.keys() == passed


@pytest.mark.parametrize("service", ["web", "worker", "beat", "engine", "auditor", "mllp"])
def test_every_service_has_the_same_environment_and_none_the_owner(service):
    services = compose()["services"]
    owners = services["migrate"]["environment"]
    assert services[service]["environment"].keys() == owners.keys() - {"OWNER_DATABASE_URL"}


def test_the_example_names_what_compose_asks_for_and_nothing_else():
    assert named_in_the_example() == asked_of_the_example()


def test_what_is_passed_comes_from_the_example_or_from_compose_itself():
    passed = set(compose()["services"]["migrate"]["environment"])
    assert passed - MADE_BY_COMPOSE <= asked_of_the_example()


def test_the_runbook_explains_each_name():
    said = (ROOT / "docs" / "runbook.md").read_text()
    assert {name for name in read_by_settings() if f"`{name}`" not in said} == set()
