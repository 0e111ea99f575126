"""What may be said of a referral now: which acts, in which order, and why not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from accounts.permissions import may
from dashboards.queries.desk import Desk
from dashboards.referral_acts import ACTS, Act, Group
from dashboards.rows import Action
from dashboards.rows.referral import ActGroup
from referrals.folding import COLUMNS
from referrals.models import Referral
from referrals.standing import Standing, deciding
from referrals.states import Acceptance, Appointment, Authorization, Axis, Report, may_follow

NEXT: Mapping[tuple[Axis | None, str], tuple[str, ...]] = {
    (None, ""): ("sent",),
    (Axis.TRANSMISSION, ""): ("accepted", "booked", "declined"),
    (Axis.ACCEPTANCE, "accepted"): ("booked",),
    (Axis.ACCEPTANCE, "declined"): ("sent", "close"),
    (Axis.ACCEPTANCE, "question"): ("accepted", "declined"),
    (Axis.APPOINTMENT, "booked"): ("seen", "no-show", "cancelled"),
    (Axis.APPOINTMENT, "cancelled"): ("booked",),
    (Axis.ATTENDANCE, "no-show"): ("booked", "close"),
    (Axis.ATTENDANCE, "seen"): ("match",),
    (Axis.REPORT, "received"): ("answered", "told"),
    (Axis.AUTHORIZATION, "needed"): ("auth-requested",),
    (Axis.AUTHORIZATION, "requested"): ("auth-approved", "auth-denied"),
    (Axis.AUTHORIZATION, "denied"): ("auth-requested", "close"),
}
"""What is likely to be said next, by what decides whose turn it is."""


@dataclass(frozen=True, slots=True)
class Offers:
    """Of one referral, to one member."""

    referral: Referral
    stands: Standing
    desk: Desk
    back: str = ""

    def fits(self, act: Act) -> bool:
        """Whether it may follow what stands."""
        if act.says is None:
            return FITS[act.code](self)
        axis, value = act.says
        before = self.stands.on[axis]
        again = before == value and value != Appointment.BOOKED
        if again or not may_follow(axis, before, value):
            return False
        usual = USUAL.get(act.code)
        if usual is not None and not usual(self.stands.on):
            return False
        return self.referral.is_open or axis is Axis.TOLD

    def action(self, act: Act, *, main: bool = False) -> Action:
        """As a button, or with the reason why it is off."""
        url = reverse("dashboards:referral_act", args=[self.referral.pk, act.code])
        allowed = may(self.desk.member.roles, act.needs)
        return Action(
            code=act.code, label=str(act.label), asks=True, main=main, why_not=allowed.reason,
            url=url + (f"?back={self.back}" if self.back else ""),
        )  # fmt: skip

    def main(self) -> tuple[Action, ...]:
        """What is likely next; the first one stands out."""
        codes = [code for code in self._next() if self.fits(ACTS[code])]
        return tuple(
            self.action(ACTS[one], main=not nth and one != "close") for nth, one in enumerate(codes)
        )

    def groups(self) -> tuple[ActGroup, ...]:
        """All that may be said, by what it is about; what this member may not is left out."""
        found = []
        for group in Group:
            acts = [one for one in ACTS.values() if one.group is group and self.fits(one)]
            offered = tuple(a for one in acts if (a := self.action(one)).allowed)
            if offered:
                found.append(ActGroup(name=str(group.value), actions=offered))
        return tuple(found)

    def _next(self) -> tuple[str, ...]:
        if self.stands.on[Axis.REPORT] == Report.RECEIVED:
            return (*NEXT[Axis.REPORT, "received"],)
        if not self.referral.is_open:
            return ("reopen",)
        axis = deciding(self.stands)
        value = self.stands.on[axis] if axis else ""
        return NEXT.get((axis, value), NEXT.get((axis, ""), ()))


USUAL: Mapping[str, Callable[[Mapping[Axis, str]], bool]] = {
    "sent": lambda on: on[Axis.ACCEPTANCE] != Acceptance.ACCEPTED,
    "cancelled": lambda on: on[Axis.APPOINTMENT] == Appointment.BOOKED,
    "no-show": lambda on: on[Axis.APPOINTMENT] == Appointment.BOOKED,
    "auth-approved": lambda on: on[Axis.AUTHORIZATION] != Authorization.UNKNOWN,
    "auth-denied": lambda on: on[Axis.AUTHORIZATION] != Authorization.UNKNOWN,
    "told": lambda on: on[Axis.REPORT] == Report.RECEIVED,
}
"""What may be true without it, but nobody would say: a menu stays short."""
FITS: Mapping[str, Callable[["Offers"], bool]] = {
    "answered": lambda one: one.referral.report_id is not None,
    "insure": lambda one: one.referral.is_open,
    "match": lambda one: one.referral.report_id is None,
    "unmatch": lambda one: one.referral.report_id is not None,
    "close": lambda one: one.referral.is_open,
    "reopen": lambda one: not one.referral.is_open,
}


def offers(referral: Referral, desk: Desk, *, back: str = "") -> Offers:
    """By what the row says stands."""
    on = {axis: getattr(referral, column) for axis, column in COLUMNS.items()}
    return Offers(referral, Standing(on=on), desk, back)
