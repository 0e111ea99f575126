"""The way from a task back to its item in the EHR, where the feed has a template for it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from charts.models import ChartItem, PatientIdentifier
from dashboards.rows import EhrLink
from integrations.models import Feed
from integrations.reading import profile_of
from integrations.vendors import Profile, links


def link_of(item: ChartItem | None, ids: Sequence[PatientIdentifier]) -> EhrLink | None:
    """Where the item stands in its EHR; `ids` are its patient's. Holds the EHR's own ids only."""
    feed = Feed.objects.filter(slug=item.source).first() if item else None
    if item is None or feed is None:
        return None
    profile = profile_of(feed)
    url = links.link(profile.links, item.kind, _ids(item, ids, feed, profile))
    if not url:
        return None
    return EhrLink(
        label=_("Open in %(ehr)s") % {"ehr": profile.name if profile.slug else feed.name}, url=url
    )


def _ids(
    item: ChartItem, ids: Sequence[PatientIdentifier], feed: Feed, profile: Profile
) -> dict[str, str]:
    kind, resource = (*item.key.split("/", 1), "")[:2]
    addresses = [one.value for one in ids if one.assigner == feed.slug]
    return {
        "placer": item.placer,
        "filler": item.filler,
        "number": item.filler or item.placer or item.key,
        "visit": item.encounter_number,
        "mrn": _record_number(ids, profile),
        "patient_id": addresses[0].partition("/")[2] if len(addresses) == 1 else "",
        "resource_id": resource if kind.isalpha() else "",
    }


def _record_number(ids: Sequence[PatientIdentifier], profile: Profile) -> str:
    """Of several record numbers the one that this EHR gave; of no certain one none."""
    numbers = [one for one in ids if one.type == "MR"]
    if len(numbers) > 1:
        numbers = [one for one in numbers if one.assigner == profile.assigner]
    return numbers[0].value if len(numbers) == 1 else ""
