"""Referrals of the practice as cases, in one statement however many there are. Writes nothing.

What is true is what the referral says; since when, its facts say: since the first of them after the
last that said something else. That a report is here counts from when it came to us, not from when
it was signed.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Min

from metrics.loops.cases import Case
from referrals.models import Fact
from referrals.states import Transmission
from tenants import scope

OUT = (Transmission.SENT, Transmission.PROCESSED, Transmission.DELIVERED, Transmission.UNKNOWN)

CASES = """
SELECT r.id, r.ordered_at, r.specialty,
       coalesce(nullif(concat_ws(', ', nullif(d.person, ''), d.organization), ''),
                r.specialist_name),
       r.closed_because, r.closed_at, s.sent,
       CASE WHEN r.acceptance = 'accepted' THEN s.acceptance END,
       r.acceptance = 'declined',
       CASE WHEN r.acceptance = 'declined' THEN coalesce(s.reason, '') ELSE '' END,
       CASE WHEN r.appointment = 'booked' THEN s.appointment END,
       CASE WHEN r.attendance = 'seen' THEN s.attendance END,
       r.attendance = 'no-show',
       CASE WHEN r.report_state = 'received' THEN greatest(s.report, here.at) END,
       r.question_answered, r.patient_told_at
FROM referrals_referral r
CROSS JOIN LATERAL (
    SELECT min(at) FILTER (WHERE axis = 'transmission' AND r.transmission <> 'failed') AS sent,
           (array_agg(at ORDER BY is_before, at) FILTER (WHERE axis = 'acceptance'))[1]
             AS acceptance,
           (array_agg(at ORDER BY is_before, at) FILTER (WHERE axis = 'appointment'))[1]
             AS appointment,
           (array_agg(at ORDER BY is_before, at) FILTER (WHERE axis = 'attendance'))[1]
             AS attendance,
           (array_agg(at ORDER BY is_before, at) FILTER (WHERE axis = 'report'))[1] AS report,
           (array_agg(reason ORDER BY at DESC) FILTER (WHERE reason <> ''))[1] AS reason
    FROM (
        SELECT f.axis, f.at, f.detail ->> 'reason' AS reason, t.is_so,
               max(f.at) FILTER (WHERE NOT t.is_so AND f.held = '') OVER (PARTITION BY f.axis)
                 >= f.at AS is_before
        FROM referrals_fact f
        CROSS JOIN LATERAL (SELECT CASE f.axis
            WHEN 'transmission' THEN f.value = ANY (%(out)s)
            WHEN 'acceptance' THEN f.value = r.acceptance
            WHEN 'appointment' THEN f.value = r.appointment
            WHEN 'attendance' THEN f.value = r.attendance
            WHEN 'report' THEN f.value = r.report_state END AS is_so) t
        WHERE f.practice_id = r.practice_id AND f.referral_id = r.id AND f.undoes_id IS NULL
          AND f.id NOT IN (SELECT undoes_id FROM referrals_fact
                           WHERE practice_id = %(practice)s AND undoes_id IS NOT NULL)
    ) said WHERE is_so
) s
LEFT JOIN LATERAL (
    SELECT v.received_at AS at FROM charts_itemversion v
    WHERE v.practice_id = r.practice_id AND v.item_id = r.report_id AND v.number = 1
      AND r.item_id IS DISTINCT FROM r.report_id
) here ON true
LEFT JOIN referrals_specialist d
       ON d.practice_id = r.practice_id AND d.id = r.specialist_id
WHERE r.practice_id = %(practice)s
  AND r.ordered_at >= %(since)s - interval '1 year' AND r.ordered_at < %(until)s
  AND coalesce(s.sent, r.ordered_at) >= %(since)s AND coalesce(s.sent, r.ordered_at) < %(until)s
ORDER BY r.ordered_at, r.id
"""
"""One that was sent more than a year after its order is not found."""

COLUMNS = (
    "id", "ordered_at", "specialty", "specialist", "closed_because", "closed_at", "sent_at",
    "accepted_at", "is_declined", "decline_reason", "booked_at", "seen_at", "is_missed",
    "reported_at", "answered", "told_at",
)  # fmt: skip


def cases(since: datetime, until: datetime) -> list[Case]:
    """Every referral that was sent within these instants, or never sent and ordered then.

    Until now, these hold every one that was ordered since.
    """
    scope.require_open()
    asked: dict[str, Any] = {
        "practice": scope.current(), "since": since, "until": until,
        "out": [one.value for one in OUT],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CASES, asked)
        return [Case(**dict(zip(COLUMNS, row, strict=True))) for row in cursor.fetchall()]


def first_told() -> datetime | None:
    """When the practice began to follow its referrals here."""
    found: datetime | None = Fact.objects.aggregate(first=Min("told_at"))["first"]
    return found
