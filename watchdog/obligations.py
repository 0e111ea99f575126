"""What must hold at every moment, in the auditor's own SQL: it shares no code with the engine.

Each statement runs inside one practice and lists what breaks the obligation: the row's id, and
since when. All of it is found by ids, states and times; no column with words is read.
"""

from dataclasses import dataclass
from typing import LiteralString

SWEEP_LATE, CLOCKS, AUDITOR_LATE = "sweep-late", "clocks-disagree", "auditor-late"
DATABASE_AWAY = "database-away"


@dataclass(frozen=True, slots=True)
class Obligation:
    name: LiteralString
    broken: str
    """What is wrong, in words for a page and a mail: no number, no name."""
    do: str
    """What to do, in a sentence."""
    sql: LiteralString = ""
    """Empty: not of one practice, or not to be asked of the database."""
    often: bool = True
    """Asked in each pass; else in every fourth, for it reads more rows."""
    grave: bool = True
    """Turns readiness red, stops the ping and pages; else it is shown."""


CRITICAL = """
SELECT t.id, t.authored_at FROM routing_task t
WHERE t.practice_id = %(practice)s AND t.ended_at IS NULL AND t.danger = 0
  AND EXISTS (SELECT 1 FROM escalation_policy p WHERE p.practice_id = t.practice_id
              AND p.status <> 'draft' AND p.effective_at <= %(now)s)
  AND NOT EXISTS (SELECT 1 FROM escalation_clock c WHERE c.practice_id = t.practice_id
                  AND c.task_id = t.id AND c.ended_at IS NULL AND c.next_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM tenants_wake w WHERE w.practice_id = t.practice_id
                  AND w.topic = 'task' AND w.about = t.id
                  AND w.at BETWEEN %(now)s - interval '30 seconds' AND %(now)s + interval '2 seconds')
"""  # noqa: E501
"""A task that changed in the last seconds is about to be followed: its wake says so."""

TIMER_LATE = """
SELECT c.id, c.next_at FROM escalation_clock c
WHERE c.practice_id = %(practice)s AND c.next_at < %(now)s - interval '30 seconds'
"""

TIMER_LOST = """
SELECT c.id, c.next_at FROM escalation_clock c
WHERE c.practice_id = %(practice)s AND c.next_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM tenants_wake w WHERE w.practice_id = c.practice_id
                  AND w.topic = 'clock' AND w.about = c.id)
"""

CLOCK_LOST = """
SELECT t.id, t.authored_at FROM routing_task t
WHERE t.practice_id = %(practice)s AND t.ended_at IS NULL AND t.danger > 0
  AND EXISTS (
      SELECT 1 FROM escalation_target g JOIN escalation_policy p
        ON p.practice_id = g.practice_id AND p.id = g.policy_id
      WHERE g.practice_id = t.practice_id AND p.id = (
          SELECT v.id FROM escalation_policy v
          WHERE v.practice_id = t.practice_id AND v.status <> 'draft'
            AND v.effective_at <= %(now)s
          ORDER BY v.effective_at DESC, v.version DESC LIMIT 1)
        AND g.category IN ('', t.category) AND g.priority IN ('', t.priority)
        AND (g.queue_id IS NULL OR g.queue_id = t.queue_id)
      HAVING bool_and(g.close_amount IS NOT NULL))
  AND NOT EXISTS (SELECT 1 FROM escalation_clock c WHERE c.practice_id = t.practice_id
                  AND c.task_id = t.id AND c.ended_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM tenants_wake w WHERE w.practice_id = t.practice_id
                  AND w.topic = 'task' AND w.about = t.id
                  AND w.at BETWEEN %(now)s - interval '30 seconds' AND %(now)s + interval '2 seconds')
"""  # noqa: E501

INTENT_LATE = """
SELECT i.id, coalesce(i.lease_until, i.next_at) FROM outbox_intent i
WHERE i.practice_id = %(practice)s AND i.state IN ('pending', 'sending') AND (
    CASE WHEN i.state = 'sending' THEN i.lease_until ELSE i.next_at END
      < %(now)s - CASE i.urgency WHEN 'page' THEN interval '30 seconds'
                                 WHEN 'notice' THEN interval '10 minutes'
                                 ELSE interval '1 hour' END
    OR i.urgency = 'page' AND i.attempts > 0 AND i.created_at < %(now)s - interval '5 minutes')
"""
"""A page that is tried in vain for five minutes is late too, whenever its next try is."""

