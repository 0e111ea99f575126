"""The application acknowledgment of enhanced mode: a message of its own, sent on the connection of
the message once it is known what became of it (HL7 v2 chapter 2.9.3).

Nobody waits for it here: a sender that has gone, or asked too long ago, learns it by sending again.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from integrations.hl7 import ack, mllp
from integrations.hl7.faults import ErrorCode, Fault, Weight
from integrations.hl7.header import Header
from tenants.scope import SETTING

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 600.0
MOST = 10_000

SET_ASIDE = Fault(
    ErrorCode.INTERNAL,
    "",
    "The message is kept and waits for a person here. Do not send it again.",
    Weight.ERROR,
)
KNOWN = """
SELECT m.id, m.state FROM integrations_inboundmessage m
WHERE m.practice_id = %s AND m.id = ANY(%s) AND m.state <> 'received'
"""
TOLD = """
UPDATE integrations_inboundmessage SET ack = trim(ack || ' ' || %(code)s)
WHERE practice_id = %(practice)s AND id = %(message)s AND ack NOT LIKE '%%' || %(code)s
"""


@dataclass(frozen=True, slots=True)
class Promise:
    """A message whose sender wants to hear what became of it."""

    practice_id: UUID
    message_id: UUID
    header: Header
    writer: asyncio.StreamWriter
    until: float


@dataclass(slots=True)
class Promises:
    """Keeps promises until cancelled."""

    conninfo: dict[str, Any]
    look_seconds: float = LOOK_SECONDS
    _open: dict[UUID, Promise] = field(default_factory=dict)
    _asked: asyncio.Event = field(default_factory=asyncio.Event)

    def promise(
        self, practice_id: UUID, message_id: UUID, header: Header, writer: asyncio.StreamWriter
    ) -> None:
        """Tell the sender later; with too many to tell, not at all."""
        if len(self._open) < MOST:
            until = monotonic() + PATIENCE_SECONDS
            self._open[message_id] = Promise(practice_id, message_id, header, writer, until)
            self._asked.set()

    async def keep(self) -> None:
        """Look what has become of the messages, for ever."""
        while True:
            await self._asked.wait()
            await asyncio.sleep(self.look_seconds)
            try:
                async with await _connect(self.conninfo) as connection:
                    await self._keep_all(connection)
            except psycopg.Error as error:
                logger.warning("outcomes not read", extra={"cause": type(error).__name__})

    async def _keep_all(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while self._open:
            for practice_id in {one.practice_id for one in self._open.values()}:
                await self._keep_of(connection, practice_id)
            self._forget()
            await asyncio.sleep(self.look_seconds)
        self._asked.clear()

    async def _keep_of(self, connection: psycopg.AsyncConnection[Any], practice_id: UUID) -> None:
        ids = [one.message_id for one in self._open.values() if one.practice_id == practice_id]
        async with connection.transaction():
            await connection.execute("SELECT set_config(%s, %s, true)", [SETTING, str(practice_id)])
            cursor = await connection.execute(KNOWN, [practice_id, ids])
            for message_id, state in await cursor.fetchall():
                code = self._tell(self._open.pop(message_id), sound=state == "processed")
                if code:
                    told = {"code": code, "practice": practice_id, "message": message_id}
                    await connection.execute(TOLD, told)

    def _tell(self, promise: Promise, *, sound: bool) -> str | None:
        code = ack.application_code(promise.header, sound=sound)
        if code is None or promise.writer.is_closing():
            return None
        body = application_answer(promise.header, promise.message_id, code, now=datetime.now(UTC))
        promise.writer.write(mllp.frame(body))
        return code

    def _forget(self) -> None:
        """Promises to senders who have gone, or have waited too long."""
        for one in list(_gone(self._open.values())):
            del self._open[one.message_id]


def application_answer(header: Header, message_id: UUID, code: str, *, now: datetime) -> bytes:
    """The application acknowledgment as it goes out."""
    return ack.build(
        header,
        code,
        control_id=ack.control_id(code, message_id),
        now=now,
        faults=() if code == "AA" else (SET_ASIDE,),
    )


def _gone(promises: Iterable[Promise]) -> Iterable[Promise]:
    now = monotonic()
    return (one for one in promises if one.writer.is_closing() or one.until < now)


async def _connect(conninfo: dict[str, Any]) -> psycopg.AsyncConnection[Any]:
    return await psycopg.AsyncConnection.connect(**conninfo, autocommit=True, row_factory=tuple_row)
