"""Charts opened in an emergency: mine while they last, all for whoever guards privacy."""

from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import AuditEvent
from charts.models import EmergencyAccess, Patient
from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.rows.emergency import EmergencyBanner, EmergencyLine, EmergencyPage

JUDGED_SHOWN = 50


def is_there(access_id: UUID) -> bool:
    """Whether a chart was ever opened so."""
    return EmergencyAccess.objects.filter(pk=access_id).exists()


def find_patient(patient_id: UUID) -> Patient | None:
    """Of this practice."""
    return Patient.objects.filter(pk=patient_id).first()


def banners(desk: Desk) -> tuple[EmergencyBanner, ...]:
    """What the person of this session has open so."""
    return tuple(
        EmergencyBanner(
            until=f"{one.until.astimezone(desk.zone):%H:%M}",
            chart_url=reverse("dashboards:patient", args=[one.patient_id]),
            end_url=reverse("dashboards:end_emergency", args=[one.pk]),
        )
        for one in desk.emergencies
    )


def page(desk: Desk) -> EmergencyPage:
    """What waits for its review, the oldest first; and what was judged, the newest first."""
    rows = EmergencyAccess.objects.select_related("patient", "member", "reviewed_by")
    waiting = list(rows.filter(reviewed_at__isnull=True).order_by("begun_at", "pk"))
    judged = list(rows.filter(reviewed_at__isnull=False).order_by("-reviewed_at")[:JUDGED_SHOWN])
    looks = _looks([*waiting, *judged])
    return EmergencyPage(
        waiting=tuple(_line(one, desk, looks) for one in waiting),
        judged=tuple(_line(one, desk, looks) for one in judged),
        patients=tuple(sorted({str(one.patient_id) for one in (*waiting, *judged)})),
    )


def _looks(rows: list[EmergencyAccess]) -> dict[UUID, int]:
    """How often each was used, from the audit trail."""
    ids = [one.pk for one in rows]
    events = AuditEvent.objects.filter(entity_id__in=ids, action="emergency.looked")
    counted = events.order_by().values_list("entity_id").annotate(Count("pk"))
    return {entity: count for entity, count in counted if entity is not None}


def _line(one: EmergencyAccess, desk: Desk, looks: dict[UUID, int]) -> EmergencyLine:
    count, own = looks.get(one.pk, 0), one.member_id == desk.member.pk
    return EmergencyLine(
        who=one.member.name,
        role=one.member.role.label,
        patient=words.patient_name(one.patient.family, one.patient.given),
        reason=one.reason,
        when=words.moment(one.begun_at, zone=desk.zone, now=desk.now),
        lasted=_lasted(one, desk),
        looks=ngettext("%(count)d look", "%(count)d looks", count) % {"count": count},
        state=_state(one),
        note=one.note,
        review_url="" if own else reverse("dashboards:review_emergency", args=[one.pk]),
        why_not=_("Somebody else reviews your own access.") if own else "",
    )


def _lasted(one: EmergencyAccess, desk: Desk) -> str:
    end = one.ended_at or one.until
    at = f"{end.astimezone(desk.zone):%H:%M}"
    if one.ended_at is not None:
        return _("ended by hand at %(at)s") % {"at": at}
    return (_("runs until %(at)s") if end > desk.now else _("ended by itself at %(at)s")) % {
        "at": at
    }


def _state(one: EmergencyAccess) -> str:
    if one.reviewed_by is None:
        return ""
    finding = EmergencyAccess.Finding(one.finding).label
    return _("%(finding)s: %(name)s") % {"finding": finding, "name": one.reviewed_by.name}
