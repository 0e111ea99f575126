"""The fake HISP on sockets: as much of SMTP and IMAP as an edge client needs."""

import base64
import binascii
import re
import socketserver
import threading
from dataclasses import dataclass
from typing import ClassVar

from referrals.fake.hisp import Hisp, Mode

LONGEST = 30 * 1024 * 1024
ADDRESS = re.compile(r"<([^<>\s]+)>")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


@dataclass(slots=True)
class Running:
    """A fake HISP that serves on threads of this process."""

    hisp: Hisp
    smtp: Server
    imap: Server

    @property
    def smtp_url(self) -> str:
        return f"smtp://127.0.0.1:{self.smtp.server_address[1]}"

    @property
    def imap_url(self) -> str:
        return f"imap://127.0.0.1:{self.imap.server_address[1]}"

    def stop(self) -> None:
        for server in (self.smtp, self.imap):
            server.shutdown()
            server.server_close()


def start(
    hisp: Hisp | None = None, *, host: str = "127.0.0.1", smtp_port: int = 0, imap_port: int = 0
) -> Running:
    """Serve on threads, on free ports where none are named."""
    held = hisp or Hisp()
    servers = [
        Server((host, port), type("Bound", (kind,), {"hisp": held}))
        for kind, port in ((Smtp, smtp_port), (Imap, imap_port))
    ]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return Running(held, *servers)


class _Lines(socketserver.StreamRequestHandler):
    hisp: ClassVar[Hisp]
    timeout = 60

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def line(self) -> str:
        """The next one; empty at the end."""
        return self.rfile.readline(10_000).decode("utf-8", "replace").rstrip("\r\n")


class Smtp(_Lines):
    """One connection of SMTP."""

    def handle(self) -> None:
        """Verbs until QUIT or the end."""
        self.sender, self.recipient = "", ""
        self.say("220 fake HISP")
        while (said := self.line()) and not said.upper().startswith("QUIT"):
            verb = said.partition(" ")[0].upper()
            if verb == "DATA":
                if not self._data():
                    return
            else:
                self._answer(verb, said)
        self.say("221 bye")

    def _answer(self, verb: str, said: str) -> None:
        found = ADDRESS.search(said)
        if verb == "EHLO":
            self.say(f"250-fake HISP\r\n250-SIZE {LONGEST}\r\n250 AUTH PLAIN")
        elif verb == "AUTH":
            self.say("235 2.7.0 in" if self._enters(said) else "535 5.7.8 no")
        elif verb == "MAIL" and found:
            self.sender = found[1]
            self.say("250 2.1.0 ok")
        elif verb == "RCPT" and found:
            self.recipient = found[1]
            self.say(self._takes())
        else:
            self.say("250 ok")

    def _takes(self) -> str:
        self.mode = self.hisp.mode_now()
        if self.mode is Mode.REFUSE:
            return "550 5.1.1 no such mailbox"
        return "451 4.3.0 later" if self.mode is Mode.BUSY else "250 2.1.5 ok"

    def _enters(self, said: str) -> bool:
        try:
            secret = base64.b64decode(said.split(" ")[-1]).split(b"\x00")[-1]
        except (binascii.Error, ValueError):
            return False
        return secret == self.hisp.password.encode()

    def _data(self) -> bool:
        """Take the message; False where the line is cut."""
        self.say("354 go on")
        lines: list[bytes] = []
        while (one := self.rfile.readline(LONGEST)) not in (b".\r\n", b""):
            lines.append(one.removeprefix(b".") if one.startswith(b"..") else one)
        if self.mode is Mode.DROP or not one:  # cut, or cut off: half a message is none
            return False
        self.hisp.take(self.sender, self.recipient, b"".join(lines))
        if self.mode is Mode.DROP_AFTER:
            return False
        self.say("250 2.0.0 taken")
        return True


class Imap(_Lines):
    """One connection of IMAP."""

    def handle(self) -> None:
        """Commands until LOGOUT or the end."""
        self.mailbox = ""
        self.say("* OK IMAP4rev1 fake HISP")
        while said := self.line():
            tag, _, command = said.partition(" ")
            name = command.partition(" ")[0].upper()
            if name == "LOGOUT":
                self.say(f"* BYE now\r\n{tag} OK done")
                return
            getattr(self, f"_{name.lower()}", self._other)(tag, command)

    def _other(self, tag: str, _: str) -> None:
        self.say(f"{tag} OK done")

    def _capability(self, tag: str, _: str) -> None:
        self.say(f"* CAPABILITY IMAP4rev1\r\n{tag} OK done")

    def _login(self, tag: str, command: str) -> None:
        user, password = [one.strip('"') for one in command.split(" ")[1:3]]
        if password != self.hisp.password:
            self.say(f"{tag} NO not you")
            return
        self.mailbox = user
        self.say(f"{tag} OK done")

    def _examine(self, tag: str, _: str) -> None:
        count = len(self.hisp.inbox(self.mailbox))
        validity = f"* OK [UIDVALIDITY {self.hisp.validity}]"
        self.say(f"* {count} EXISTS\r\n{validity}\r\n{tag} OK [READ-ONLY]")

    def _uid(self, tag: str, command: str) -> None:
        held = self.hisp.inbox(self.mailbox)
        words = command.split(" ")
        if words[1].upper() == "SEARCH":
            first = int(words[-1].split(":")[0])
            found = [n for n in range(1, len(held) + 1) if n >= first or n == len(held)]
            self.say(f"* SEARCH {' '.join(map(str, found))}\r\n{tag} OK done")
            return
        uid = int(words[2])
        raw = held[uid - 1]
        if "SIZE" in command:
            self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
        else:
            self.say(f"* {uid} FETCH (UID {uid} BODY[] {{{len(raw)}}}")
            self.wfile.write(raw + b")\r\n")
        self.say(f"{tag} OK done")
