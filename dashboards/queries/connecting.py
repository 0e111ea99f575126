"""A new feed on its way to its first message: what to paste, and what came of it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from dashboards import words
from dashboards.queries import message_page, message_rows
from dashboards.queries.desk import Desk
from dashboards.rows import Choice, MadeRow, MessageRow
from dashboards.words import later
from integrations import signing
from integrations.models import Feed, FeedKey, InboundMessage, MessageState
from routing.said import spoken
from tenants.models import Door, DoorKind

VENDORS = (
    Choice(value="", label=later("Another, or I do not know")),
    Choice(value="epic", label="Epic"),
    Choice(value="athenahealth", label="athenahealth"),
    Choice(value="eclinicalworks", label="eClinicalWorks"),
    Choice(value="nextgen", label="NextGen"),
    Choice(value="greenway", label="Greenway"),
    Choice(value="laboratory", label=later("Laboratory")),
)

COMMON_ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
    "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "UTC",
)  # fmt: skip

SAMPLE = (
    r"MSH|^~\&|TEST|SENDER|CLEARCHART|PRACTICE|{at}||ORU^R01^ORU_R01|FIRST-{tag}|T|2.5.1",
    "PID|1||TEST-0001^^^TESTEHR^MR||TESTPATIENT^SAMPLE||19700101|F",
    "ORC|RE|TEST-ORDER-{tag}|TEST-REPORT-{tag}",
    "OBR|1|TEST-ORDER-{tag}|TEST-REPORT-{tag}|2823-3^Potassium^LN|||{at}|||||||||||||||{at}|||F",
    "OBX|1|NM|2823-3^Potassium^LN||4.2|mmol/L|3.5-5.1|N|||F|||{at}",
)
"""A made-up result, marked as a test (MSH-11 T): on a live feed it raises no task."""


TIPS = (
    (
        later("Nothing happens at all"),
        (
            later(
                "The sender cannot reach this host. Try the address from the sender\u2019s "
                "machine; look for a firewall or proxy between the two."
            )
        ),
    ),
    (
        later("401, the signature does not fit"),
        (
            later(
                "Sign the raw bytes as they are sent: no newline added, no change of encoding "
                "between signing and sending."
            )
        ),
    ),
    (
        later("401, more than five minutes off"),
        later("The sender\u2019s clock is wrong. Set it by NTP."),
    ),
    (
        later("401, not one of this feed\u2019s active keys"),
        later("The key id is another feed\u2019s, or was revoked. Make another key here."),
    ),
    (
        later("404, no feed has this address"),
        later("The address is mistyped, or the feed is switched off."),
    ),
    (
        later("422, holds no HL7 v2 message"),
        later("The body must begin with MSH, FHS or BHS; FHIR goes to the other address."),
    ),
)
"""What a sender sees, and what helps."""

TIPS_MLLP = (
    (
        later("MLLP: connection refused"),
        (
            later(
                "A new port opens within 15 seconds. Then see whether the listener runs and the "
                "port is published (MLLP_PORTS)."
            )
        ),
    ),
    (
        later("MLLP: connected, no answer"),
        later("Frame each message: byte 0B before it, bytes 1C and 0D after it."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the sender needs, ready to be pasted."""

    id: str
    name: str
    is_test: bool
    is_active: bool
    door: str
    fhir_door: str
    key_id: str
    secret: str
    """Empty but on the one page after the key was made."""
    keys: int
    port: int | None
    host: str
    make: str
    send: str
    send_mllp: str
    messages_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """The first message of a feed, or the wait for it."""

    url: str
    tag: str
    """Changes when what is shown would."""
    row: MessageRow | None = None
    became: str = ""
    made: tuple[MadeRow, ...] = ()
    settled: bool = False
    tips: tuple[tuple[str, str], ...] = ()


def zones() -> tuple[Choice, ...]:
    """Those of the country first."""
    rest = sorted(zone for zone in available_timezones() - {*COMMON_ZONES} if "/" in zone)
    return tuple(
        Choice(value=zone, label=zone.replace("_", " ")) for zone in (*COMMON_ZONES, *rest)
    )


def free_slug(practice_slug: str, name: str) -> str:
    """Part of the address, unique over all practices: it names the practice, and never a rival."""
    stem = slugify(f"{practice_slug} {name}")[:50].strip("-") or "feed"
    taken = set(
        Door.objects.filter(kind=DoorKind.FEED, key__startswith=stem).values_list("key", flat=True)
    )
    numbered = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 3))
    return next(slug for slug in numbered if slug not in taken)


def port_is_taken(port: int) -> bool:
    """One port, one feed, whoever's."""
    return Door.objects.filter(kind=DoorKind.MLLP_PORT, key=str(port)).exists()


