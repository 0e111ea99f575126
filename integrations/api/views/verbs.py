"""Tasks worked: each verb is one operation, on behalf of a member, once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from escalation import operations as escalation
from integrations.api import asked, idempotency, queries
from integrations.api.answered import TaskRow
from integrations.api.authentication import actor_of
from integrations.api.describing import of_verb
from integrations.api.problems import UNUSABLE, Problem
from integrations.api.views.practice import PracticeView
from integrations.api.views.tasks import etag_of
from integrations.models import Scope
from routing import operations
from routing.models import Task
from routing.operations import LostRace
from tenants import clock

CHANGED = "The task changed since you read it. Read it again, then decide."
NO_IF_MATCH = 'If-Match is the ETag of the task, such as "3", or *.'


class Verb(PracticeView):
    """POST /tasks/{id}/<verb>."""

    required_scope = Scope.TASKS_WRITE
    body: type[asked.Verb] = asked.Verb

    def post(self, request: Request, task_id: UUID) -> Response:
        """Do it once, and answer with the task as it now is."""
        now = clock.now()
        return idempotency.once(request, lambda: self.done(request, task_id, now), now=now)

    def done(self, request: Request, task_id: UUID, now: datetime) -> Response:
        """The task after the operation.

        Raises:
            Problem: the member is unknown, or the task is not in the version of If-Match.
        """
        sent = self.body(data=request.data)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        member = _member(said.pop("member"), "/member")
        actor = replace(actor_of(request), membership_id=member.pk)
        expected = expected_version(request)
        try:
            task = self.operate(
                said, task_id=task_id, member=member, version=expected, actor=actor, now=now
            )
        except LostRace as lost:
            _refuse_stale(task_id, expected, lost)
            raise
        return Response(TaskRow(task).data, headers={"ETag": etag_of(task)})

    def operate(self, said: Mapping[str, Any], **common: Any) -> Task:
        """The operation behind the verb."""
        raise NotImplementedError


class Claim(Verb):
    """Take a lease of ten minutes: "I am doing this now". Asking again renews it."""

    body = asked.Claim

    @of_verb("claimTask", asked.Claim)
    def post(self, request: Request, task_id: UUID) -> Response:
        """Take a lease of ten minutes; asking again renews it. 409 names who holds it."""
        return super().post(request, task_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Task:
        return operations.claim(**said, **common)


class Release(Verb):
    @of_verb("releaseTask", asked.Verb)
    def post(self, request: Request, task_id: UUID) -> Response:
        """Give the lease back."""
        return super().post(request, task_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Task:
        return operations.release(**said, **common)


class Acknowledge(Verb):
    @of_verb("acknowledgeTask", asked.Verb)
    def post(self, request: Request, task_id: UUID) -> Response:
        """ "I have seen it and it is mine": the member owns it."""
        return super().post(request, task_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Task:
        return operations.acknowledge(**said, **common)


class Hold(Verb):
    body = asked.Hold

    @of_verb("holdTask", asked.Hold)
    def post(self, request: Request, task_id: UUID) -> Response:
        """Wait, with a reason and the day to look again."""
        return super().post(request, task_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Task:
        return escalation.hold_until(**said, **common)


class Resume(Verb):
    @of_verb("resumeTask", asked.Verb)
    def post(self, request: Request, task_id: UUID) -> Response:
        """Go on with a task that waited."""
        return super().post(request, task_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Task:
        return operations.resume(**said, **common)


class Assign(Verb):
    body = asked.Assign

    @of_verb("assignTask", asked.Assign)
    def post(self, request: Request, task_id: UUID) -> Response:
        """Give it to a member, or back to a queue."""
        return super().post(request, task_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Task:
        to, queue = said.get("to"), said.get("queue")
        return operations.assign(
            to=_member(to, "/to") if to else None,
            queue=_queue(queue) if queue else None,
            reason=said["reason"],
            **common,
        )


class Complete(Verb):
    body = asked.Complete

    @of_verb("completeTask", asked.Complete)
    def post(self, request: Request, task_id: UUID) -> Response:
        """Close it with what was done; an abnormal or critical result asks for more."""
        return super().post(request, task_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Task:
        return operations.complete(**said, **common)


class Reopen(Verb):
    body = asked.Reopen

    @of_verb("reopenTask", asked.Reopen)
    def post(self, request: Request, task_id: UUID) -> Response:
        """Withdraw a Done, with the reason."""
        return super().post(request, task_id)

    def operate(self, said: Mapping[str, Any], **common: Any) -> Task:
        return operations.reopen(**said, **common)


def _member(member_id: UUID, pointer: str) -> Membership:
    found = queries.member(member_id)
    if found is None:
        raise _unknown(pointer, "No active member has this id.")
    return found


def _queue(queue_id: UUID) -> Any:
    found = queries.queue(queue_id)
    if found is None:
        raise _unknown("/queue", "No queue has this id.")
    return found


def _unknown(pointer: str, detail: str) -> Problem:
    errors = [{"pointer": pointer, "detail": detail}]
    return Problem(422, UNUSABLE, kind="invalid", errors=errors)


def expected_version(request: Request) -> int | None:
    """The version that the caller read; None: any will do.

    Raises:
        Problem: If-Match cannot be read.
    """
    sent = request.headers.get("If-Match", "*").strip()
    if sent == "*":
        return None
    number = sent.strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < 10 and sent == f'"{number}"'):
        raise Problem(400, NO_IF_MATCH, kind="if-match")
    return int(number)


def _refuse_stale(task_id: UUID, expected: int | None, lost: LostRace) -> None:
    """412 where the caller's version is old; else the race was lost for another reason."""
    if expected is not None and not Task.objects.filter(pk=task_id, version=expected).exists():
        raise Problem(
            412, f"{CHANGED} {lost}", kind="stale", who=lost.who, when=lost.when.isoformat()
        ) from lost
