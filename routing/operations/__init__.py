"""Every write to tasks: `placing` routes what arrived, `tending` what belongs to no item.

`leases` and `moves` are what people do, `rerouting` what they do to many at once.
"""

from routing.operations.absences import Absence, End, close_absences, open_absences
from routing.operations.beginning import (
    ChartRefused,
    NoVisit,
    await_lines,
    begin_chart,
    retype_visit,
)
from routing.operations.checklists import install_checklists, publish_checklist
from routing.operations.closing_charts import ChartStillOpen, close_chart, reopen_chart
from routing.operations.delegating import DelegationRefused, delegate
from routing.operations.desk import Placed
from routing.operations.forcing import force_close
from routing.operations.handing import hand_over, pass_on
from routing.operations.informing import inform, withdraw_communication
from routing.operations.leases import acknowledge, claim, release
from routing.operations.moves import (
    PARTIAL,
    assign,
    cancel,
    complete,
    copy,
    hold,
    is_partial,
    resume,
)
from routing.operations.moving import LEASE, LostRace, OutcomeNeeded, TaskNotFound, lost
from routing.operations.naming import name_outcome
from routing.operations.noting import comment, read_notes
from routing.operations.placing import Rerouted, reroute, route
from routing.operations.reopening import reopen, undo
from routing.operations.rerouting import MOST_AT_ONCE, Destination, Moved, move_many, planned
from routing.operations.rethinking import reassess
from routing.operations.taking import take_charge
from routing.operations.tending import (
    close_at_source,
    close_message_task,
    follow_merge,
    open_message_task,
)
from routing.operations.ticking import tick, untick
from routing.operations.together import complete_with
from routing.operations.undoing import undo_last
from routing.operations.views import TooManyViews, drop_view, keep_view
from routing.operations.withdrawing import UNDONE, withdraw_untouched

__all__ = [
    "LEASE", "MOST_AT_ONCE", "PARTIAL", "UNDONE", "Absence", "ChartRefused", "ChartStillOpen",
    "DelegationRefused", "Destination", "End", "LostRace", "Moved", "NoVisit", "OutcomeNeeded",
    "Placed", "Rerouted", "TaskNotFound", "TooManyViews", "acknowledge", "assign",
    "await_lines", "begin_chart", "cancel", "claim", "close_absences", "close_at_source",
    "close_chart", "close_message_task", "comment", "complete", "complete_with", "copy",
    "delegate", "drop_view", "follow_merge", "force_close", "hand_over", "hold", "inform",
    "install_checklists", "is_partial", "keep_view", "lost", "move_many", "name_outcome",
    "open_absences", "open_message_task", "pass_on", "planned", "publish_checklist",
    "read_notes", "reassess", "release", "reopen", "reopen_chart", "reroute", "resume",
    "retype_visit", "route", "take_charge", "tick", "undo", "undo_last", "untick",
    "withdraw_communication", "withdraw_untouched",
]  # fmt: skip