def find(feed_id: UUID) -> Feed | None:
    """A feed of the practice in scope."""
    return Feed.objects.filter(pk=feed_id).first()


def setup(feed: Feed, *, base: str, key_id: UUID | None, now: datetime) -> Setup:
    """What to give to the sender; the secret only with the id of a key that was made just now."""
    door = f"{base}{reverse('integrations:hl7v2', args=[feed.slug])}"
    keys = FeedKey.objects.filter(feed=feed, revoked_at__isnull=True).order_by("-created_at")
    shown = keys.filter(pk=key_id).first() if key_id else None
    newest = shown or keys.first()
    secret = signing.secret_of(shown.pk, master=settings.FEED_KEY_SECRET) if shown else ""
    host = base.split("//", 1)[-1].rsplit(":", 1)[0]
    return Setup(
        id=str(feed.pk),
        name=feed.name,
        is_test=feed.environment == Feed.Environment.TEST,
        is_active=feed.is_active,
        door=door,
        fhir_door=f"{base}{reverse('integrations:fhir', args=[feed.slug])}",
        key_id=str(newest.pk) if newest else "",
        secret=secret,
        keys=keys.count(),
        port=feed.mllp_port,
        host=host,
        make=_make(feed, now=now),
        send=_send(door, str(newest.pk) if newest else "", secret),
        send_mllp=_send_mllp(host, feed.mllp_port) if feed.mllp_port else "",
        messages_url=f"{reverse('dashboards:messages')}?view=all&feed={feed.slug}",
    )


def _make(feed: Feed, *, now: datetime) -> str:
    """Shell that writes the sample to message.hl7."""
    at = now.astimezone(ZoneInfo(feed.time_zone)).strftime("%Y%m%d%H%M%S")
    tag = feed.pk.hex[-6:]
    lines = " \\\n  ".join(f"'{line.format(at=at, tag=tag)}'" for line in SAMPLE)
    return f"printf '%s\\r' {lines} > message.hl7"


SEND = """\
KEY_ID={key}
SECRET={secret}
T=$(date +%s)
MAC=$( {{ printf '%s.' "$T"; cat message.hl7; }} \\
  | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)
curl --data-binary @message.hl7 \\
  -H "ClearChart-Signature: t=$T,k=$KEY_ID,v1=$MAC" \\
  {door}"""


def _send(door: str, key_id: str, secret: str) -> str:
    """Shell that signs message.hl7 and posts it."""
    key, said = key_id or "the-key-id", secret or "the-secret-you-kept"
    return SEND.format(key=key, secret=said, door=door)


def _send_mllp(host: str, port: int) -> str:
    frame = "{ printf '\\013'; cat message.hl7; printf '\\034\\r'; }"
    return f"{frame} | nc -w 5 {host} {port}"


def first(feed: Feed, desk: Desk) -> First:
    """What the waiting page shows now."""
    url = reverse("dashboards:first_message", args=[feed.pk])
    heads = message_rows.heads().filter(feed=feed).order_by("arrived")
    message: InboundMessage | None = heads.first()
    if message is None:
        return First(url=url, tag=_tag("nothing"), tips=_tips(feed))
    page = message_page.page(message, desk)
    return First(
        url=url,
        tag=_tag(str(message.pk), message.state, str(len(page.tasks))),
        row=page.row,
        became=_became(message, len(page.tasks)),
        made=page.tasks,
        settled=message.state != MessageState.RECEIVED,
    )


def _tag(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def _became(message: InboundMessage, tasks: int) -> str:
    """One sentence about what it came to."""
    kind = message.klass.replace("-", " ")
    said = {
        MessageState.RECEIVED: _("It is stored and answered. It is being read."),
        MessageState.REJECTED: _("It was refused: %(cause)s. The sender was told.")
        % {"cause": spoken(message.cause)},
        MessageState.QUARANTINED: _("It is stored, and was set aside: %(cause)s.")
        % {"cause": spoken(message.cause)},
        MessageState.DISCARDED: _("It was set aside for good."),
    }.get(MessageState(message.state))
    if said:
        return said
    if message.is_test and not tasks:
        return _("It was read. It is marked as a test (MSH-11), so it made no task on a live feed.")
    made = words.plural("It made %(count)s task.", "It made %(count)s tasks.", tasks)
    return _("It was read as: %(kind)s. %(made)s") % {
        "kind": kind or _("a message"),
        "made": made if tasks else _("It asks for no work here."),
    }


def _tips(feed: Feed) -> tuple[tuple[str, str], ...]:
    """What to look at while nothing comes."""
    return TIPS[:1] + (TIPS_MLLP if feed.mllp_port else ()) + TIPS[1:]
