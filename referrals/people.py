"""Whom and where an order names, among our members and locations. Reads only."""

from collections.abc import Mapping
from typing import Any

from accounts.models import Membership, ProviderIdentifier
from tenants.models import Location

Named = Mapping[str, Any] | None
"""As `ChartItem.people` holds them."""


def member_named(named: Named) -> Membership | None:
    """The active member whom a message names by a number."""
    if not named or not named.get("id"):
        return None
    known = ProviderIdentifier.objects.filter(
        value=named["id"], assigner__in=[named.get("assigner", ""), ""], membership__is_active=True
    )
    row = known.select_related("membership").order_by("-assigner").first()
    return row.membership if row else None


def name_of(named: Named) -> str:
    """As one reads it."""
    parts = (named or {}).get("given", ""), (named or {}).get("family", "")
    return " ".join(part for part in parts if part)


def location_at(code: str) -> Location | None:
    """The location that messages call so."""
    found: Location | None = Location.objects.filter(codes__contains=[code]).first()
    return found if code else None
