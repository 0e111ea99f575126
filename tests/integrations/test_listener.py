"""The MLLP door over real sockets: stored and committed, then acknowledged."""

import asyncio
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection, transaction

from integrations.hl7.mllp import frame
from integrations.listener import Listener, Port, tls_context
from integrations.models import InboundMessage
from tests.messages import oru

pytestmark = pytest.mark.django_db(transaction=True)


def run(act):
    """In a thread of its own: the browser tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, act).result()


def conninfo() -> dict:
    left_out = ("cursor_factory", "context", "prepare_threshold", "server_side_binding")
    return {k: v for k, v in connection.get_connection_params().items() if k not in left_out}


@asynccontextmanager
async def listening(elm, *, tls=None, certificate="", database=None, **limits):
    listener = Listener(database or conninfo(), tls=tls, **limits)
    await listener.start([Port(0, elm.practice.pk, elm.lab.pk, certificate)])
    port = listener.addresses()[0]
    try:
        yield port
    finally:
        await listener.stop()


async def talk(
    port: int, *pieces: bytes, answers: int, context=None, pause: float = 0.0
) -> list[bytes]:
    """Send the pieces one by one, and read so many frames."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname="localhost" if context else None
    )
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause)
    got = [await asyncio.wait_for(reader.readuntil(b"\x1c\r"), 20) for _ in range(answers)]
    writer.close()
    return got


def rows(elm) -> list[InboundMessage]:
    with elm.scoped(), transaction.atomic():
        return list(InboundMessage.objects.order_by("arrived"))


def test_a_message_is_in_the_database_when_its_ack_arrives(elm_street):
    async def act():
        async with listening(elm_street) as port:
            return await talk(port, frame(oru(control="A1")), answers=1)

    [ack] = run(act())
    assert b"MSA|AA|A1" in ack
    [message] = rows(elm_street)
    assert (message.control_id, message.state, message.body) == (
        "A1",
        "received",
        oru(control="A1"),
    )


def test_frames_may_be_cut_and_glued_however_the_network_likes(elm_street):
    whole = frame(oru(control="1")) + frame(oru(control="2"))

    async def act():
        async with listening(elm_street) as port:
            cut = [whole[at : at + 97] for at in range(0, len(whole), 97)]
            return await talk(port, *cut, answers=2, pause=0.001)

    acks = run(act())
    assert [b"MSA|AA|1" in acks[0], b"MSA|AA|2" in acks[1]] == [True, True]
    assert [message.control_id for message in rows(elm_street)] == ["1", "2"]


def test_a_resend_gets_the_answer_of_the_first_time_and_makes_no_row(elm_street):
    async def act():
        async with listening(elm_street) as port:
            return await talk(port, *[frame(oru(control="R"))] * 2, answers=2)

    first, second = run(act())
    assert first.split(b"\r")[0].split(b"|")[9] == second.split(b"\r")[0].split(b"|")[9]
    assert len(rows(elm_street)) == 1


def test_many_connections_share_commits_and_lose_nothing(elm_street):
    async def one(port, number):
        return await talk(port, *[frame(oru(control=f"{number}-{n}")) for n in range(5)], answers=5)

    async def act():
        async with listening(elm_street) as port:
            return await asyncio.gather(*(one(port, number) for number in range(40)))

    acks = run(act())
    assert all(b"MSA|AA|" in ack for batch in acks for ack in batch)
    assert len(rows(elm_street)) == 200


def test_a_message_without_a_control_id_is_kept_and_answered_with_an_error(elm_street):
    async def act():
        async with listening(elm_street) as port:
            return await talk(
                port,
                frame(b"MSH|^~\\&|A|B|C|D|2026||ORU^R01||P|2.5.1\r"),
                frame(oru(control="ok")),
                answers=2,
            )

    refused, accepted = run(act())
    assert b"MSA|AE|" in refused
    assert b"101" in refused
    assert b"MSA|AA|ok" in accepted
    assert [message.state for message in rows(elm_street)] == ["rejected", "received"]


