"""Counts what was lost, doubled, late or early: the database against what the outside saw."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.flows.chaos.trial import Trial
from tests.flows.chaos.world import SECOND_STEP, World

QUESTIONS = {
    "lost_messages": """
        SELECT count(*) FROM unnest(%(sent)s::text[]) AS s (control)
        LEFT JOIN integrations_inboundmessage m
          ON m.control_id = s.control AND m.state IN ('processed', 'quarantined')
        WHERE m.id IS NULL""",
    "lost_tasks": """
        SELECT count(*) FROM integrations_inboundmessage m
        WHERE NOT EXISTS (SELECT 1 FROM routing_task t
                          WHERE t.practice_id = m.practice_id AND t.message_id = m.id)""",
    "duplicate_tasks": """
        SELECT count(*) FROM (SELECT message_id FROM routing_task GROUP BY 1
                              HAVING count(*) > 1) d""",
    "wrong_histories": """
        SELECT count(*) FROM routing_task t
        LEFT JOIN (SELECT task_id, count(*) n, max(version) last FROM routing_tasktransition
                   GROUP BY 1) h ON h.task_id = t.id
        WHERE h.n IS DISTINCT FROM t.version OR h.last IS DISTINCT FROM t.version""",
    "tasks_without_clocks": """
        SELECT count(*) FROM routing_task t WHERE category = 'result-review'
        AND NOT EXISTS (SELECT 1 FROM escalation_clock c
                        WHERE c.task_id = t.id AND c.kind = 'close')""",
    "steps_not_fired": """
        SELECT count(*) FROM escalation_clock c
        JOIN escalation_target g ON g.id = c.target_id
        JOIN escalation_ladderstep s ON s.ladder_id = g.ladder_id AND s.position = %(step)s
        WHERE c.kind = 'acknowledge' AND c.ended_at IS NULL AND NOT EXISTS (
          SELECT 1 FROM escalation_stepfired f
          WHERE f.clock_id = c.id AND f.step_id = s.id AND f.result = 'fired')""",
    "fired_early": """
        SELECT count(*) FROM escalation_stepfired f
        WHERE f.at < f.due_at OR pg_xact_commit_timestamp(f.xmin) < f.due_at""",
    "fired_after_acknowledge": """
        SELECT count(*) FROM escalation_stepfired f
        JOIN escalation_clock c ON c.id = f.clock_id AND c.kind = 'acknowledge'
        JOIN routing_task t ON t.id = c.task_id
        WHERE f.result = 'fired' AND
          pg_xact_commit_timestamp(f.xmin) > (
            SELECT max(pg_xact_commit_timestamp(h.xmin)) FROM routing_tasktransition h
            WHERE h.task_id = t.id AND h.move = 'acknowledge')""",
    "steps_without_audit": """
        SELECT count(*) FROM escalation_stepfired f WHERE NOT EXISTS (
          SELECT 1 FROM audit_auditevent a
          WHERE a.entity_id = f.clock_id AND a.action = 'step.' || f.result)""",
    "pages_without_intent": """
        SELECT count(*) FROM escalation_stepfired f
        JOIN escalation_ladderstep s ON s.id = f.step_id AND s.action = 'page'
        JOIN escalation_clock c ON c.id = f.clock_id
        WHERE f.result = 'fired' AND NOT EXISTS (
          SELECT 1 FROM outbox_intent i
          WHERE i.task_id = c.task_id AND i.channel <> 'in-app' AND i.key LIKE
          'step:' || concat_ws(':', f.clock_id, f.lap, s.position, f.round) || ':%%')""",
}
"""Each counts what must be 0."""

BACKLOG = """
SELECT (SELECT count(*) FROM integrations_inboundmessage WHERE state = 'received')
     + (SELECT count(*) FROM tenants_wake WHERE topic = 'task' AND at <= %(now)s)
     + (SELECT count(*) FROM escalation_clock WHERE ended_at IS NULL AND next_at <= %(now)s)
     + (SELECT count(*) FROM outbox_intent WHERE state IN ('pending', 'sending'))
"""
"""Wakes of clocks and intents may be too many: each costs a look, and says nothing of work."""

LATENESS = """
SELECT extract(epoch FROM pg_xact_commit_timestamp(f.xmin) - f.due_at)
FROM escalation_stepfired f JOIN escalation_ladderstep s ON s.id = f.step_id
WHERE s.position = %(step)s AND f.result = 'fired'
"""

OUTCOMES = """
SELECT m.control_id, m.state, t.category, t.status, t.priority, t.version,
  (SELECT string_agg(concat_ws(' ', h.version, h.move, h.before, h.after), ',' ORDER BY h.version)
   FROM routing_tasktransition h WHERE h.task_id = t.id),
  (SELECT string_agg(concat_ws(' ', c.kind, s.position, f.lap, f.round, f.result), ','
                     ORDER BY c.kind, s.position, f.round)
   FROM escalation_clock c JOIN escalation_stepfired f ON f.clock_id = c.id
   JOIN escalation_ladderstep s ON s.id = f.step_id WHERE c.task_id = t.id),
  (SELECT string_agg(concat_ws(' ', i.channel, i.urgency, i.template, i.state), ','
                     ORDER BY i.channel, i.state)
   FROM outbox_intent i WHERE i.task_id = t.id)
