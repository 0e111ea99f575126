"""The keys of the practice to the REST API, those first that still open it."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.queries.desk import Desk
from dashboards.rows.api_keys import ApiKeyLine
from dashboards.words import Moment, moment
from integrations.models import ApiKey


def lines(desk: Desk) -> tuple[ApiKeyLine, ...]:
    """All that ever were: what a key did stays in the audit trail."""
    drawn = [_line(key, desk) for key in ApiKey.objects.order_by("-created_at", "pk")]
    return tuple(sorted(drawn, key=lambda line: bool(line.state)))


def find(key_id: UUID) -> ApiKey | None:
    """One that is not revoked."""
    return ApiKey.objects.filter(pk=key_id, revoked_at__isnull=True).first()


def _line(key: ApiKey, desk: Desk) -> ApiKeyLine:
    def at(instant: datetime | None) -> Moment | None:
        return moment(instant, zone=desk.zone, now=desk.now) if instant else None

    return ApiKeyLine(
        name=key.name, prefix=key.prefix, scopes=", ".join(key.scopes),
        made=moment(key.created_at, zone=desk.zone, now=desk.now), used=at(key.last_used_at),
        ends=at(key.expires_at), state=_state(key, now=desk.now),
        revoke_url=reverse("dashboards:revoke_api_key", args=[key.pk]),
    )  # fmt: skip


def _state(key: ApiKey, *, now: datetime) -> str:
    if key.revoked_at:
        return _("Revoked")
    return _("Ended") if key.expires_at and key.expires_at <= now else ""
