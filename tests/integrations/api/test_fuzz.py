"""Requests made from the document, right and wrong ones: every answer is one it describes."""

import json

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from referrals import operations
from referrals.operations import Opening
from tests.integrations.api.caller import SETUP, key_of, tasks_of

OPERATIONS = [
    "listTasks", "searchTasks", "getTask", "listMembers", "listQueues", "claimTask", "releaseTask",
    "acknowledgeTask", "holdTask", "resumeTask", "assignTask", "completeTask", "reopenTask",
    "listReferrals", "openReferral", "getReferral", "tellReferral", "bookReferral", "closeReferral",
    "reopenReferral", "matchReferral", "unmatchReferral", "undoReferralFact",
    "tellReferralsPatient", "answerReferralsQuestion", "inviteToAnswerReferral",
    "revokeReferralsInvitation",
]  # fmt: skip


CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip


@pytest.fixture
def described(elm_street, now, monkeypatch):
    """The operations by name, and what a fortunate request would name."""
    monkeypatch.setattr("integrations.api.throttles.KeyThrottle.rate", "1000000/min")
    tasks = tasks_of(elm_street, elm_street.lab, now=now, results=[{"flag": "HH"}, {"flag": "N"}])
    with elm_street.scoped():
        opening = Opening(patient_id=tasks[0].patient_id, number="N-1", ordered_at=now)
        referral, _ = operations.open_by_hand(opening=opening, actor=SETUP, now=now)
    document = json.loads(Client().get("/api/v1/schema?format=json").content)
    schema = schemathesis.openapi.from_dict(document)
    schema.app = application
    found = {
        one.ok().definition.raw["operationId"]: one.ok()
        for one in schema.get_all_operations()
        if isinstance(one, Ok)
    }
    assert sorted(found) == sorted(OPERATIONS)
    secret = key_of(elm_street, now=now).secret
    # A request of WSGI must not close the connection that holds the test's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield found, secret, tasks, referral, elm_street.diaz
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def run(described, name, *, examples, mode):
    found, secret, tasks, referral, member = described
    headers = {"Authorization": f"Bearer {secret}"}
    strategy = found[name].as_strategy(generation_mode=mode)

    @hypothesis.settings(
        max_examples=examples, deadline=None, database=None, derandomize=True,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    @hypothesis.given(case=strategy, task=st.sampled_from([None, *tasks]), known=st.booleans())
    def each(case, task, known):
        if task is not None and "task_id" in (case.path_parameters or {}):
            case.path_parameters["task_id"] = str(task.pk)
        if task is not None and "referral_id" in (case.path_parameters or {}):
            case.path_parameters["referral_id"] = str(referral.pk)
        if known and isinstance(case.body, dict) and "member" in case.body:
            case.body["member"] = str(member.pk)
        sid = transaction.savepoint()
        answer = case.call(headers=headers)
        transaction.savepoint_rollback(sid)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            assert answer.headers["content-type"][0] == "application/problem+json"

    each()


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_no_request_makes_the_server_fail(described, name, mode):
    run(described, name, examples=6, mode=mode)


@pytest.mark.proof
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_no_request_of_many_makes_the_server_fail(described, name, mode):
    run(described, name, examples=150, mode=mode)
