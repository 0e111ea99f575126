"""Every command that the compose file and the Dockerfile name exists and takes its arguments."""

import json
import re
import shutil
import subprocess
from importlib.metadata import entry_points
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import yaml
from django.core.management import get_commands, load_command_class

from config.embedded.binaries import find_postgres
from config.embedded.identity import unprivileged_identity
from config.embedded.place import Place
from config.embedded.postgres import THROW_AWAY_SETTINGS, Postgres
from config.embedded.roles import APP

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PROGRAMS_OF_IMAGES = {"postgres", "valkey-server"}


def commands() -> dict[str, list[str]]:
    """Each service's command, and those of the Dockerfile."""
    found = {name: service["command"] for name, service in COMPOSE["services"].items()}
    found["Dockerfile CMD"] = json.loads(re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[1])
    for number, line in enumerate(re.findall(r"^RUN (.*manage\.py.*)$", DOCKERFILE, re.MULTILINE)):
        words = line.split()
        found[f"Dockerfile RUN {number}"] = words[words.index("python") :]
    return found


@pytest.mark.parametrize(("name", "command"), commands().items())
def test_every_command_exists(name, command):
    program, *arguments = command
    if program == "python":
        script, verb, *options = arguments
        assert (ROOT / script).is_file()
        parser = load_command_class(get_commands()[verb], verb).create_parser(script, verb)
        parser.parse_args(options)
    elif program not in PROGRAMS_OF_IMAGES:
        assert program in {entry.name for entry in entry_points(group="console_scripts")}, name


@pytest.mark.filterwarnings("ignore:No directory at")  # static files are not collected here
def test_the_wsgi_application_and_the_celery_app_are_where_the_commands_say():
    from celery import Celery

    import config
    from config.wsgi import application

    assert callable(application)
    assert isinstance(config.celery_app, Celery)


def test_the_services_are_those_of_the_production_shape():
    expected = {"postgres", "valkey", "migrate", "web", "worker", "beat", "engine", "auditor",
                "mllp"}  # fmt: skip
    assert set(COMPOSE["services"]) == expected


def test_only_the_migrations_know_the_owners_password():
    for name, service in COMPOSE["services"].items():
        if name not in ("postgres", "migrate"):
            assert "OWNER" not in json.dumps(service.get("environment", {}))


def test_every_variable_is_explained_in_the_example_file():
    used = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert used == explained


def test_every_mounted_and_copied_file_exists():
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert not source.startswith(".") or (ROOT / source).is_file()
    kept = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    apps = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert apps | {"static", "templates", "manage.py", "requirements.txt"} <= set(kept)


def test_the_roles_script_makes_what_the_launcher_makes(folder, processes):
    binaries = find_postgres()
    place = Place(folder, binaries.major, unprivileged_identity())
    server = Postgres(place, binaries, processes, THROW_AWAY_SETTINGS)
    server.start()
    server.wait_until_ready()
    secrets = folder.secrets()
    with psycopg.connect(
        place.url("postgres", secrets.superuser, "postgres"), autocommit=True
    ) as boss:
        boss.execute("CREATE DATABASE clearchart")
    subprocess.run(
        [shutil.which("bash"), str(ROOT / "docker/postgres/roles.sh")],
        env={
            "PATH": f"{binaries.bin}:/usr/bin:/bin",
            "PGHOST": str(place.sockets),
            "PGPASSWORD": secrets.superuser,
            "POSTGRES_DB": "clearchart",
            "OWNER_PASSWORD": "0wner",
            "APP_PASSWORD": "app'quoted",
            "MAINT_PASSWORD": "maint",
            "GRANTS_FILE": str(ROOT / "config/embedded/grants.sql"),
        },
        check=True,
    )
    with psycopg.connect(place.url("clearchart_owner", "0wner", "clearchart")) as owner:
        owner.execute("CREATE TABLE entry (body text)")
    with psycopg.connect(place.url(APP, "app'quoted", "clearchart")) as app:
        app.execute("INSERT INTO entry VALUES ('a')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("TRUNCATE entry")
    server.stop()
    assert urlsplit(place.url(APP, "x", "clearchart")).path == "/clearchart"
