"""What PostgreSQL's own catalogue says of the fence round each practice."""

from collections.abc import Iterable

import psycopg

QUERY = """
WITH t AS (
    SELECT c.oid, c.relname::text AS name, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
           coalesce(c.reloptions::text, '') AS options, pg_get_userbyid(c.relowner) AS owner
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'),
fenced AS (
    SELECT t.*, a.attnum, a.attnotnull FROM t
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'practice_id' AND NOT a.attisdropped
    WHERE relkind IN ('r', 'p') AND t.name <> ALL (%(global)s)),
policy AS (
    SELECT polrelid, polname::text AS name, polpermissive, polcmd, polroles,
           pg_get_expr(polqual, polrelid) AS reads, pg_get_expr(polwithcheck, polrelid) AS writes
    FROM pg_policy)
SELECT 'no forced row security', name FROM fenced WHERE NOT (relrowsecurity AND relforcerowsecurity)
UNION ALL
SELECT 'neither a practice nor an entry in the list', name FROM t
WHERE relkind IN ('r', 'p') AND oid NOT IN (SELECT oid FROM fenced) AND name <> ALL (%(global)s)
UNION ALL
SELECT 'no policy of the practice', name FROM fenced WHERE NOT EXISTS (
    SELECT 1 FROM policy p WHERE p.polrelid = fenced.oid AND p.polcmd = '*' AND p.polroles = '{0}'
      AND p.reads = %(ours)s AND p.writes = %(ours)s)
UNION ALL
SELECT 'more than one permissive policy', name FROM fenced
WHERE (SELECT count(*) FROM policy p WHERE p.polrelid = fenced.oid AND p.polpermissive) > 1
UNION ALL
SELECT 'practice may be null', name FROM fenced WHERE NOT attnotnull
UNION ALL
SELECT 'materialized view', name FROM t WHERE relkind = 'm'
UNION ALL
SELECT 'foreign table', name FROM t WHERE relkind = 'f'
UNION ALL
SELECT 'view with its owner''s eyes', name FROM t
WHERE relkind = 'v' AND options NOT LIKE '%%security_invoker=true%%'
UNION ALL
SELECT 'function with its owner''s hands', p.proname::text
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'public' AND p.prosecdef
UNION ALL
SELECT 'privileged application role', rolname::text FROM pg_roles WHERE rolname = %(app)s
  AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
       OR pg_has_role(%(app)s, %(owner)s, 'MEMBER')
       OR EXISTS (SELECT 1 FROM t WHERE owner = %(app)s))
UNION ALL
SELECT 'application may make tables', nspname::text FROM pg_namespace
WHERE nspname = 'public' AND has_schema_privilege(%(app)s, oid, 'CREATE')
UNION ALL
SELECT 'foreign key without the practice', k.conname::text
FROM pg_constraint k JOIN fenced ON fenced.oid = k.conrelid
WHERE k.contype = 'f' AND k.confrelid IN (SELECT oid FROM fenced)
  AND NOT fenced.attnum = ANY (k.conkey)
UNION ALL
SELECT 'practice''s row referred to from outside', t.name FROM t
JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f'
WHERE t.oid NOT IN (SELECT oid FROM fenced) AND k.confrelid IN (SELECT oid FROM fenced)
UNION ALL
SELECT 'unique without the practice', i.indexrelid::regclass::text
FROM pg_index i JOIN fenced ON fenced.oid = i.indrelid
WHERE i.indisunique AND NOT fenced.attnum = ANY (i.indkey::int2[])
UNION ALL
SELECT 'application may truncate', name FROM t
WHERE CASE WHEN relkind IN ('r', 'p') THEN has_table_privilege(%(app)s, oid, 'TRUNCATE') END
UNION ALL
SELECT 'application may set triggers', name FROM t
WHERE CASE WHEN relkind IN ('r', 'p') THEN has_table_privilege(%(app)s, oid, 'TRIGGER') END
UNION ALL
SELECT 'application may read a sequence', name FROM t
WHERE CASE WHEN relkind = 'S' THEN has_sequence_privilege(%(app)s, oid, 'SELECT') END
"""

OURS = "(practice_id = (NULLIF(current_setting('app.practice_id'::text, true), ''::text))::uuid)"
"""The one condition that a policy may have, as PostgreSQL prints it."""


def defects(server: psycopg.Connection, outside: Iterable[str]) -> set[tuple[str, str]]:
    """Every hole in the fence: (kind, where). `outside`: tables that belong to no practice."""
    asked = {
        "global": list(outside), "ours": OURS, "app": "clearchart_app", "owner": "clearchart_owner",
    }  # fmt: skip
    return set(server.execute(QUERY, asked).fetchall())
