"""What templates get: frozen rows, never models."""

from dashboards.rows.message import (
    FeedRow,
    MessageList,
    MessagePage,
    MessageRow,
    ParsedField,
    ParsedSegment,
    RawLine,
)
from dashboards.rows.queue import (
    EarlierValue,
    Empty,
    Lease,
    PatientLine,
    QueuePage,
    QueueRow,
    Ruler,
    Tab,
    Trend,
    ValueLine,
)
from dashboards.rows.shell import (
    NavGroup,
    NavLink,
    PracticeChoice,
    Shell,
)
from dashboards.rows.task import (
    Action,
    Choice,
    Fact,
    HistoryLine,
    Notice,
    TaskPage,
    Why,
)

__all__ = [
    "Action",
    "Choice",
    "EarlierValue",
    "Empty",
    "Fact",
    "FeedRow",
    "HistoryLine",
    "Lease",
    "MessageList",
    "MessagePage",
    "MessageRow",
    "NavGroup",
    "NavLink",
    "Notice",
    "ParsedField",
    "ParsedSegment",
    "PatientLine",
    "PracticeChoice",
    "QueuePage",
    "QueueRow",
    "RawLine",
    "Ruler",
    "Shell",
    "Tab",
    "TaskPage",
    "Trend",
    "ValueLine",
    "Why",
]