INTENT_LOST = """
SELECT i.id, i.next_at FROM outbox_intent i
WHERE i.practice_id = %(practice)s AND i.state = 'pending'
  AND NOT EXISTS (SELECT 1 FROM tenants_wake w WHERE w.practice_id = i.practice_id
                  AND w.topic IN ('page', 'intent') AND w.about = i.id)
"""

INBOX_LATE = """
SELECT m.id, m.received_at FROM integrations_inboundmessage m
WHERE m.practice_id = %(practice)s AND m.state = 'received'
  AND m.received_at < %(now)s - interval '60 seconds'
  AND (m.order_key = '' OR NOT EXISTS (
       SELECT 1 FROM integrations_inboundmessage o
       WHERE o.practice_id = m.practice_id AND o.order_key = m.order_key AND o.order_key <> ''
         AND o.state = 'quarantined' AND o.arrived < m.arrived))
"""
"""What waits behind a quarantined message of its order waits for the person who has its task."""

QUARANTINE = """
SELECT m.id, m.processed_at FROM integrations_inboundmessage m
WHERE m.practice_id = %(practice)s AND m.state = 'quarantined' AND m.arrived > 0
  AND NOT EXISTS (SELECT 1 FROM routing_task t WHERE t.practice_id = m.practice_id
                  AND t.message_id = m.id AND t.category = 'quarantined-message'
                  AND t.ended_at IS NULL)
"""

NO_POLICY = """
SELECT t.id, t.authored_at FROM routing_task t
WHERE t.practice_id = %(practice)s AND t.ended_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM escalation_policy p WHERE p.practice_id = t.practice_id
                  AND p.status <> 'draft' AND p.effective_at <= %(now)s)
"""

FEED_SILENT = """
SELECT f.id, r.silent_since FROM integrations_feedrhythm r JOIN integrations_feed f
  ON f.practice_id = r.practice_id AND f.id = r.feed_id
WHERE r.practice_id = %(practice)s AND r.silent_since IS NOT NULL AND f.is_active
"""

OBLIGATIONS = (
    Obligation(
        "critical-without-step", "An open critical task has no step ahead",
        "Open the Team queue, call whoever owns the critical tasks, then look into its clock.",
        CRITICAL,
    ),
    Obligation(
        "timer-late", "A step of a ladder is late",
        "See that the engine runs; a step that is late fires as soon as it does.", TIMER_LATE,
    ),
    Obligation(
        "timer-lost", "A timer will not be looked at",
        "Its wake is gone. Call the clock again as the runbook says.", TIMER_LOST, often=False,
    ),
    Obligation(
        "clock-lost", "An open task has no clock",
        "Its clock is gone or never began. Call the task again as the runbook says.", CLOCK_LOST,
        often=False,
    ),
    Obligation(
        "intent-late", "A message to a person was not sent in time",
        "See that the engine runs and that the provider of texts and calls answers.", INTENT_LATE,
    ),
    Obligation(
        "intent-lost", "A message to a person will not be looked at",
        "Its wake is gone. Call the intent again as the runbook says.", INTENT_LOST, often=False,
    ),
    Obligation(
        "inbox-late", "A message from a feed waits too long",
        "See that the engine runs and that rules are published.", INBOX_LATE,
    ),
    Obligation(
        "quarantine-without-task", "A quarantined message has no task",
        "Open Messages, Quarantined, and settle it there.", QUARANTINE, often=False,
    ),
    Obligation(
        "no-policy", "A practice has open work and no policy",
        "Publish a policy for it; until then nothing says by when its work is due.", NO_POLICY,
        often=False,
    ),
    Obligation(
        "feed-silent", "A feed is silent beyond usual",
        "Open Feeds and ask the sender.", FEED_SILENT, often=False, grave=False,
    ),
    Obligation(
        SWEEP_LATE, "A sweep did not run in time",
        "Start the engine, or the worker and beat; one of them is enough.",
    ),
    Obligation(
        CLOCKS, "Clocks disagree by more than five seconds",
        "Set the clock of the host or of the database right. The median holds meanwhile.",
    ),
    Obligation(
        AUDITOR_LATE, "The auditor did not run in time",
        "Start the auditor; until it runs, nobody checks these obligations.",
    ),
    Obligation(
        DATABASE_AWAY, "The database does not answer",
        "Start the database; nothing is acknowledged until it answers.",
    ),
)  # fmt: skip

BY_NAME = {one.name: one for one in OBLIGATIONS}

GRAVE = tuple(one.name for one in OBLIGATIONS if one.grave)
