"""What the backlog is counted by, as SQL: one text for the trigger, the truth and the reader. Pure.

A task adds one to a cell of each kind that it belongs to:

* `what`: open tasks by queue, owner, category, severity, stage and lateness;
* `when`: open tasks by queue, owner, stage, lateness and the day on which they came to be;
* `came`, `closed`: tasks by the day on which they came to be, or ended.

All are by location and owner too. Days are those of the practice's clock. Two narrow cubes instead
of one wide one: together they stay at some thousand cells where the wide one has as many as tasks.
"""

DIMENSIONS = (
    ("kind", "varchar"), ("location_id", "uuid"), ("owner_id", "uuid"), ("queue_id", "uuid"),
    ("category", "varchar"), ("severity", "varchar"), ("stage", "varchar"), ("is_late", "boolean"),
    ("day", "date"),
)  # fmt: skip
"""Typed as the table has them: else PostgreSQL reads every cell before it looks at the kind."""
COLUMNS = ", ".join(name for name, _ in DIMENSIONS)
RECORD = ", ".join(f"{name} {kind}" for name, kind in (*DIMENSIONS, ("n", "int")))

STAGE = """CASE WHEN {row}.is_escalated THEN 'escalated'
WHEN {row}.status = 'on-hold' THEN 'waiting'
WHEN {row}.owner_id IS NOT NULL THEN 'owned' ELSE 'unclaimed' END"""
"""Where a task is stuck: the loudest of what can be said of it."""

SPREAD = f"""
SELECT r.practice_id, c.kind, r.location_id, r.owner_id, c.queue_id, c.category, c.severity,
       c.stage, c.is_late, c.day, sum(r.n) AS n
FROM ({{rows}}) r
JOIN tenants_practice p ON p.id = r.practice_id
CROSS JOIN LATERAL (SELECT {STAGE.format(row="r")} AS stage) s
CROSS JOIN LATERAL (VALUES
  ('what', r.ended_at IS NULL, r.queue_id, r.category, r.severity, s.stage, r.is_late, NULL),
  ('when', r.ended_at IS NULL, r.queue_id, '', '', s.stage, r.is_late,
           (r.authored_at AT TIME ZONE p.time_zone)::date),
  ('came', true, NULL, '', '', '', false, (r.authored_at AT TIME ZONE p.time_zone)::date),
  ('closed', r.ended_at IS NOT NULL, NULL, '', '', '', false,
             (r.ended_at AT TIME ZONE p.time_zone)::date)
) c (kind, counts, queue_id, category, severity, stage, is_late, day)
WHERE c.counts
GROUP BY r.practice_id, c.kind, r.location_id, r.owner_id, c.queue_id, c.category, c.severity,
         c.stage, c.is_late, c.day
HAVING sum(r.n) <> 0
"""  # noqa: S608 - our own text

_ROW = """practice_id, location_id, owner_id, queue_id, category, severity, status, is_late,
is_escalated, authored_at, ended_at"""


def note(*rows: tuple[str, int]) -> str:
    """The body of a trigger: what a statement changed, as one row that nobody else waits for.

    Args:
        rows: a table of transition, and 1 for rows that came or -1 for rows that went.
    """
    changed = " UNION ALL ".join(f"SELECT {_ROW}, {n} AS n FROM {table}" for table, n in rows)  # noqa: S608
    return f"""
INSERT INTO routing_backlogchange (practice_id, id, cells)
SELECT practice_id, gen_random_uuid(), jsonb_agg(to_jsonb(cell) - 'practice_id')
FROM ({SPREAD.format(rows=changed)}) cell GROUP BY practice_id;
RETURN NULL;
"""  # noqa: S608 - our own text


TRUTH = SPREAD.format(
    rows=f"SELECT {_ROW}, 1 AS n FROM routing_task WHERE practice_id = %(practice)s"  # noqa: S608
)
"""The cells as the tasks themselves have them."""

HELD = f"""
SELECT {COLUMNS}, n FROM routing_backlogcount WHERE practice_id = %(practice)s
UNION ALL
SELECT {COLUMNS}, n FROM routing_backlogchange change, jsonb_to_recordset(change.cells) AS d ({RECORD})
WHERE change.practice_id = %(practice)s
"""  # noqa: S608, E501 - our own text
"""The cells as they were counted: what was added up, and what is still to be."""