FROM integrations_inboundmessage m LEFT JOIN routing_task t ON t.message_id = m.id
ORDER BY m.control_id
"""

PAGES = """
SELECT i.id::text, coalesce(i.origin_id, i.id)::text, i.state, f.due_at, s.position, m.control_id,
       t.acknowledged_at IS NOT NULL
FROM escalation_stepfired f JOIN escalation_ladderstep s ON s.id = f.step_id AND s.action = 'page'
JOIN escalation_clock c ON c.id = f.clock_id JOIN routing_task t ON t.id = c.task_id
JOIN integrations_inboundmessage m ON m.id = t.message_id
JOIN outbox_intent i ON i.task_id = t.id AND i.channel <> 'in-app' AND i.key LIKE
     'step:' || concat_ws(':', f.clock_id, f.lap, s.position, f.round) || ':%%'
WHERE f.result = 'fired'
"""


@dataclass(frozen=True, slots=True)
class Page:
    """One intent to page somebody outside of the product."""

    intent: str
    family: str
    state: str
    due_at: datetime
    step: int
    control: str
    is_acknowledged: bool


def told(pages: Sequence[Page], received: Sequence[dict[str, Any]]) -> dict[str, int]:
    """What the provider's own record says of the pages: each count must be 0."""
    at = defaultdict(list)
    for one in received:
        at[one["intent"]].append(one["at"])
    families = defaultdict(list)
    for page in pages:
        families[page.family].append(page)
    known = {page.intent for page in pages}
    return {
        "pages_missing": sum(
            not any(at[page.intent] for page in family)
            for family in families.values()
            if not family[0].is_acknowledged
        ),
        "pages_doubled": sum(len(at[page.intent]) - 1 for page in pages if at[page.intent]),
        "pages_of_nothing": sum(one["intent"] not in known for one in received),
        "pages_early": sum(
            moment < page.due_at.timestamp() for page in pages for moment in at[page.intent]
        ),
        "pages_said_to_be_sent": sum(
            page.state in ("sent", "delivered") and not at[page.intent] for page in pages
        ),
    }


def seconds_to_page(
    pages: Sequence[Page], received: Sequence[dict[str, Any]], sent: dict[str, float]
) -> dict[str, dict[str, float]]:
    """From the laboratory's first byte to the provider, and from a later step's instant to it."""
    at = {one["intent"]: one["at"] for one in reversed(received)}
    first = [page for page in pages if page.step < SECOND_STEP and page.intent in at]
    second = [page for page in pages if page.step == SECOND_STEP and page.intent in at]
    return {
        "result_to_provider_s": percentiles([at[p.intent] - sent[p.control] for p in first]),
        "step_to_provider_s": percentiles(
            [at[page.intent] - page.due_at.timestamp() for page in second]
        ),
    }


class Court:
    """Asks the database of a trial."""

    def __init__(self, trial: Trial, world: World) -> None:
        self.trial, self.world = trial, world

    def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        from django.db import connection, transaction

        from tenants import scope

        inside = scope.scoped(self.world.practice_id)
        with inside, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())

    def backlog(self) -> int:
        """What is due and not done."""
        return int(self.rows(BACKLOG, now=datetime.now(UTC))[0][0])

    def outcomes(self) -> str:
        """A digest of what each result came to, less ids and instants."""
        return hashlib.sha256(repr(self.rows(OUTCOMES)).encode()).hexdigest()[:16]

    def attempts(self) -> dict[str, int]:
        """How many ended which way; `found` were asked for after nobody knew."""
        rows = self.rows("SELECT result, count(*) FROM outbox_attempt GROUP BY 1 ORDER BY 1")
        return {result or "ended by nobody": int(count) for result, count in rows}

    def counts(self, sent: Iterable[str]) -> dict[str, int]:
        """By name, what must be 0."""
        held = list(sent)
        skipped = set() if self.trial.second_steps else {"steps_not_fired"}
        return {
            name: int(self.rows(sql, sent=held, step=SECOND_STEP)[0][0])
            for name, sql in QUESTIONS.items()
            if name not in skipped
        }

    def pages(self) -> list[Page]:
        """Every page that a step decided."""
        return [Page(*row) for row in self.rows(PAGES)]

    def lateness(self) -> dict[str, float]:
        """Seconds from a step's instant to the commit that fired it."""
        return percentiles([float(row[0]) for row in self.rows(LATENESS, step=SECOND_STEP)])


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p99, the largest, and how many."""
    if not values:
        return {"n": 0}
    held = sorted(values)

    def at(share: float) -> float:
        return round(held[min(len(held) - 1, int(share * len(held)))], 3)

    return {"n": len(held), "p50": at(0.5), "p99": at(0.99), "max": round(held[-1], 3)}
