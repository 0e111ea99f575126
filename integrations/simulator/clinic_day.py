"""All messages of one clinic day, in the order they are sent. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from integrations.simulator.catalogue import PANELS, Grade
from integrations.simulator.charting import drafts, notes
from integrations.simulator.clinic import Clinic, Clock, Desk, Sending, wall_clock
from integrations.simulator.correspondence import inbox, referrals, refills, reports
from integrations.simulator.laboratory import Report, Value, laboratory, result
from integrations.simulator.visits import Waiting, book, front_desk, no_shows, registered_twice

RESENT_AFTER = 7.0

OVERNIGHT = (7 * 60 + 30, 7 * 60 + 35)
"""When the laboratory sends what it has before the clinic opens."""


def clinic_day(
    clinic: Clinic, day: date, *, seed: int = 0, clock: Clock | None = None
) -> tuple[Sending, ...]:
    """The same practice, day, seed and clock give the same bytes.

    Args:
        clinic: practice and clinicians; each of them has the same number of visits.
        seed: another one gives another day, with numbers of its own.
        clock: the instants that the messages carry; without one, the day as it is lived.
    """
    desk = Desk(clinic, day, seed, clock or wall_clock(day, clinic.zone))
    waiting = book(desk)
    results = list(laboratory(desk, waiting))
    sendings = [
        *front_desk(desk, waiting), *no_shows(desk, waiting), *registered_twice(desk, waiting),
        *results, *notes(desk, waiting), *drafts(desk, waiting),
        *referrals(desk, waiting), *reports(desk), *refills(desk, waiting), *inbox(desk, waiting),
        *_mishaps(desk, waiting, results),
    ]  # fmt: skip
    return tuple(sorted(sendings, key=lambda sending: sending.minute))


def _mishaps(desk: Desk, waiting: Waiting, results: Sequence[Sending]) -> Iterator[Sending]:
    """A resend, a result without a patient, and a test message: every interface has them."""
    rng = desk.dice("mishaps")
    resent = rng.choice([sending for sending in results if sending.kind == "ORU^R01"])
    yield replace(resent, minute=resent.minute + RESENT_AFTER)
    early = rng.choice(waiting.visits)
    visit = replace(early, begins=OVERNIGHT[0] - 75, ends=OVERNIGHT[0] - 60)
    panel = next(panel for panel in PANELS if len(panel.tests) == 1)
    value = Value(panel.tests[0], "2.10", "N")
    for minute, nameless, processing in ((OVERNIGHT[0], True, "P"), (OVERNIGHT[1], False, "T")):
        report = Report(visit, panel, Grade.NORMAL, desk.number("P"), desk.number("L"))
        yield result(desk, report, minute, "F", [value], nameless=nameless, processing=processing)
