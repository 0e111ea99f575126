"""Tasks read: pages of them, and one whole."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from audit import log
from integrations.api import queries
from integrations.api.answered import MemberList, QueueList, TaskPage, TaskRow, TaskWhole
from integrations.api.asked import Asked, TaskFilter, TaskSearch
from integrations.api.authentication import actor_of
from integrations.api.describing import REFUSALS, of_reading
from integrations.api.paging import cursor_at
from integrations.api.problems import invalid
from integrations.api.views.practice import PracticeView
from integrations.models import Scope
from routing.models import Task
from routing.operations import TaskNotFound
from tenants import clock


def etag_of(task: Task) -> str:
    """The version, as HTTP writes it."""
    return f'"{task.version}"'


class Tasks(PracticeView):
    required_scope = Scope.TASKS_READ

    @extend_schema(
        operation_id="listTasks",
        parameters=[TaskFilter],
        responses={200: TaskPage} | of_reading(400),
    )
    def get(self, request: Request) -> Response:
        """Tasks, the most dangerous first. Without `status` the open ones. Names no patient."""
        asked = TaskFilter(data=_query(request))
        try:
            asked.is_valid(raise_exception=True)
        except ValidationError as error:
            raise invalid(error, status=400) from error
        return _page(request, asked, patient=False)


class Search(PracticeView):
    required_scope = Scope.TASKS_READ

    @extend_schema(
        operation_id="searchTasks", request=TaskSearch, responses={200: TaskPage} | REFUSALS
    )
    def post(self, request: Request) -> Response:
        """Tasks of one patient, named in the body: addresses end in logs. Changes nothing."""
        asked = TaskSearch(data=request.data)
        asked.is_valid(raise_exception=True)
        return _page(request, asked, patient=True)


class OneTask(PracticeView):
    required_scope = Scope.TASKS_READ

    @extend_schema(operation_id="getTask", responses={200: TaskWhole} | of_reading(404))
    def get(self, request: Request, task_id: UUID) -> Response:
        """One task with its patient, its item, its routing decisions and its history."""
        task = queries.one(task_id)
        if task is None:
            raise TaskNotFound
        log.record(
            "task.viewed", entity=task, patient_id=task.patient_id,
            actor=actor_of(request), now=clock.now(),
        )  # fmt: skip
        headers = {"ETag": etag_of(task)}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return Response(status=304, headers=headers)
        return Response(TaskWhole(task).data, headers=headers)


class Members(PracticeView):
    required_scope = Scope.TASKS_READ

    @extend_schema(operation_id="listMembers", responses={200: MemberList} | of_reading())
    def get(self, request: Request) -> Response:  # noqa: ARG002 - REST framework's signature
        """Everybody who may be given work."""
        return Response(MemberList({"members": queries.members()}).data)


class Queues(PracticeView):
    required_scope = Scope.TASKS_READ

    @extend_schema(operation_id="listQueues", responses={200: QueueList} | of_reading())
    def get(self, request: Request) -> Response:  # noqa: ARG002 - REST framework's signature
        """The queues of the practice."""
        return Response(QueueList({"queues": queries.queues()}).data)


def _page(request: Request, asked: Asked, *, patient: bool) -> Response:
    limit = asked.validated_data["limit"]
    found = queries.page(asked.validated_data)
    tasks, more = found[:limit], found[limit:]
    log.record(
        "tasks.listed", patient_id=tasks[0].patient_id if patient and tasks else None,
        detail={"count": len(tasks)}, actor=actor_of(request), now=clock.now(),
    )  # fmt: skip
    return Response({
        "tasks": [TaskRow(task).data for task in tasks],
        "next_cursor": cursor_at(tasks[-1]) if more else None,
    })  # fmt: skip


def _query(request: Request) -> Any:
    return request.query_params
