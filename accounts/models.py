"""People, their membership of practices, and teams."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import salted_hmac

from accounts.roles import CHOICES, Role
from tenants.ids import uuid7
from tenants.models import Location, PracticeForeignKey, PracticeModel


class PersonManager(UserManager["User"]):
    """People are known by their e-mail address."""

    def _create_user_object(
        self,
        username: Any,  # noqa: ARG002 - Django's signature
        email: str | None,
        password: str | None,
        **fields: Any,
    ) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        return user

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":  # type: ignore[override]
        """A person who may sign in."""
        user = self._create_user_object(None, email, password, **fields)
        user.save(force_insert=True, using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":  # type: ignore[override]
        """One who may open the support admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def end_sessions(self, user_id: UUID) -> None:
        """Sign the person out wherever they are signed in."""
        self.filter(pk=user_id).update(session_round=models.F("session_round") + 1)


class User(AbstractUser):
    """A person. What they may see comes from their memberships alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)
    session_round = models.PositiveIntegerField(default=0)
    """Counted on to end their sessions: a session is checked against it."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[PersonManager] = PersonManager()

    @property
    def name(self) -> str:
        """Full name, or the address where none was given."""
        return self.get_full_name() or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's, of the password and the round: a session of another one is signed out."""
        signed = f"{self.password}.{self.session_round}"
        digest = salted_hmac("accounts.session", signed, secret=secret, algorithm="sha256")
        return digest.hexdigest()


class Membership(PracticeModel):
    """A person's place at one practice (FHIR PractitionerRole)."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", db_index=False
    )
    roles = ArrayField(models.CharField(max_length=30, choices=CHOICES))
    """The first is the one they mostly work in."""
    name = models.CharField(max_length=120)
    """As colleagues know them: `Dr Ana Diaz`."""
    specialty = models.CharField(max_length=80, blank=True)
    location = PracticeForeignKey(Location, null=True, blank=True, related_name="+")
    """Where they mostly work; None: at every location."""
    is_active = models.BooleanField(default=True)
    access_version = models.PositiveIntegerField(default=1)
    """Counts the changes of what they may do; a session begun before the last one is over."""
    keys_on = models.BooleanField(default=True)
    keys = models.JSONField(default=dict, blank=True)
    """Keys of their own, by the usual one (dashboards.keys)."""
    first_page = models.CharField(max_length=30, blank=True)
    """Where they begin; empty: where their role does."""
    language = models.CharField(max_length=8, blank=True)
    """In which they read and are told; empty: as their browser says, or English."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "user"], name="one_membership_a_practice"),
            models.CheckConstraint(
                condition=models.Q(roles__len__gt=0)
                & models.Q(roles__contained_by=[r.value for r in Role]),
                name="membership_roles_known",
            ),
        ]

    def has(self, *roles: Role) -> bool:
        """Whether they hold any of the roles."""
        return any(role in self.roles for role in roles)

    @property
    def role(self) -> Role:
        """The role they mostly work in."""
        return Role(self.roles[0])

    @property
    def spoken(self) -> str:
        """The language that they are told things in, where no browser says which."""
        return self.language or settings.LANGUAGE_CODE


class IdentityProvider(PracticeModel):
    """The practice's own sign-in (OpenID Connect): who says there who somebody is."""

    issuer = models.CharField(max_length=400)
    """Its address, to the letter: every statement of it names this one."""
    client_id = models.CharField(max_length=200)
    secret = models.TextField()
    """Sealed."""
    domains = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    """What follows the @ in its people's addresses: the sign-in page finds the practice by it."""
    acr = models.CharField(max_length=200, blank=True)
    """What it calls a sign-in with a second step; empty: it says `mfa` among its methods."""
    worked_at = models.DateTimeField(null=True)
    """Somebody last came in by it, as it is set up now."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice"], name="one_identity_provider"),
        ]


class ProviderIdentifier(PracticeModel):
    """How messages name a member: an NPI, or the number a feed gave them."""

    membership = PracticeForeignKey(Membership, related_name="identifiers")
    value = models.CharField(max_length=80)
    assigner = models.CharField(max_length=80, blank=True)
    """Empty: good for every feed (an NPI)."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "value", "assigner"], name="provider_id_once"
            ),
        ]


class Team(PracticeModel):
    """Members who share a queue's work."""

    name = models.CharField(max_length=80)

    class Meta(PracticeModel.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "name"], name="team_name_once")]


class TeamMember(PracticeModel):
    team = PracticeForeignKey(Team, related_name="seats")
    membership = PracticeForeignKey(Membership, related_name="seats")

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "team", "membership"], name="team_seat_once"
            ),
        ]
