"""Open the demo practices: whatever is there already stays as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import operations as accounts
from accounts.models import Membership, User
from accounts.policy import BY_PASSWORD_ALONE
from audit.actors import Actor
from config.demo.cast import FEEDS, PASSWORD, PRACTICES, Person, PracticePlan
from config.demo.duty import open_duty
from config.demo.misrouting import misroute_refills
from integrations import operations as integrations
from integrations.models import ApiKey, Feed, FeedKey, Scope
from routing import starter
from routing.models import RuleSet
from tenants import scope
from tenants.models import Door, DoorKind, Location, Practice

ACTOR = Actor.machine("demo.seed")
KEY_NAME = "Demo"


class PortTaken(Exception):
    """Another feed than the demo's listens on a port that it needs."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One practice, ready."""

    plan: PracticePlan
    practice: Practice
    feeds: tuple[Feed, ...]
    api_key: ApiKey
    secret: str | None
    """Of the API key: known only in the run that made it."""


@transaction.atomic
def open_practice(plan: PracticePlan, *, password: str, now: datetime) -> Stage:
    """The practice of the plan, with everything that was still missing.

    `password`: hashed, of the people who are missing.
    """
    practice = Practice.objects.filter(slug=plan.slug).first() or accounts.open_practice(
        name=plan.name, slug=plan.slug, time_zone=plan.time_zone, actor=ACTOR, now=now
    )
    with scope.scoped(practice.pk):
        if not practice.access:
            accounts.set_access_policy(policy=BY_PASSWORD_ALONE, actor=ACTOR, now=now)
        sites = {name: _site(name, code, plan, now=now) for name, code in plan.sites}
        _admit_people(plan, sites, password=password, now=now)
        if not RuleSet.objects.filter(status=RuleSet.Status.PUBLISHED).exists():
            starter.install(clinical_approver=plan.approver, actor=ACTOR, now=now)
            if plan.misrouted:
                misroute_refills(plan, now=now)
        open_duty(plan, now=now)
        feeds = tuple(_feeds(plan, now=now))
        key = ApiKey.objects.filter(name=KEY_NAME, revoked_at__isnull=True).first()
        if key is not None:
            return Stage(plan, practice, feeds, key, None)
        made = integrations.issue_api_key(name=KEY_NAME, scopes=Scope.values, actor=ACTOR, now=now)
        return Stage(plan, practice, feeds, made.key, made.secret)


def _site(name: str, code: str, plan: PracticePlan, *, now: datetime) -> Location:
    return Location.objects.filter(name=name).first() or accounts.add_location(
        name=name, time_zone=plan.time_zone, codes=[code], actor=ACTOR, now=now
    )


def hashed() -> str:
    """The password of everybody: hashing is slow on purpose, so it is done once, and if at all."""
    wanted = {person.email for plan in PRACTICES for person in plan.people}
    there = User.objects.filter(email__in=wanted).count()
    return make_password(PASSWORD) if there < len(wanted) else ""


def _admit_people(
    plan: PracticePlan, sites: Mapping[str, Location], *, password: str, now: datetime
) -> None:
    addresses = [person.email for person in plan.people]
    users = {user.email: user for user in User.objects.filter(email__in=addresses)}
    admitted = set(Membership.objects.values_list("user_id", flat=True))
    for person in plan.people:
        user = users.get(person.email) or _user(person, password)
        if user.pk not in admitted:
            accounts.admit(
                user=user, roles=[person.role], name=person.name, specialty=person.specialty,
                location=sites.get(person.site), provider_ids=person.numbers,
                actor=ACTOR, now=now,
            )  # fmt: skip


def _user(person: Person, password: str) -> User:
    given, _, family = person.name.rpartition(" ")
    user = User(email=person.email, first_name=given, last_name=family, password=password)
    user.save(force_insert=True)
    return user


def _feeds(plan: PracticePlan, *, now: datetime) -> list[Feed]:
    """The feeds of the plan, each with a key."""
    feeds = []
    for planned in plan.feeds:
        slug = f"{plan.short}-{planned.ending}"
        feed = Feed.objects.filter(slug=slug).first() or integrations.open_feed(
            name=planned.name, slug=slug, time_zone=plan.time_zone, actor=ACTOR, now=now
        )
        if not FeedKey.objects.filter(feed=feed, revoked_at__isnull=True).exists():
            integrations.issue_feed_key(feed=feed, actor=ACTOR, now=now)
        feeds.append(feed)
    return feeds


@transaction.atomic
def give_ports(stages: list[Stage], *, first: int, now: datetime) -> None:
    """One port after the other to every feed that listens by MLLP.

    Raises:
        PortTaken: one of them belongs to another feed.
    """
    endings = {planned.ending for planned in FEEDS if planned.mllp}
    listening = [
        (stage, feed)
        for stage in stages
        for feed in stage.feeds
        if feed.slug.removeprefix(f"{stage.plan.short}-") in endings
    ]
    wanted = {feed.pk: first + index for index, (_, feed) in enumerate(listening)}
    held = [feed.mllp_port for _, feed in listening if feed.mllp_port is not None]
    keys = [str(port) for port in wanted.values() if port not in held]
    if Door.objects.filter(kind=DoorKind.MLLP_PORT, key__in=keys).exists():
        raise PortTaken("Another feed listens on one of these ports. Give another --mllp-port.")
    # Up from the last, down from the first: so that no port is asked for while another holds it.
    upward = first > min(held, default=first)
    for stage, feed in reversed(listening) if upward else listening:
        if feed.mllp_port != wanted[feed.pk]:
            with scope.scoped(stage.practice.pk):
                integrations.listen_on(
                    feed=feed, mllp_port=wanted[feed.pk], actor=ACTOR, now=now
                )  # fmt: skip
