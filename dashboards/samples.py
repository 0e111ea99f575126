"""Made-up rows for the style guide: each component in each state, no database."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboards import rows, words
from dashboards.figures import ruler, trend
from dashboards.words import Level, Tone

NOW = datetime(2026, 11, 21, 19, 48, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")


def patient(family: str, given: str, born: date, sex: str, mrn: str) -> rows.PatientLine:
    return rows.PatientLine(
        name=words.patient_name(family, given),
        born=words.long_date(born),
        age=words.age(born, on=NOW.date()),
        sex=sex,
        mrn=mrn,
    )


DIAZ = patient("Diaz", "Maria", date(1961, 3, 2), "F", "508773")
EVANS = patient("Evans", "Hana", date(1958, 6, 3), "F", "501224")
KIM = patient("Kim", "Ivy", date(1990, 9, 14), "F", "512090")
LEE = patient("Lee", "Noah", date(1972, 1, 30), "M", "498811")
OKAFOR = patient("Okafor-Lindqvist", "Bartholomew", date(1949, 12, 25), "M", "477002")
NGUYEN = patient("Nguyễn", "Aisha", date(2025, 8, 2), "F", "530017")


def waited(*, tone: Tone = Tone.PLAIN, **ago: float) -> words.Moment:
    return words.waited(NOW - timedelta(**ago), zone=ZONE, now=NOW, tone=tone)


def at(**ago: float) -> words.Moment:
    return words.moment(NOW - timedelta(**ago), zone=ZONE, now=NOW)


POTASSIUM = rows.ValueLine(
    name="Potassium",
    value="6.8",
    units="mmol/L",
    flag="HH",
    flag_words=words.flag_words("HH"),
    level=Level.CRITICAL,
    range="3.5\u20135.1",
    ruler=ruler(6.8, 3.5, 5.1),
    previous=(
        rows.EarlierValue("4.9", "Aug 2"),
        rows.EarlierValue("4.7", "Feb 11"),
        rows.EarlierValue("4.4", "Sep 3, 2025"),
    ),
    trend=trend((4.4, 4.7, 4.9, 6.8), 3.5, 5.1, name="Potassium", units="mmol/L"),
)
A1C = rows.ValueLine(
    name="Hemoglobin A1c",
    value="9.4",
    units="%",
    flag="H",
    flag_words="high",
    level=Level.ABNORMAL,
    range="4.0\u20135.6",
    ruler=ruler(9.4, 4.0, 5.6),
    previous=(rows.EarlierValue("8.6", "May 4"), rows.EarlierValue("7.8", "Nov 2, 2025")),
    trend=trend((7.1, 7.8, 8.6, 9.4), 4.0, 5.6, name="Hemoglobin A1c", units="%"),
)


def plain_value(
    name: str,
    value: str,
    units: str,
    low: float,
    high: float,
    *,
    flag: str = "",
    level: Level = Level.ROUTINE,
) -> rows.ValueLine:
    return rows.ValueLine(
        name=name,
        value=value,
        units=units,
        range=f"{low:g}\u2013{high:g}",
        ruler=ruler(float(value), low, high),
        flag=flag,
        flag_words=words.flag_words(flag),
        level=level,
    )


PANEL = (
    plain_value("Hemoglobin", "10.9", "g/dL", 12.0, 15.5, flag="L", level=Level.ABNORMAL),
    plain_value("White cells", "7.2", "10*3/uL", 4.0, 11.0),
    plain_value("Platelets", "244", "10*3/uL", 150, 400),
    plain_value("MCV", "78", "fL", 80, 100, flag="L", level=Level.ABNORMAL),
)


def queue_rows() -> tuple[rows.QueueRow, ...]:
    """A queue in which every state of a row is to be seen."""
    mine = rows.Lease("You", words.Moment("8 min", "until 14:56", ""), mine=True)
    dana = rows.Lease("Dana Reyes", words.Moment("4 min", "until 14:52", ""))
    row = _row
    return (
        row(1, Level.CRITICAL, "Potassium", DIAZ, waited(minutes=12), "Critical result", POTASSIUM,
            friction="spoken", lease=mine),
        row(2, Level.ABNORMAL, "Hemoglobin A1c", EVANS, waited(hours=30, tone=Tone.LATE),
            "Abnormal result, to who ordered it", A1C),
        row(3, Level.ABNORMAL, "Complete blood count", KIM, waited(hours=3, tone=Tone.SOON),
            "Abnormal result, to who ordered it", PANEL[0], more=3, badge="Partial", lease=dana),
        row(4, Level.UNFLAGGED, "Surgical pathology report", OKAFOR, waited(hours=5),
            "No flag was sent, so a clinician reads it"),
        row(5, Level.ABNORMAL, "Chest CT: 9 mm nodule, follow-up advised by the radiologist",
            NGUYEN, waited(days=2), "Abnormal imaging", badge="Corrected"),
        row(6, Level.ROUTINE, "Referral to cardiology", LEE, waited(hours=7),
            "Referrals go to the coordinator", owner="Cora Lind"),
        row(7, Level.ROUTINE, "Lipid panel", LEE, waited(days=1),
            "Normal and on the delegation list", plain_value("LDL", "101", "mg/dL", 50, 129),
            more=3, friction="key", state="hold"),
        row(8, Level.ROUTINE, "TSH", EVANS, waited(days=1), "Normal and on the delegation list",
            plain_value("TSH", "2.1", "mIU/L", 0.4, 4.5), friction="key", state="done",
            ended="Done 14:41 by you", undo_url="#"),
        row(9, Level.FYI, "Discharge summary, copy", OKAFOR, waited(days=3),
            "A copy, to read only", state="gone", ended="Done 14:20 by Dana Reyes"),
    )  # fmt: skip


def _row(
    number: int,
    level: Level,
    title: str,
    who: rows.PatientLine,
    waiting: words.Moment,
    why: str,
    value: rows.ValueLine | None = None,
    **more: object,
) -> rows.QueueRow:
    options: dict[str, object] = dict(more)
    options["more_values"] = options.pop("more", 0)
    return rows.QueueRow(
        id=f"sample-{number}",
        url=f"#sample-{number}",
        level=level,
        kind="Lab result",
        title=title,
        patient=who,
        waiting=waiting,
        why=why,
        value=value,
        **options,  # type: ignore[arg-type]
    )


OUTCOMES = (
    rows.Choice(value="told-by-portal", label="Normal, patient told by portal", key="1"),
    rows.Choice(value="no-message", label="Normal, no message needed", key="2"),
    rows.Choice(value="discussed", label="Discussed with patient", key="3"),
    rows.Choice(value="follow-up", label="Follow-up ordered", key="4"),
    rows.Choice(value="referred", label="Referred", key="5"),
    rows.Choice(value="repeat", label="Repeat test", key="6"),
)

ACTIONS = (
    rows.Action(code="complete", label="Done", key="e", url="#", asks=True, main=True),
    rows.Action(code="release", label="Release", key="c", url="#"),
    rows.Action(code="assign", label="Assign", key="a", url="#", asks=True),
    rows.Action(code="hold", label="Hold", key="h", url="#", asks=True),
)
MORE = (
    rows.Action(code="acknowledge", label="Acknowledge", key="y", url="#"),
    rows.Action(code="copy", label="Copy to", key="f", url="#", asks=True),
    rows.Action(
        code="cancel",
        label="Cancel task",
        url="#",
        why_not="Only a supervisor can cancel a critical task.",
    ),
)


def task_page(*, full: bool = False) -> rows.TaskPage:
    """A critical potassium, claimed by the reader."""
    why = rows.Why(
        queue="Dr Chen",
        rule="Critical result to the ordering physician",
        version="3",
        sentence="The result is critical, and Dr Chen ordered it.",
        facts=(
            rows.Fact("Severity", "Critical (flag HH)"),
            rows.Fact("Ordered by", "Dr Chen"),
            rows.Fact("Status", "Final"),
        ),
        message="ORU^R01 88121",
        message_url="#",
    )
    history = (
        rows.HistoryLine(when=at(minutes=2), what="Claimed", who="you"),
        rows.HistoryLine(
            when=at(minutes=12),
            what="Sent to Dr Chen",
            who="the router",
            detail="Critical result to the ordering physician, version 3",
        ),
        rows.HistoryLine(
            when=at(minutes=12), what="Received", who="Quest lab feed", detail="ORU^R01 88121"
        ),
    )
    return rows.TaskPage(
        id="sample-1",
        number="7f3a91c2",
        url="#",
        version=3,
        level=Level.CRITICAL,
        kind="Lab result",
        title="Potassium",
        patient=DIAZ,
        state="claimed",
        state_words="You have this until 14:56",
        waiting=waited(minutes=12),
        why=why,
        history=history,
        actions=ACTIONS,
        more_actions=MORE,
        item_status="Final",
        values=(POTASSIUM, *PANEL) if full else (POTASSIUM,),
        text="Specimen not hemolyzed. Result called to the practice line at 14:31." if full else "",
        friction="spoken",
        outcomes=OUTCOMES,
    )


SHELL = rows.Shell(
    person="Dana Reyes",
    initials="DR",
    role="Medical assistant",
    practice="Elm Street Family Medicine",
    groups=(
        rows.NavGroup(
            "Work",
            (
                rows.NavLink(label="My queue", url="#", icon="queue", here=True, count="48"),
                rows.NavLink(label="Team queue", url="#", icon="team", count="12"),
            ),
        ),
        rows.NavGroup(
            "Integrations",
            (
                rows.NavLink(label="Messages", url="#", icon="messages"),
                rows.NavLink(label="Feeds", url="#", icon="feeds"),
            ),
        ),
    ),
    phone=(
        rows.NavLink(label="Queue", url="#", icon="queue", here=True),
        rows.NavLink(label="Team", url="#", icon="team"),
        rows.NavLink(label="Messages", url="#", icon="messages"),
        rows.NavLink(label="Feeds", url="#", icon="feeds"),
    ),
    feed_words="All feeds arriving",
    feed_status="arriving",
    feeds_url="#",
)

QUEUE = rows.QueuePage(
    title="My queue",
    screen="queue",
    view="mine",
    tabs=(
        rows.Tab("Mine", "48", "#", here=True),
        rows.Tab("Critical", "1", "#", grave=True),
        rows.Tab("On hold", "9", "#"),
        rows.Tab("Done today", "31", "#"),
    ),
    sentence="48 tasks, most dangerous first, then oldest. Filter: none.",
    rows=queue_rows(),
    back_to="#",
)

NOTICES = (
    rows.Notice(text="5 new, 2 closed by others.", action="Refresh", url="#"),
    rows.Notice(
        text="The lab corrected this result at 14:20. Read it again before you close it.",
        tone="warn",
    ),
    rows.Notice(
        text="Dana Reyes closed this at 14:03 as Discussed with patient. "
        "Your change was not saved.",
        tone="stop",
        action="See it",
        url="#",
    ),
    rows.Notice(text="Done: TSH, EVANS, Hana.", tone="done", action="Undo", url="#", post=True),
)

EMPTIES = (
    rows.Empty("Nothing is yours right now", "12 tasks wait in Team queue.", "See them", "#"),
    rows.Empty("Nothing matches", "The filter is: critical. 48 tasks are hidden.", "Clear", "#"),
)

FEEDS = (
    rows.FeedRow(
        name="Quest lab",
        kind="HL7 v2 over MLLP",
        status="arriving",
        status_words="Arriving as usual",
        last=at(minutes=1),
        rate="58 from 13:00 to 14:00, usually 61",
        limit=at(hours=-2),
        today="412",
        messages_url="#",
    ),
    rows.FeedRow(
        name="Hospital documents",
        kind="HL7 v2 over HTTP",
        status="quiet",
        status_words="Silent beyond usual, since Today 11:05",
        last=at(hours=3),
        rate="0 from 13:00 to 14:00, usually 12",
        limit=at(hours=1),
        today="36",
        quarantined="5",
        quarantined_url="#",
        failures=(
            rows.FailureRow("No patient in the message", "4", "#"),
            rows.FailureRow("Could not be read", "1", "#"),
        ),
        messages_url="#",
    ),
    rows.FeedRow(
        name="Imaging",
        kind="FHIR R4",
        status="never",
        status_words="Nothing has arrived yet",
        setup_url="#",
    ),
)

MESSAGE = rows.MessagePage(
    id="sample",
    row=rows.MessageRow(
        id="sample",
        url="#",
        received=at(minutes=12),
        feed="Quest lab",
        type="ORU^R01",
        type_words="Result",
        control_id="88121",
        status="done",
        status_words="Processed",
        ack="AA",
        tasks="1",
    ),
    open_url="#",
    facts=(),
    opened=True,
    raw=(
        rows.RawLine(1, "MSH", "|^~\\&|QUEST|LAB|CLEARCHART|ELM|202611211436||ORU^R01|88121|P|2.5"),
        rows.RawLine(2, "PID", "|1||508773^^^ELM^MR||DIAZ^MARIA||19610302|F"),
        rows.RawLine(3, "OBX", "|1|NM|2823-3^Potassium^LN||6.8|mmol/L|3.5-5.1|HH|||F"),
    ),
    parsed=(
        rows.ParsedSegment(
            2,
            "PID",
            "Patient identification",
            (
                rows.ParsedField("PID-3", "Patient identifiers", "508773, assigned by ELM, MR"),
                rows.ParsedField("PID-5", "Patient name", "DIAZ, MARIA"),
                rows.ParsedField("PID-7", "Birth date", "Mar 2, 1961"),
            ),
        ),
        rows.ParsedSegment(
            3,
            "OBX",
            "Observation",
            (
                rows.ParsedField("OBX-3", "Observation", "2823-3, Potassium, LN"),
                rows.ParsedField("OBX-5", "Value", "6.8"),
                rows.ParsedField("OBX-8", "Flags", "HH"),
            ),
        ),
    ),
)
