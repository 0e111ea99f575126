"""What stands outside: a provider of texts, a fax service and a HISP, each a process of its own
that keeps a record of what it took."""

import hashlib
import json
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from config.embedded.identity import Identity, in_child
from referrals.fake import fax, mail
from referrals.fake.hisp import Hisp
from referrals.fake.house import FaxHouse, Sent
from tests.flows import providers
from tests.flows.chaos.running import account_of_provider, free_port

PATIENCE = 20.0
IDLE = ("0A", "06")
"""TCP's LISTEN and TIME-WAIT, as /proc/net/tcp has them."""
MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Outside:
    """Where they listen, what they were told to do, and what they took."""

    folder: Path
    house: FaxHouse = field(default_factory=FaxHouse)
    """Its keys are those of the process that serves, and nothing else of it."""
    hisp: Hisp = field(default_factory=Hisp)
    """Likewise."""
    fax_port: int = field(default_factory=free_port)
    smtp_port: int = field(default_factory=free_port)
    imap_port: int = field(default_factory=free_port)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.fax_port}"

    @property
    def smtp_url(self) -> str:
        return f"smtp://127.0.0.1:{self.smtp_port}"

    @property
    def imap_url(self) -> str:
        return f"imap://127.0.0.1:{self.imap_port}"

    @property
    def pages(self) -> Path:
        """The record of the provider of texts."""
        return self.folder / "received.jsonl"

    @property
    def packets(self) -> Path:
        """The record of the fax service and the HISP."""
        return self.folder / "packets.jsonl"

    def set_clock(self, now: datetime) -> None:
        """What time it is for all of them."""
        new = self.folder / "now.new"
        new.write_text(now.isoformat())
        new.replace(self.folder / "now")

    def clock(self) -> datetime:
        held = self.folder / "now"
        return datetime.fromisoformat(held.read_text()) if held.exists() else datetime.now(UTC)

    def replies(self, address: str) -> Path:
        """What its owner sends back once something reaches it, the first first."""
        return self.folder / "replies" / address

    def received(self) -> Counter[str]:
        """How often each thing was taken: pages by intent, faxes by digest, letters by id and
        digest; and how many mails came to us."""
        taken = Counter(one["what"] for one in providers.lines(self.packets))
        return providers.received(self.pages) + taken

    def faxes(self, digest: str) -> list[Sent]:
        """Those with these pages."""
        return [
            Sent(one["id"], one["service"], one["to"], b"", datetime.fromisoformat(one["at"]))
            for one in providers.lines(self.packets) if one["what"] == digest
        ]  # fmt: skip

    def wait_until_heard(self) -> None:
        """Until everything that a killed process had written to them is dealt with."""
        ports = {self.fax_port, self.smtp_port, self.imap_port}
        until = time.monotonic() + PATIENCE
        while ports & set(_busy_ports()):
            assert time.monotonic() < until, "somebody outside still listens to the killed process"
            time.sleep(0.005)


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _busy_ports() -> Iterator[int]:
    """Each with somebody connected who is not gone yet, waiting to be accepted or served."""
    for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, here, _, state, *_ = row.split()
        if state not in IDLE:
            yield int(here.rpartition(":")[2], 16)


@contextmanager
def outside(folder: Path) -> Iterator[Outside]:
    """All of them, and the settings that lead to them."""
    made, port = Outside(folder), free_port()
    made.house.clock = made.clock
    os.environ.update(account_of_provider(port))
    os.environ.update(EHR_LOOPBACK="1", ALLOWED_HOSTS="testserver")
    ports = [made.fax_port, made.smtp_port, made.imap_port]
    with (
        _serving(lambda: providers.serve(port, made.pages), [port]),
        _serving(lambda: _carry(made), ports),
    ):
        yield made


@contextmanager
def _serving(serve: Callable[[], object], ports: list[int]) -> Iterator[None]:
    """A fork that serves until the end of the block, or of this process."""
    end_with_us = in_child(Identity.OURSELVES, signal.SIGKILL)
    child = os.fork()
    if child == 0:
        end_with_us()
        serve()
        os._exit(0)
    try:
        for port in ports:
            _wait_for(port)
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("a fake does not answer")


def _nothing(*_: object) -> None:
    """Whoever asked was killed, and waits for no answer."""


def _carry(made: Outside) -> None:
    """Serve as a fax service and as a HISP for ever."""
    out = made.packets.open("a", buffering=1)

    def note(what: str, **more: str) -> None:
        out.write(json.dumps({**more, "what": what}) + "\n")

    class House(FaxHouse):
        def take(self, service: str, to: str, pdf: bytes) -> Sent:
            with self.lock:
                one = super().take(service, to, pdf)
                note(digest(pdf), id=one.id, service=service, to=one.to, at=one.at.isoformat())
            return one

    class Partners(Hisp):
        def take(self, sender: str, recipient: str, raw: bytes) -> None:
            with self.lock:
                super().take(sender, recipient, raw)
                note(f"{self.handed[-1].message_id}/{digest(raw)}")
                for reply in sorted(made.replies(recipient).glob("*")):
                    self.deliver(sender, reply.read_bytes())
                    reply.unlink()

        def deliver(self, mailbox: str, raw: bytes) -> None:
            with self.lock:
                super().deliver(mailbox, raw)
                note(MAIL)

    fax.Server.handle_error = mail.Server.handle_error = _nothing  # type: ignore[method-assign]
    fax.start(House(signer=made.house.signer, clock=made.clock), port=made.fax_port)
    mail.start(Partners(clock=made.clock), smtp_port=made.smtp_port, imap_port=made.imap_port)
    while True:
        signal.pause()
