"""The MLLP listener: a message is stored and committed, then acknowledged, then the next one is
read.

Messages that wait at the same moment share one commit. Where a group fails, each is stored by
itself, so a
message that PostgreSQL refuses costs itself only. With the database down nothing is answered: the
sender
keeps the message.
"""

import asyncio
import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from integrations import receiver
from integrations.hl7 import ack, mllp
from integrations.promises import Promises
from integrations.receiver import Arrival, Stored
from tenants.ids import uuid7
from tenants.scope import SETTING

logger = logging.getLogger(__name__)

GROUP = 64
WRITERS = 2
IDLE_SECONDS = 3600.0
FRAME_SECONDS = 60.0
"""A frame that has begun must end within this time."""


@dataclass(frozen=True, slots=True)
class Port:
    """Which feed a port belongs to, and the certificate its sender must show (SHA-256, hex;
    empty: none)."""

    number: int
    practice_id: UUID
    feed_id: UUID
    client_certificate: str = ""


@dataclass(slots=True)
class _Waiting:
    arrival: Arrival
    stored: "asyncio.Future[Stored]"


@dataclass(slots=True)
class Listener:
    """Serves ports until cancelled."""

    conninfo: dict[str, Any]
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    limit: int = mllp.DEFAULT_LIMIT
    idle_seconds: float = IDLE_SECONDS
    frame_seconds: float = FRAME_SECONDS
    promises: Promises = field(init=False)
    _queue: "asyncio.Queue[_Waiting]" = field(default_factory=asyncio.Queue)
    _servers: list[asyncio.Server] = field(default_factory=list)
    _writers: list["asyncio.Task[None]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.promises = Promises(self.conninfo)

    async def start(self, ports: Sequence[Port]) -> None:
        """Listen.

        Raises:
            OSError: a port is taken.
        """
        self._writers = [asyncio.create_task(self._write()) for _ in range(WRITERS)]
        self._writers.append(asyncio.create_task(self.promises.keep()))
        for port in ports:
            await self.open(port)

    async def open(self, port: Port) -> None:
        """Listen on one more port."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(port, reader, writer)

        server = await asyncio.start_server(
            serve, self.host, port.number, ssl=self.tls, backlog=256
        )
        self._servers.append(server)
        logger.info("listening", extra={"port": port.number, "feed": str(port.feed_id)})

    def addresses(self) -> list[int]:
        """The port numbers that are open; asking for port 0 gives a free one."""
        return [socket.getsockname()[1] for server in self._servers for socket in server.sockets]

    async def stop(self) -> None:
        """Take no more connections and end the writers."""
        for server in self._servers:
            server.close()
        for writer in self._writers:
            writer.cancel()
        await asyncio.gather(*self._writers, return_exceptions=True)

    async def _serve(
        self, port: Port, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            if not _shows_certificate(port, writer):
                logger.warning("client certificate refused", extra={"port": port.number})
                return
            await self._converse(port, reader, writer)
        except (TimeoutError, ConnectionError, psycopg.Error, ssl.SSLError) as error:
            logger.warning(
                "connection ended", extra={"port": port.number, "cause": type(error).__name__}
            )
        finally:
            writer.close()

    async def _converse(
        self, port: Port, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        decoder = mllp.Decoder(self.limit)
        while True:
            patience = self.frame_seconds if decoder.unfinished else self.idle_seconds
            data = await asyncio.wait_for(reader.read(65_536), patience)
            if not data:
                return
            for frame in decoder.feed(data):
                writer.write(await self._answer(port, frame, writer))
            await writer.drain()

    async def _answer(self, port: Port, frame: mllp.Frame, writer: asyncio.StreamWriter) -> bytes:
        """Store one message and say so, as its header asks (HL7 v2 chapter 2.9)."""
        arrival = receiver.arrival_of_hl7(
            frame.payload, practice_id=port.practice_id, feed_id=port.feed_id
        )
        if frame.fault is not None:
            arrival = receiver.too_long(arrival, frame.fault)
        waiting = _Waiting(arrival, asyncio.get_running_loop().create_future())
        self._queue.put_nowait(waiting)
        stored = await waiting.stored
        header, plan = arrival.header, arrival.plan
        if header is not None and plan is not None and ack.tells_later(header, plan):
            self.promises.promise(port.practice_id, stored.message_id, header, writer)
        body = answer(arrival, stored, now=datetime.now(UTC))
        return mllp.frame(body) if body else b""

    async def _write(self) -> None:
        """Group what waits and commit it, for ever; a lost connection is made again."""
        connection: psycopg.AsyncConnection[Any] | None = None
        while True:
            group = await self._group()
            try:
                if connection is None or connection.closed:
                    connection = await _connect(self.conninfo)
                await _store_group(connection, group)
            except psycopg.OperationalError as error:
                _fail(group, error)
                await _close(connection)
                connection = None
            except psycopg.Error:
                await _store_each(connection, group)

    async def _group(self) -> list[_Waiting]:
        """What waits now, of one practice: row security binds a transaction to one."""
        group = [await self._queue.get()]
        while len(group) < GROUP and not self._queue.empty():
            waiting = self._queue.get_nowait()
            if waiting.arrival.practice_id != group[0].arrival.practice_id:
                self._queue.put_nowait(waiting)
                break
            group.append(waiting)
        return group


def answer(arrival: Arrival, stored: Stored, *, now: datetime) -> bytes:
    """The acknowledgment that is due as soon as the message is stored; empty for silence."""
    plan, header = arrival.plan, arrival.header
    code = ack.at_once(header, plan) if header is not None and plan is not None else None
    if code is None or header is None or plan is None:
        return b""
    number = ack.control_id(code, stored.message_id)
    return ack.build(header, code, control_id=number, now=now, faults=plan.faults)


async def _connect(conninfo: dict[str, Any]) -> psycopg.AsyncConnection[Any]:
    return await psycopg.AsyncConnection.connect(
        **conninfo, autocommit=True, prepare_threshold=1, row_factory=tuple_row
    )


async def _close(connection: psycopg.AsyncConnection[Any] | None) -> None:
    if connection is not None:
        await connection.close()


async def _store_group(connection: Any, group: Sequence[_Waiting]) -> None:
    """One statement and one commit for the group; only then are they told."""
    arrivals = [waiting.arrival for waiting in group]
    ids = [uuid7() for _ in arrivals]
    cursor = await connection.execute(*receiver.statement(arrivals, ids, now=datetime.now(UTC)))
    made = {row[0] for row in await cursor.fetchall()}
    held = await _resent(connection, arrivals) if len(made) < len(arrivals) else {}
    for waiting, message_id in zip(group, ids, strict=True):
        if not waiting.stored.done():
            fresh = message_id in made
            stored = (
                Stored(message_id, fresh=True) if fresh else held[receiver.key_of(waiting.arrival)]
            )
            waiting.stored.set_result(stored)


async def _resent(
    connection: Any, arrivals: Sequence[Arrival]
) -> dict[receiver.MessageKey, Stored]:
    async with connection.transaction():
        await connection.execute(
            "SELECT set_config(%s, %s, true)", [SETTING, str(arrivals[0].practice_id)]
        )
        cursor = await connection.execute(receiver.FIND, receiver.find_parameters(arrivals))
        return receiver.found(await cursor.fetchall())


async def _store_each(connection: Any, group: Sequence[_Waiting]) -> None:
    for waiting in group:
        try:
            await _store_group(connection, [waiting])
        except psycopg.Error as error:
            logger.error("message not stored", extra={"cause": type(error).__name__})  # noqa: TRY400 - its text may hold the row
            _fail([waiting], error)


def _fail(group: Sequence[_Waiting], error: Exception) -> None:
    """Nothing was stored, so nothing is answered."""
    for waiting in group:
        if not waiting.stored.done():
            waiting.stored.set_exception(error)


def _shows_certificate(port: Port, writer: asyncio.StreamWriter) -> bool:
    if not port.client_certificate:
        return True
    shown = writer.get_extra_info("ssl_object")
    certificate = shown.getpeercert(binary_form=True) if shown else None
    return (
        certificate is not None
        and sha256(certificate).hexdigest() == port.client_certificate.lower()
    )


def tls_context(*, certificate: str, key: str, authorities: str = "") -> ssl.SSLContext:
    """TLS 1.2 or later; with `authorities`, a sender must show a certificate that they signed.

    Raises:
        OSError: a file cannot be read.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    if authorities:
        context.load_verify_locations(authorities)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
