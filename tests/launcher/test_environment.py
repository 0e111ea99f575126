"""run.py before there is an environment: one clear sentence for everything that can be missing."""

import ast
import importlib.util
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded import environment

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,-]+\])?==", re.MULTILINE)


def test_an_old_python_can_read_run_py_and_is_told_what_is_needed(monkeypatch):
    ast.parse((ROOT / "run.py").read_text(), feature_version=(3, 4))
    monkeypatch.setattr(sys, "version_info", (3, 6, 15))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is Python"):
        runpy.run_path(str(ROOT / "run.py"), run_name="__main__")


def test_the_environment_is_made_by_the_standard_library_alone():
    tree = ast.parse(Path(environment.__file__).read_text())
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names - sys.stdlib_module_names == {"config"}  # once inside .venv


def test_a_missing_venv_module_is_answered_with_the_package_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(environment.CannotStart, match=r"apt-get install python3\.\d+-venv"):
        environment.make_venv()


@pytest.mark.slow
def test_an_unreachable_registry_is_one_sentence_and_a_second_try_is_possible(tmp_path):
    for name in ("run.py", "config/embedded/environment.py", *LOCKS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    nowhere = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))
    } | {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(
        [sys.executable, str(tmp_path / "run.py"), "demo"],
        env=nowhere,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "The Python package registry could not be reached" in done.stderr.splitlines()[-1]
    assert not (tmp_path / ".venv" / "clearchart-locks.json").exists()


def test_a_changed_lock_makes_the_environment_stale(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    (tmp_path / "requirements.txt").write_text("one==1")
    (tmp_path / "stamp.json").write_text(
        json.dumps({"runtime": environment.lock_digest("runtime")})
    )
    assert environment.is_fresh("runtime")
    (tmp_path / "requirements.txt").write_text("one==2")
    assert not environment.is_fresh("runtime")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_a_hash_for_every_package_and_no_address(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert all("--hash=sha256:" in entry for entry in entries if PINNED.match(entry))
    assert len([entry for entry in entries if PINNED.match(entry)]) == len(PINNED.findall(text))


@pytest.mark.parametrize(
    ("source", "lock"),
    [("requirements.in", "requirements.txt"), ("requirements-dev.in", "requirements-dev.txt")],
)
def test_a_lock_holds_the_versions_its_source_asks_for(source, lock):
    locked = dict(re.findall(r"^([a-z0-9-]+)==([^ \\]+)", (ROOT / lock).read_text(), re.MULTILINE))
    wanted = re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[a-z,-]+\])?==([^ \n]+)", (ROOT / source).read_text(), re.MULTILINE
    )
    assert wanted
    for name, version in wanted:
        assert locked[re.sub(r"[._-]+", "-", name).lower()] == version


def test_every_direct_dependency_says_why_it_is_here():
    explained = re.findall(
        r"^\| ([A-Za-z0-9._-]+) \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE
    )
    direct = [
        name
        for source in ("requirements.in", "requirements-dev.in")
        for name in PINNED.findall((ROOT / source).read_text())
    ]
    assert sorted(set(explained) - {"Package"}) == sorted(direct)
