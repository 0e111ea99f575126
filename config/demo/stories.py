"""What a visitor of the demo is led to: six stories, whose they are, and where each begins."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from charts.models import ChartItem
from config.demo.cast import ANA, CORA, ELM, IRA, PETRA, WEI, Person
from integrations.simulator.stories import Number
from routing.models import Task
from tenants import scope
from tenants.models import Practice

Words = str | Promise
Place = Callable[[], str]
"""The address, asked in the scope of the practice; empty: it is not there."""


@dataclass(frozen=True, slots=True)
class Story:
    title: Words
    look: Words
    person: Person
    place: Place


@dataclass(frozen=True, slots=True)
class Found:
    """A story with its address."""

    story: Story
    address: str


def _task(number: Number) -> Place:
    """The newest task of an item, or of what it waits for."""

    def found() -> str:
        item = ChartItem.objects.filter(Q(filler=number) | Q(placer=number)).first()
        if item is None:
            return ""
        tasks = Task.objects.filter(Q(item=item) | Q(about_id=item.pk))
        task = tasks.order_by("-authored_at").first()
        return reverse("dashboards:task", args=[task.pk]) if task else ""

    return found


def _page(name: str) -> Place:
    return lambda: reverse(f"dashboards:{name}")


STORIES = (
    Story(
        _("A critical potassium is paged"),
        _("It came a moment ago. See why it is here, which phone rings next, and what Done asks."),
        ANA, _task(Number.POTASSIUM),
    ),
    Story(
        _("A referral that nobody answered"),
        _("It was sent five weeks ago and no report came, so it became work by itself."),
        CORA, _task(Number.REFERRAL),
    ),
    Story(
        _("An amended result that opened again"),
        _("It was closed as normal hours ago; the laboratory corrected it. Read both versions."),
        WEI, _task(Number.AMENDED),
    ),
    Story(
        _("Half a result"),
        _("More is still to come: it can be acknowledged, and not yet closed."),
        ANA, _task(Number.PARTIAL),
    ),
    Story(
        _("A refill that reached the wrong role"),
        _("A rule of one site sends refills to the coordinators. The task names the rule."),
        CORA, _task(Number.REFILL),
    ),
    Story(
        _("A physician three days behind"),
        _("The backlog's first sentence names the bottleneck. Follow its numbers to the rows."),
        PETRA, _page("backlog_board"),
    ),
)  # fmt: skip

MORE = (
    Story(
        _("A physician who is away"),
        _("Dr Malik is at a course. Her results came to whoever covers, and go back with her."),
        PETRA, _page("staff"),
    ),
    Story(
        _("Referrals that close"),
        _("Whose turn each one is, what is true of it and what is missing. Press m to update one."),
        CORA, _page("referrals"),
    ),
    Story(
        _("The day so far"),
        _("Sixty days of arrivals and closures, and whether today's queue will clear."),
        PETRA, _page("days"),
    ),
    Story(
        _("A laboratory that has gone quiet"),
        _("Southlab's results come a day late, and lately not at all. Each feed has its rhythm."),
        IRA, _page("feeds"),
    ),
)  # fmt: skip


@transaction.atomic
def found(stories: tuple[Story, ...]) -> list[Found]:
    """Where each begins now; those that are not there are left out."""
    practice = Practice.objects.filter(slug=ELM.slug).first()
    if practice is None:
        return []
    with scope.scoped(practice.pk):
        told = [Found(one, one.place()) for one in stories]
    return [one for one in told if one.address]
