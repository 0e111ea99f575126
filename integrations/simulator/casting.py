"""Who plays: the clinicians and feeds of a practice as the database has them."""

from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import Membership, ProviderIdentifier
from accounts.roles import Role
from integrations import signing
from integrations.models import Feed, FeedKey
from integrations.simulator.clinic import Clinic, Door, Provider
from integrations.simulator.senders import HttpSender, MllpSender, Sender
from tenants.models import Location, Practice

MOST_PROVIDERS = 10
"""For whom the invented patients suffice."""

FEEDS = {
    Door.LAB_MLLP: "-lab",
    Door.EHR_MLLP: "-ehr",
    Door.EHR_HTTP: "-ehr",
    Door.FHIR_HTTP: "-fhir",
}
"""How the address of each door's feed ends."""


class NotPlayable(Exception):
    """The practice lacks what a clinic day needs; the sentence says what."""


def clinic_of(practice: Practice) -> Clinic:
    """The practice in scope, with those of its physicians whom messages can name.

    Raises:
        NotPlayable: there is none.
    """
    ids = {row.membership_id: row.value for row in ProviderIdentifier.objects.order_by("-value")}
    physicians = (
        Membership.objects.filter(is_active=True, pk__in=ids, roles__contains=[Role.PHYSICIAN])
        .select_related("location")
        .order_by("name")
    )
    main = Location.objects.order_by("name").first()
    providers = [
        _provider(member, ids[member.pk], member.location or main) for member in physicians
    ]
    if not providers:
        raise NotPlayable(
            "No physician of this practice has a provider id that messages could name."
        )
    return Clinic(practice.slug, ZoneInfo(practice.time_zone), tuple(providers[:MOST_PROVIDERS]))


def _provider(member: Membership, number: str, site: Location | None) -> Provider:
    given, _, family = member.name.removeprefix("Dr ").rpartition(" ")
    code = (site.codes[0] if site.codes else site.name) if site else ""
    return Provider(number, family, given, code)


def feeds_of(practice: Practice) -> dict[Door, Feed]:
    """The feed behind each door of the practice in scope.

    Raises:
        NotPlayable: one is missing.
    """
    feeds = list(Feed.objects.filter(is_active=True).order_by("slug"))
    found = {}
    for door, ending in FEEDS.items():
        feed = next((feed for feed in feeds if feed.slug.endswith(ending)), None)
        if feed is None:
            raise NotPlayable(f"{practice.name} has no feed whose address ends in {ending}.")
        found[door] = feed
    return found


def senders_of(practice: Practice, *, http: str, mllp_host: str) -> dict[Door, Sender]:
    """A sender for each door of the practice in scope.

    Raises:
        NotPlayable: a feed, its port or its key is missing.
    """
    senders: dict[Door, Sender] = {}
    for door, feed in feeds_of(practice).items():
        if door in (Door.LAB_MLLP, Door.EHR_MLLP):
            if feed.mllp_port is None:
                raise NotPlayable(f"The feed {feed.slug} has no MLLP port.")
            senders[door] = MllpSender(mllp_host, feed.mllp_port)
            continue
        kind, content_type = (
            ("fhir", "application/fhir+json")
            if door == Door.FHIR_HTTP
            else ("hl7v2", "application/hl7-v2")
        )
        path, key = f"/integrations/{kind}/{feed.slug}", active_key(feed)
        secret = signing.secret_of(key.pk, master=settings.FEED_KEY_SECRET)
        senders[door] = HttpSender(http.rstrip("/"), path, content_type, key.pk, secret)
    return senders


def active_key(feed: Feed) -> FeedKey:
    """The newest key with which the feed may sign.

    Raises:
        NotPlayable: there is none.
    """
    key = FeedKey.objects.filter(feed=feed, revoked_at__isnull=True).order_by("-created_at").first()
    if key is None:
        raise NotPlayable(f"The feed {feed.slug} has no active key.")
    return key