def test_nothing_is_answered_where_nothing_was_asked_and_acks_never(elm_street):
    silent = oru(control="S").replace(b"|P|2.5.1", b"|P|2.5.1|||NE|NE")

    async def act():
        async with listening(elm_street) as port:
            return await talk(
                port,
                frame(silent),
                frame(b"MSH|^~\\&|A|B|C|D|2026||ACK^R01|9|P|2.5.1\rMSA|AA|1\r"),
                frame(oru(control="next")),
                answers=1,
            )

    [only] = run(act())
    assert b"MSA|AA|next" in only
    assert len(rows(elm_street)) == 3


def test_a_frame_over_the_limit_is_refused_and_the_next_message_accepted(elm_street):
    huge = oru(control="huge") + b"NTE|1||" + b"x" * 200_000 + b"\r"

    async def act():
        async with listening(elm_street, limit=100_000) as port:
            return await talk(port, frame(huge), frame(oru(control="next")), answers=2)

    refused, accepted = run(act())
    assert b"MSA|AR|huge" in refused
    assert b"MSA|AA|next" in accepted


def test_bytes_that_are_no_message_never_end_the_listener(elm_street):
    async def act():
        async with listening(elm_street) as port:
            await talk(port, b"GET / HTTP/1.1\r\n\r\n", answers=0)
            await talk(port, frame(b"\x00\xff" * 5000), answers=1)
            return await talk(port, frame(oru(control="after")), answers=1)

    [ack] = run(act())
    assert b"MSA|AA|after" in ack


def test_with_the_database_down_there_is_no_answer_and_the_sender_keeps_the_message(elm_street):
    async def act():
        async with listening(elm_street, database=conninfo() | {"dbname": "absent"}) as port:
            with pytest.raises(asyncio.IncompleteReadError) as ended:
                await talk(port, frame(oru(control="X")), answers=1)
            return ended.value.partial

    assert run(act()) == b""
    assert rows(elm_street) == []


def test_a_half_sent_frame_is_given_up_after_its_time(elm_street):
    async def act():
        async with listening(elm_street, frame_seconds=0.3) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"\x0bMSH|^~\\&|half")
            rest = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            return rest

    assert run(act()) == b""


def authority(folder):
    """A CA made for the test, and a certificate of its for each name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    certificate = _certificate(name, name, key.public_key(), key, ca=True)
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def issue(common_name: str):
        own = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        made = _certificate(subject, name, own.public_key(), key, ca=False)
        pem = folder / f"{common_name}.pem"
        pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        secret = folder / f"{common_name}.key"
        secret.write_bytes(
            own.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return pem, secret, sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()

    return folder / "ca.pem", issue


def _certificate(subject, issuer, public_key, signing_key, *, ca):
    start = datetime.now(UTC) - timedelta(hours=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    )
    return builder.sign(signing_key, hashes.SHA256())


def client(ca, pem=None, secret=None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca)
    if pem:
        context.load_cert_chain(pem, secret)
    return context


def test_tls_asks_for_the_feeds_own_certificate(elm_street, tmp_path):
    ca, issue = authority(tmp_path)
    server_pem, server_key, _ = issue("server")
    lab_pem, lab_key, fingerprint = issue("lab")
    other_pem, other_key, _ = issue("other")
    tls = tls_context(certificate=str(server_pem), key=str(server_key), authorities=str(ca))

    async def act():
        async with listening(elm_street, tls=tls, certificate=fingerprint) as port:
            good = await talk(
                port, frame(oru(control="tls")), answers=1, context=client(ca, lab_pem, lab_key)
            )
            for context in (client(ca, other_pem, other_key), client(ca)):
                with pytest.raises((asyncio.IncompleteReadError, ConnectionError, ssl.SSLError)):
                    await talk(port, frame(oru(control="no")), answers=1, context=context)
            return good

    [ack] = run(act())
    assert b"MSA|AA|tls" in ack
    assert [message.control_id for message in rows(elm_street)] == ["tls"]
