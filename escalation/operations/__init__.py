"""Every write of the engine and of those who set it up."""

from escalation.operations.absences import (
    AbsenceNotFound,
    change_cover,
    end_absence,
    record_absence,
)
from escalation.operations.calling import log_call
from escalation.operations.clocks import adjust
from escalation.operations.covering import divert, settle
from escalation.operations.digests import write_digests
from escalation.operations.drafts import begin_draft, discard_draft
from escalation.operations.emergency import (
    MINUTES,
    EmergencyRefused,
    end_emergency,
    open_in_emergency,
    review_emergency,
)
from escalation.operations.extending import CannotExtend, extend
from escalation.operations.feeds import close_duty_feed, digest_of, open_duty_feed
from escalation.operations.firing import fire_due
from escalation.operations.holding import hold_until, last_recheck
from escalation.operations.hours import approve_holiday, decline_holiday, set_hours
from escalation.operations.ladders import (
    move_rung,
    name_ladder,
    remove_ladder,
    remove_rung,
    set_rung,
)
from escalation.operations.leaving import Holds, StillHolds, finish_leaving, holds, pass_on_queues
from escalation.operations.out_of_reach import page_past
from escalation.operations.overrides import end_override, override
from escalation.operations.paging_on import page_on
from escalation.operations.planning import DutyRefused
from escalation.operations.putting_off import put_off
from escalation.operations.rebasing import rebase
from escalation.operations.rotations import (
    Rota,
    RotationNotFound,
    change_rotation,
    retire_rotation,
    start_rotation,
)
from escalation.operations.swaps import SwapNotFound, agree_to_swap, ask_swap, decline_swap
from escalation.operations.targets import remove_target, set_target
from escalation.operations.waking import wake_open

__all__ = [
    "MINUTES",
    "AbsenceNotFound",
    "CannotExtend",
    "DutyRefused",
    "EmergencyRefused",
    "Holds",
    "Rota",
    "RotationNotFound",
    "StillHolds",
    "SwapNotFound",
    "adjust",
    "agree_to_swap",
    "approve_holiday",
    "ask_swap",
    "begin_draft",
    "change_cover",
    "change_rotation",
    "close_duty_feed",
    "decline_holiday",
    "decline_swap",
    "digest_of",
    "discard_draft",
    "divert",
    "end_absence",
    "end_emergency",
    "end_override",
    "extend",
    "finish_leaving",
    "fire_due",
    "hold_until",
    "holds",
    "last_recheck",
    "log_call",
    "move_rung",
    "name_ladder",
    "open_duty_feed",
    "open_in_emergency",
    "override",
    "page_on",
    "page_past",
    "pass_on_queues",
    "put_off",
    "rebase",
    "record_absence",
    "remove_ladder",
    "remove_rung",
    "remove_target",
    "retire_rotation",
    "review_emergency",
    "set_hours",
    "set_rung",
    "set_target",
    "settle",
    "start_rotation",
    "wake_open",
    "write_digests",
]  # fmt: skip
