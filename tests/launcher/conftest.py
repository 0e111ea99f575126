import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.folder import DataFolder, open_folder
from config.embedded.postgres import THROW_AWAY_SETTINGS
from config.embedded.processes import Processes
from config.embedded.servers import Servers, running


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return open_folder(tmp_path / "a folder with spaces")


@pytest.fixture
def processes() -> Iterator[Processes]:
    with Processes() as family:
        yield family


@pytest.fixture(scope="module")
def servers(tmp_path_factory) -> Iterator[Servers]:
    """An embedded PostgreSQL and Valkey of their own, for a module's tests."""
    place = open_folder(tmp_path_factory.mktemp("embedded") / "a folder with spaces")
    with (
        Processes() as family,
        running(place, family, environment={}, settings=THROW_AWAY_SETTINGS) as started,
    ):
        yield started


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def processes_of(mark: str) -> list[int]:
    """The processes that carry this mark in their environment, or work in a folder of that name.

    PostgreSQL writes its title over its environment, but stays in its data folder.
    """
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                traces = (entry / "environ").read_bytes() + os.fsencode((entry / "cwd").readlink())
            except OSError:
                continue
            if mark.encode() in traces:
                found.append(int(entry.name))
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The launcher forks on purpose; a test process has threads, and newer Pythons warn of that."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"))
