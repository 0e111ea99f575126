"""Playing a day: each door in order, a door that is down loses nothing and is told of once."""

import threading
import time
from datetime import UTC, datetime

from integrations.simulator.clinic import Clock, Door, Sending
from integrations.simulator.player import Player
from integrations.simulator.senders import DoorDown, Refused

START = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)


class Shelf:
    """A door in memory that takes, refuses or is down for a while."""

    name = "shelf"

    def __init__(self, *, down=0, refuses=()):
        self.taken, self.down, self.refuses = [], down, refuses

    def send(self, sending, *, now):
        if self.down:
            self.down -= 1
            raise DoorDown(self.name)
        if sending.id in self.refuses:
            raise Refused("AE")
        self.taken.append(sending.id)
        return "AA"


def sendings(door, *names):
    return [Sending(n, door, "ORU^R01", b"", name) for n, name in enumerate(names)]


def player(shelves, said, **more):
    return Player(shelves, lambda: datetime.now(UTC), said.append, retry_seconds=0.01, **more)


def test_each_door_gets_its_own_in_order():
    lab, ehr = Shelf(), Shelf()
    day = sendings(Door.LAB_MLLP, "a", "b") + sendings(Door.EHR_HTTP, "c")
    tally = player({Door.LAB_MLLP: lab, Door.EHR_HTTP: ehr}, []).play(day, Clock(START))
    assert (lab.taken, ehr.taken, tally.sent, tally.refused) == (["a", "b"], ["c"], 3, 0)


def test_a_door_that_is_down_is_told_of_once_and_gets_everything_later():
    lab, ehr, said = Shelf(down=5), Shelf(), []
    day = sendings(Door.LAB_MLLP, "a", "b") + sendings(Door.EHR_HTTP, "c")
    tally = player({Door.LAB_MLLP: lab, Door.EHR_HTTP: ehr}, said).play(day, Clock(START))
    assert (lab.taken, ehr.taken, tally.sent) == (["a", "b"], ["c"], 3)
    assert said == [
        "shelf does not answer; trying again every 0.01 s.",
        "shelf answers again.",
    ]


def test_what_is_refused_is_told_and_left():
    lab, said = Shelf(refuses={"a"}), []
    day = sendings(Door.LAB_MLLP, "a", "b")
    tally = player({Door.LAB_MLLP: lab}, said).play(day, Clock(START))
    assert (lab.taken, tally.sent, tally.refused) == (["b"], 1, 1)
    assert said == ["shelf refused ORU^R01 a: AE."]


def test_messages_wait_for_their_instant():
    lab = Shelf()
    clock = Clock(datetime.now(UTC), speed=600)
    began = time.monotonic()
    player({Door.LAB_MLLP: lab}, []).play(sendings(Door.LAB_MLLP, "a", "b", "c"), clock)
    assert 0.19 <= time.monotonic() - began < 5


def test_it_stops_when_told_even_where_a_door_never_answers():
    lab = Shelf(down=10**9)
    playing = player({Door.LAB_MLLP: lab}, [])
    threading.Timer(0.1, playing.stop).start()
    tally = playing.play(sendings(Door.LAB_MLLP, "a"), Clock(START))
    assert (lab.taken, tally.sent) == ([], 0)
