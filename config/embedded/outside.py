"""Whom the demo's practices speak to: phones, a HISP, a fax service; all on this machine."""

import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from config.embedded.folder import DataFolder
from config.embedded.supervisor import Child

MANAGE = str(Path(__file__).resolve().parents[2] / "manage.py")
CARRIER_PORTS = 3
"""Faxes, SMTP and IMAP, one after the other."""


def outside_environment(*, port: int, phone_port: int) -> dict[str, str]:
    """Messages, calls and packets go to servers of the demo's own: nothing leaves this machine."""
    return {
        "EHR_LOOPBACK": "1",
        "TWILIO_ADDRESS": f"http://127.0.0.1:{phone_port}",
        "TWILIO_ACCOUNT_SID": "ACdemo",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_FROM": "+12025550100",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }


def outside(
    story: Mapping[str, Any], folder: DataFolder, environment: dict[str, str], phone_port: int,
    carrier_port: int,
) -> list[Child]:  # fmt: skip
    """The processes; `story`: whose the phones and the accounts are."""
    names = folder.root / "phones"
    names.write_text(phone_book([*story["people"], *story["patients"]]))
    commands = {
        "phones": phones_command(phone_port, names),
        "carriers": carriers_command(carrier_port, story["faxes"]),
    }
    return [
        Child(name, command, environment, folder.log(name)) for name, command in commands.items()
    ]


def phone_book(people: Sequence[Mapping[str, str]]) -> str:
    """Whose phone each number is, for the page."""
    return "".join(f"{one['phone']}={one['name']}\n" for one in people if one["phone"])


def phones_command(port: int, names: Path) -> list[str]:
    return [
        *(sys.executable, MANAGE, "run_fake_provider"),
        *("--port", str(port), "--names", str(names)),
    ]


def carriers_command(port: int, faxes: Sequence[Mapping[str, str]]) -> list[str]:
    """Each practice is told how its own faxes ended."""
    accounts = [f"{one['key']}={one['address']}" for one in faxes]
    return [
        *(sys.executable, MANAGE, "run_fake_carriers", "--port", str(port)),
        *(part for account in accounts for part in ("--account", account)),
    ]
