"""Where an embedded PostgreSQL lives: its data, its socket, its addresses."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.embedded.binaries import reachable_by_others
from config.embedded.folder import DataFolder
from config.embedded.identity import Identity

SUPERUSER = "postgres"
HOME_OF_SERVICES = Path("/var/lib")


@dataclass(frozen=True, slots=True)
class Place:
    folder: DataFolder
    major: int
    identity: Identity

    @property
    def home(self) -> Path:
        """The data folder, unless the server's user cannot come there."""
        root = self.folder.root
        if self.identity is Identity.NOBODY and not reachable_by_others(root.parent):
            return elsewhere(self.folder)
        return root

    @property
    def data(self) -> Path:
        return self.home / f"pg{self.major}"

    @property
    def sockets(self) -> Path:
        if self.identity is Identity.NOBODY:
            return Path(tempfile.gettempdir()) / f"clearchart-pg-{self.folder.digest}"
        return self.folder.sockets()

    def url(self, user: str, password: str, database: str) -> str:
        host = quote(str(self.sockets), safe="/")
        return f"postgres://{user}:{quote(password, safe='')}@/{database}?host={host}"


def elsewhere(folder: DataFolder) -> Path:
    return HOME_OF_SERVICES / f"clearchart-{folder.digest}"


def empty_elsewhere(folder: DataFolder) -> None:
    """The part of --reset that lies outside the data folder."""
    shutil.rmtree(elsewhere(folder), ignore_errors=True)
