"""A log line cannot hold a patient: no argument, no exception's text, no field without a name."""

import ast
import asyncio
import io
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from charts.models import Patient
from config import logs
from config.logs import FIELDS, SafeFormatter
from integrations import intake, receiver
from integrations.models import InboundMessage, MessageState
from tests.architecture import code

CANARY = "Vandersteen"
OTHERS = ("Ottilie", "19610302", "1961-03-02", "6.81734", "508777")

ORU = (
    b"MSH|^~\\&|LAB|ELM|CC|ELM|20261116150000||ORU^R01|W1|P|2.5.1\r"
    b"PID|1||508777^^^ELM^MR||Vandersteen^Ottilie||19610302|F\r"
    b"OBR|1||F77|2823-3^Potassium^LN|||20261116145000||||||||1234567893^Diaz^Ana||||||||F\r"
    b"OBX|1|NM|2823-3^Potassium^LN||6.81734|mmol/L|3.5-5.1|HH|||F\r"
)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What every logger of the process writes, through the one formatter."""
    stream, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(stream), root.level
    handler.setFormatter(SafeFormatter())
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def line(name="integrations.intake", message="message failed", *args, exc_info=None, **extra):
    """One record, as it would be written."""
    record = logging.LogRecord(name, logging.ERROR, __file__, 7, message, args, exc_info)
    record.__dict__.update(extra)
    return SafeFormatter().format(record)


def test_a_line_is_one_json_object_with_what_an_operator_needs():
    said = json.loads(line(message_id="0190", count=3, took_ms=1.5, done=None))
    assert said["event"] == "message failed"
    assert (said["level"], said["logger"]) == ("error", "integrations.intake")
    assert (said["message_id"], said["count"], said["took_ms"], said["done"]) == (
        "0190", 3, 1.5, None,
    )  # fmt: skip
    assert said["at"].endswith("Z")


@given(st.text(min_size=1).map(lambda text: f"{text}{CANARY}"))
def test_arguments_are_never_filled_in(text):
    assert CANARY not in line("integrations.intake", "patient %s", text)
    assert CANARY not in line("django.request", "Not found: %s", text)


@given(st.text(max_size=80))
def test_the_text_of_an_exception_is_never_written(text):
    with pytest.raises(ValueError, match=CANARY) as raised:
        _refuse(f"{text}{CANARY}")
    said = line(exc_info=(raised.type, raised.value, raised.tb))
    assert CANARY not in said
    assert json.loads(said)["exception"] == "ValueError"
    assert json.loads(said)["lines"][-1].startswith("config/test_logs.py:")


def _refuse(text: str) -> None:
    raise ValueError(text) from KeyError(text)


RESERVED = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


@given(st.text(min_size=1).filter(lambda name: name not in FIELDS | RESERVED), st.text())
def test_a_field_without_a_place_in_the_list_is_not_written(name, value):
    said = json.loads(line(**{name: f"{value}{CANARY}"}))
    assert CANARY not in str(said)


@given(st.sampled_from(sorted(FIELDS)), st.text())
def test_a_known_field_holds_ids_and_codes_only(name, value):
    said = json.loads(line(**{name: f"{value} {CANARY}, Ottilie"}))
    assert said[name] == "withheld"


@pytest.mark.parametrize(
    "value", [["Vandersteen Ottilie"], {"name": "Vandersteen"}, ("a b",), "x" * 65, "a\nb", "a b"]
)
def test_a_value_that_is_no_code_is_withheld(value):
    assert json.loads(line(cause=value))["cause"] == "withheld"


def test_a_message_that_is_no_text_is_only_where_it_was_written():
    assert CANARY not in line("integrations.intake", ValueError(CANARY))


def test_a_library_that_has_filled_in_its_values_is_only_where_it_was_written(written):
    async def forgotten() -> None:
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        future.set_exception(ValueError(f"{CANARY} already exists"))
        del future

    # A browser's tests keep a loop running in this thread.
    other = Thread(target=asyncio.run, args=[forgotten()])
    other.start()
    other.join()
    said = [json.loads(row) for row in written.getvalue().splitlines()]
    [lost] = [row for row in said if row["logger"] == "asyncio" and row["level"] == "error"]
    assert lost["exception"] == "ValueError"
    assert lost["event"].startswith("base_events:")
    assert CANARY not in written.getvalue()


def loggers() -> Iterator[tuple[Path, ast.Call]]:
    """Every call that writes a line, in the code of the product."""
    levels = {"debug", "info", "warning", "error", "exception", "critical", "log"}
    for file in code.files():
        for call in code.calls(code.tree(file)):
            if (
                isinstance(call.func, ast.Attribute) and call.func.attr in levels
                and ast.unparse(call.func.value) in {"logger", "logging", "self.logger"}
            ):  # fmt: skip
                yield file, call


def test_every_message_of_ours_is_a_constant_with_named_fields():
    calls = list(loggers())
    assert len(calls) > 5
    for file, call in calls:
        where = f"{file}:{call.lineno}"
        assert len(call.args) == 1, where
        assert isinstance(call.args[0], ast.Constant), where
        for word in call.keywords:
            assert word.arg in {"extra", "exc_info"}, where
            if word.arg == "extra":
                assert isinstance(word.value, ast.Dict), where
                assert {key.value for key in word.value.keys} <= FIELDS, where
        assert file.parts[0] in logs.OURS, where


@pytest.fixture(scope="module")
def trap(django_db_setup) -> Iterator[None]:
    """A database that refuses one patient, and says the whole row in doing so."""
    name = connections["default"].settings_dict["NAME"]

    def tell(statement: str) -> None:
        with psycopg.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=name) as server:
            server.execute(statement)

    tell(
        "CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NEW.family = '{CANARY}' THEN RAISE EXCEPTION 'refused %', NEW; END IF; "
        "RETURN NEW; END $$; "
        "CREATE TRIGGER trap BEFORE INSERT ON charts_patient FOR EACH ROW EXECUTE FUNCTION trap()"
    )
    yield
    tell("DROP FUNCTION trap CASCADE")


@pytest.mark.django_db
def test_a_message_that_fails_leaves_no_trace_of_its_patient_in_the_log(
    trap, elm_street, written, now
):
    practice_id = elm_street.practice.pk
    with elm_street.scoped():
        with pytest.raises(DatabaseError, match=CANARY), transaction.atomic():
            Patient.objects.create(family=CANARY, given="Ottilie")
        one = receiver.arrival_of_hl7(ORU, practice_id=practice_id, feed_id=elm_street.lab.pk)
        receiver.store([one], now=now)
    intake.sweep(now=now)
    with elm_street.scoped():
        message = InboundMessage.objects.get()
    assert message.state in {MessageState.QUARANTINED, MessageState.RECEIVED}
    assert message.attempts == 1
    said = written.getvalue()
    assert "message failed" in said
    assert str(message.pk) in said
    assert CANARY not in message.cause
    for word in (CANARY, *OTHERS):
        assert word not in said


@pytest.mark.django_db
def test_a_broken_unique_key_leaves_no_trace_of_its_value_in_the_log(written):
    def doubled() -> None:
        """A table of no practice: of a practice's, PostgreSQL keeps the key to itself."""
        with transaction.atomic():
            User.objects.create_user(email=f"{CANARY}@elm.example")

    doubled()
    with pytest.raises(DatabaseError, match=CANARY) as broken:
        doubled()
    logging.getLogger("integrations.intake").error("message failed", exc_info=broken.value)
    assert "IntegrityError" in written.getvalue()
    assert CANARY not in written.getvalue()


@pytest.mark.django_db
def test_a_request_is_logged_by_its_route_never_by_its_address(elm_street, written):
    client = Client()
    client.force_login(elm_street.ira.user, backend="django.contrib.auth.backends.ModelBackend")
    client.get(f"/messages/?q={CANARY}", headers={"X-Request-ID": f"{CANARY} Ottilie"})
    client.get(f"/{CANARY}/")
    routes = {
        said["route"]: said["status"]
        for row in written.getvalue().splitlines()
        if (said := json.loads(row))["event"] == "request"
    }
    assert routes["dashboards:messages"] == 200
    assert routes["none"] == 404
    assert CANARY not in written.getvalue()
