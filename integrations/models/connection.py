"""What we ask of an EHR's FHIR server: how to sign in, what it promised to tell, what to fetch."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.models.feed import Feed
from integrations.models.message import InboundMessage
from tenants.models import PracticeForeignKey, PracticeModel


class Connection(PracticeModel):
    """The FHIR server behind a feed, and how we are known to it."""

    class Method(models.TextChoices):
        SMART = "smart", _("SMART backend services")
        SECRET = "secret", _("Client id and secret")
        NONE = "none", _("No sign-in")

    feed = PracticeForeignKey(Feed, related_name="+")
    base_url = models.URLField(max_length=400)
    method = models.CharField(max_length=8, choices=Method, default=Method.SMART)
    client_id = models.CharField(max_length=200, blank=True)
    secret = models.TextField(blank=True)
    """Sealed (tenants.sealing); never shown again."""
    token_url = models.URLField(max_length=400, blank=True)
    """Empty: read from the server's smart-configuration."""
    scopes = models.CharField(max_length=400, default="system/*.rs")
    poll_types = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    """Resource types asked for by `_lastUpdated`, for an EHR that tells nothing by itself."""
    poll_every_s = models.PositiveIntegerField(default=300)
    polled_until = models.DateTimeField(null=True)
    """Everything changed before this instant (the server's clock) has been taken in."""
    next_poll_at = models.DateTimeField(null=True)
    poll_failures = models.PositiveSmallIntegerField(default=0)
    """In a row."""
    last_ok_at = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(null=True)
    last_failure = models.CharField(max_length=120, blank=True)
    """A short constant phrase."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "feed"], name="connection_of_feed_once"),
            models.CheckConstraint(
                condition=models.Q(method__in=["smart", "secret", "none"]),
                name="connection_method_known",
            ),
        ]


class ClientKey(PracticeModel):
    """A key pair with which the practice proves itself to EHRs (SMART backend services).

    The public halves of all that are not retired are published as a JWKS; the newest signs.
    """

    algorithm = models.CharField(max_length=5, choices=[("RS384", "RS384"), ("ES384", "ES384")])
    public = models.JSONField()
    """The public JWK, with `kid`."""
    private = models.TextField()
    """PEM, sealed."""
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(algorithm__in=["RS384", "ES384"]), name="client_key_algorithm"
            )
        ]


class Subscription(PracticeModel):
    """One topic that an EHR promised to tell us about (FHIR topic-based subscriptions)."""

    class Status(models.TextChoices):
        REQUESTED = "requested"
        ACTIVE = "active"
        ERROR = "error"
        OFF = "off"

    feed = PracticeForeignKey(Feed, related_name="+")
    topic = models.CharField(max_length=400)
    criteria = models.CharField(max_length=400, blank=True)
    remote_id = models.CharField(max_length=120, blank=True)
    """Its id on the EHR's server, `Subscription/<id>` in what it sends; empty until created."""
    payload = models.CharField(max_length=13, default="id-only")
    status = models.CharField(max_length=9, choices=Status, default=Status.REQUESTED)
    restarts_counts = models.BooleanField(default=False)
    """Event numbers begin anew in every bundle (athenahealth): no gap can be seen from them."""
    heartbeat_s = models.PositiveIntegerField(default=0)
    """Silence longer than this means that it is broken; 0: the EHR sends no heartbeats."""
    events_seen = models.BigIntegerField(default=0)
    """The highest event number taken in."""
    gap_from = models.BigIntegerField(null=True)
    """The first event number that never came; null: none is missing."""
    gap_to = models.BigIntegerField(null=True)
    """The number that its events are known to reach."""
    gap_since = models.DateTimeField(null=True)
    last_heard_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    """Renewed before; null: never ends."""
    renew_after = models.DateTimeField(null=True)
    """When the sweep next tries to renew it."""
    endpoint = models.URLField(max_length=400, blank=True)
    """Our own address that it tells."""
    created_at = models.DateTimeField()
    last_failure = models.CharField(max_length=120, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "feed", "topic", "criteria"],
                name="subscription_once",
                condition=~models.Q(status="off"),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["requested", "active", "error", "off"]),
                name="subscription_status_known",
            ),
        ]


class Fetch(PracticeModel):
    """A resource or search that an EHR pointed at and that we still have to read.

    What comes back is stored as a message of the feed and takes the path of every message.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        GONE = "gone"
        """The server says that there is no such resource."""

    feed = PracticeForeignKey(Feed, related_name="+")
    message = PracticeForeignKey(InboundMessage, related_name="+", null=True)
    """The notification that pointed at it."""
    reference = models.CharField(max_length=400)
    """Relative to the connection's base: `DiagnosticReport/123`, or a search with its query."""
    event_id = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=120, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "feed", "reference"],
                name="fetch_waiting_once",
                condition=models.Q(state="waiting"),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "done", "gone"]), name="fetch_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "next_at"], name="fetches_due",
                condition=models.Q(state="waiting"),
            )
        ]  # fmt: skip
