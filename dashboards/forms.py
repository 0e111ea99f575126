"""Input checked, nothing else: what a person must say with an action."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from dashboards.rows import Choice
from dashboards.task_forms import TOO_LONG
from routing.models import LONGEST, Outcome, Queue

NORMAL = (Outcome.NORMAL_QUIET, Outcome.NORMAL_TOLD)
"""What may be said of many normal results at once."""


class DoneForm(forms.Form):
    """What was done; for a critical result also who was told, and when."""

    outcome = forms.CharField(error_messages={"required": _("Choose what was done.")})
    told = forms.CharField(max_length=120, required=False)
    told_at = forms.DateTimeField(
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"invalid": _("Give the day and the hour at which they were told.")},
    )

    def __init__(
        self,
        *args: Any,
        outcomes: Sequence[Choice],
        spoken: bool,
        zone: ZoneInfo,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.allowed = {choice.value for choice in outcomes}
        self.spoken, self.zone, self.now = spoken, zone, now

    def clean_outcome(self) -> str:
        """One of the outcomes that fit this result."""
        outcome: str = self.cleaned_data["outcome"]
        if outcome not in self.allowed:
            raise forms.ValidationError(gettext("Choose one of the outcomes."))
        return outcome

    def clean_told(self) -> str:
        """Somebody, where the result is critical."""
        told = str(self.cleaned_data.get("told") or "").strip()
        if self.spoken and not told:
            raise forms.ValidationError(gettext("Say who was told."))
        return told

    def clean_told_at(self) -> datetime | None:
        """The hour on the clock of the place; not in the future."""
        at: datetime | None = self.cleaned_data.get("told_at")
        if at is None:
            if self.spoken:
                raise forms.ValidationError(gettext("Say when they were told."))
            return None
        at = at.replace(tzinfo=self.zone)
        if at > self.now.replace(second=59):
            raise forms.ValidationError(
                gettext("The hour at which they were told cannot lie ahead.")
            )
        return at


HOLD_REASONS = (
    _("The patient's answer"),
    _("A specimen or a repeated test"),
    _("A specialist's report"),
    _("The pharmacy or the insurer"),
    _("A colleague's decision"),
)
"""Offered, and never all there is: a person may say it in their own words."""


class BulkDoneForm(forms.Form):
    """What was done with normal results that are closed together."""

    outcome = forms.ChoiceField(
        choices=[(one.value, one.label) for one in NORMAL],
        required=False,
        error_messages={"invalid_choice": _("Choose one of the outcomes.")},
    )

    def clean_outcome(self) -> str:
        """The first, where nothing was asked."""
        return self.cleaned_data["outcome"] or NORMAL[0].value


class HoldForm(forms.Form):
    """What the task waits for, and when to look again."""

    reason = forms.CharField(
        max_length=120, error_messages={"required": _("Say what the task waits for.")}
    )
    recheck_date = forms.DateField(
        error_messages={
            "required": _("Choose the day to look again."),
            "invalid": _("Choose the day to look again."),
        }
    )

    def __init__(self, *args: Any, today: date, last: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.last = today, last
        self.reasons = HOLD_REASONS

    def clean_recheck_date(self) -> date:
        """Not a day that is past."""
        day: date = self.cleaned_data["recheck_date"]
        if day < self.today:
            raise forms.ValidationError(gettext("Choose a day that is not past."))
        return day


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(max_length=120, error_messages={"required": _("Say why.")})


class AssignForm(forms.Form):
    """A person, or a queue."""

    to = forms.CharField(error_messages={"required": _("Choose a person or a queue.")})
    note = forms.CharField(
        max_length=LONGEST,
        required=False,
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(
        self, *args: Any, members: Sequence[Membership], queues: Sequence[Queue], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.members = {f"member:{member.pk}": member for member in members}
        self.queues = {f"queue:{queue.pk}": queue for queue in queues}

    def clean_to(self) -> str:
        """Somebody who works here, or one of the practice's queues."""
        to: str = self.cleaned_data["to"]
        if to not in self.members and to not in self.queues:
            raise forms.ValidationError(gettext("Choose a person or a queue."))
        return to

    @property
    def member(self) -> Membership | None:
        return self.members.get(self.cleaned_data["to"])

    @property
    def queue(self) -> Queue | None:
        return self.queues.get(self.cleaned_data["to"])


class CopyForm(forms.Form):
    """A colleague who gets a copy to read."""

    to = forms.UUIDField(
        error_messages={"required": _("Choose a colleague."), "invalid": _("Choose a colleague.")}
    )

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {member.pk: member for member in members}

    def clean_to(self) -> Membership:
        """Somebody who works here."""
        chosen: UUID = self.cleaned_data["to"]
        if chosen not in self.members:
            raise forms.ValidationError(gettext("Choose a colleague."))
        return self.members[chosen]


class SearchForm(forms.Form):
    """A name for the filters of the message desk."""

    name = forms.CharField(max_length=60, error_messages={"required": _("Give the search a name.")})
    shared = forms.BooleanField(required=False)


class KeepViewForm(forms.Form):
    """A name for a tab and its filters."""

    name = forms.CharField(max_length=60)
    shared = forms.BooleanField(required=False)


class DiscardForm(forms.Form):
    """Why a message is set aside for good."""

    reason = forms.ChoiceField(
        error_messages={
            "required": _("Choose why."),
            "invalid_choice": _("Choose one of the reasons."),
        }
    )

    def __init__(self, *args: Any, reasons: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reason"]
        field.choices = list(reasons.items())


class ConnectForm(forms.Form):
    """A new way in: who sends, how, and by which clock."""

    name = forms.CharField(
        max_length=120, error_messages={"required": _("Say what the feed is called here.")}
    )
    vendor = forms.CharField(max_length=40, required=False)
    time_zone = forms.CharField(
        max_length=60, error_messages={"required": _("Choose a time zone.")}
    )
    environment = forms.ChoiceField(
        choices=[("production", _("Live")), ("test", _("Test"))],
        error_messages={"required": _("Say whether real patients come through it.")},
    )
    mllp_port = forms.IntegerField(
        required=False, min_value=1024, max_value=65535,
        error_messages={
            "invalid": _("The port is a number, such as 2575, or empty."),
            "min_value": _("Ports below 1024 belong to the system. Choose a higher one."),
            "max_value": _("The highest port is 65535."),
        },
    )  # fmt: skip

    def clean_time_zone(self) -> str:
        """One that exists."""
        zone: str = self.cleaned_data["time_zone"]
        if zone not in available_timezones():
            raise forms.ValidationError("Choose a time zone such as America/New_York.")
        return zone

    def clean_vendor(self) -> str:
        """Lower case, as profiles are named."""
        return str(self.cleaned_data.get("vendor") or "").strip().lower()
