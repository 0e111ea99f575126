"""Messages about referrals, as the doors of the flow tests take them; and what became of them."""

from datetime import datetime

from referrals import following
from referrals.folding import loop_of, stands
from referrals.models import Fact, Referral
from referrals.standing import Loop
from tests.flows.doors import bring, sweep

PID = "PID|1||508773^^^ELM^MR||DIAZ^MARIA||19910302|F"
CARDIOLOGY = "CARD^AMB REFERRAL TO CARDIOLOGY^L"
NOTE = "11488-4^Consultation note^LN"


def message(kind: str, control: str, *lines: str, minute: int = 0, profile: str = "") -> bytes:
    """HL7 v2 of a minute after ten at Elm Street, about Maria Diaz."""
    header = f"MSH|^~\\&|EHR|ELM|CC|ELM|202611161{minute:03}00||{kind}|{control}|P|2.5.1"
    header += f"|||NE|NE|||||{profile}" if profile else ""
    return "\r".join([header, PID, *lines]).encode()


def ref(control: str = "ref", event: str = "I12", minute: int = 2, number: str = "R9") -> bytes:
    lines = [f"RF1|P|R|||O|{number}^ELM", "PRD|RP|DIAZ^ANA|||||1001", "PRD|RT|HART^HAL",
             "NTE|1||Is it the valve?", f"ORC|NW|P{number}^ELM",
             f"OBR|1|P{number}^ELM||{CARDIOLOGY}"]  # fmt: skip
    return message(f"REF^{event}", control, *lines, minute=minute)


def rri(control: str, said: str, *more: str, minute: int = 5, number: str = "R9") -> bytes:
    lines = ["MSA|AA|ref", f"RF1|{said}|R|||O|{number}^ELM", *more]
    return message("RRI^I12", control, *lines, minute=minute)


def osu(control: str, orc: str, minute: int = 6) -> bytes:
    return message("OSU^O51", control, orc, minute=minute, profile="360X")


def siu(control: str, event: str, start: str = "20261201090000", minute: int = 7) -> bytes:
    sch = "SCH|A1" + "|" * 25 + "PR9^ELM"
    lines = [sch, f"TQ1|1||||||{start}"] if event != "S26" else [sch]
    return message(f"SIU^{event}", control, *lines, minute=minute, profile="360X")


def note(
    control: str, event: str = "T02", order: str = "PR9^ELM", minute: int = 20, number: str = "D1",
    title: str = NOTE,
) -> bytes:  # fmt: skip
    """A consult note with its text; `order` empty: it names none."""
    txa = f"TXA|1|CN|TX|20261116{minute:02}0000||||||||{number}||{order}|||AU||AV"
    return message(f"MDM^{event}", control, txa, f"OBX|1|TX|{title}||All is well.", minute=minute)


def tell(elm, *sent: bytes, now: datetime, feed=None) -> None:
    """Each by itself, through intake and the sweep of referrals."""
    for one in sent:
        bring(feed or elm.ehr, one, now=now)
        sweep(elm.ehr, now=now)
        following.sweep(now=now)


def referral(elm) -> Referral:
    with elm.scoped():
        return Referral.objects.get()


def loop(elm) -> Loop:
    """The loop of the one referral there is, folded anew from its facts."""
    with elm.scoped():
        one = Referral.objects.get()
        return loop_of(one, stands(Fact.objects.filter(referral=one)))


def facts(elm) -> list[tuple[str, str]]:
    with elm.scoped():
        return list(Fact.objects.order_by("at", "told_at", "pk").values_list("axis", "value"))
