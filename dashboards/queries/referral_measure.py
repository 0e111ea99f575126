"""CMS50 beside the closure rate, and what is loaded for it."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dashboards import referral_report_words as said
from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.rows.referral_report import MeasurePart, MeasureSettings, SetRow
from dashboards.rows.task import Choice
from metrics import measuring
from metrics.loops.cases import Case
from metrics.measures import editions
from metrics.measures.codes import ValueSets
from metrics.measures.dates import Days
from metrics.measuring import Measured
from metrics.models import LoadedValueSet
from metrics.resources import OWN, OwnCodes

NAMES = editions.NEEDED | editions.VISITS | editions.ASSESSMENTS


def year_of(year: int) -> Days:
    """From its first day to its last."""
    return Days(date(year, 1, 1), date(year, 12, 31))


def measure_part(year: int, zone: ZoneInfo, cases: Iterable[Case]) -> MeasurePart:
    """Both rates of a year, and of each referral why it counts or not."""
    codes = measuring.loaded()
    found = measuring.measured(codes, year_of(year), zone, cases)
    meant, missing = found.why.total(), _missing(codes)
    share = found.closed / meant if meant else None
    rate = found.numerator / found.denominator if found.denominator else None
    return MeasurePart(
        year=str(year), closure=said.percent(share) or _("none"),
        closure_of=_of(found.closed, meant),
        rate="" if missing else said.percent(rate) or _("none"),
        rate_of=_patients(found.numerator, found.denominator),
        why=() if missing else _why(found),
        notes=() if missing else _notes(found, codes), missing=missing,
    )  # fmt: skip


def _why(found: Measured) -> tuple[tuple[str, str], ...]:
    """Of each reason how many; together every referral of the year."""
    counts = ((found.why[why], words_) for why, words_ in said.WHY.items())
    return tuple((f"{many:,}", str(words_)) for many, words_ in counts if many)


def _of(part: int, of: int) -> str:
    return words.plural("%(part)s of %(count)s referral", "%(part)s of %(count)s referrals", of,
                        part=f"{part:,}")  # fmt: skip


def _patients(part: int, of: int) -> str:
    return words.plural("%(part)s of %(count)s patient", "%(part)s of %(count)s patients", of,
                        part=f"{part:,}")  # fmt: skip


def is_loaded() -> bool:
    """Whether there is enough to measure anything."""
    return not _missing(measuring.loaded())


def _missing(codes: OwnCodes) -> str:
    lacking = codes.value_sets.lack(*editions.NEEDED)
    if not lacking:
        return ""
    named = ", ".join(editions.NEEDED[one] for one in lacking)
    return _("No codes are loaded of: %(sets)s. They have owners and licences, so none comes with "
             "the product.") % {"sets": named}  # fmt: skip


def _notes(found: Measured, codes: OwnCodes) -> tuple[str, ...]:
    lacking = codes.value_sets.lack(*(one for one in OWN if one in editions.VISITS))
    notes = [
        _("CMS50 asks one thing of each patient: whether a report on the first referral of the "
          "year came before the year was over. The closure rate asks of every referral whether "
          "somebody still follows it; a documented decline ends it too."),
        _("Visits count by their type here, as office or wellness visits; their billing codes are "
          "not known. Compare with your EHR before you report it."),
    ]  # fmt: skip
    if lacking:
        named = ", ".join(editions.VISITS[one] for one in lacking)
        notes.append(_("No codes are loaded of these visits, so none of them counts: %(sets)s.")
                     % {"sets": named})  # fmt: skip
    if found.denominator and found.why.total():
        notes.append(_("It is the practice's own estimate, of what was sent to us, up to now."))
    return tuple(notes)


def settings(desk: Desk, target: int) -> MeasureSettings:
    """What is loaded, set by set."""
    held = {one.url: one for one in LoadedValueSet.objects.order_by("url")}
    return MeasureSettings(
        str(target),
        tuple(_set(address, name, held.get(ValueSets.key(address)), desk)
              for address, name in NAMES.items()),
    )  # fmt: skip


def _set(address: str, name: str, held: LoadedValueSet | None, desk: Desk) -> SetRow:
    key = ValueSets.key(address)
    if held is None:
        return SetRow(key, name, _("Not loaded"), address in editions.NEEDED, (), "")
    loaded = words.plural(
        "%(count)s code, loaded %(when)s by %(who)s", "%(count)s codes, loaded %(when)s by %(who)s",
        len(held.codes), who=held.loaded_by_name,
        when=words.long_date(held.loaded_at.astimezone(desk.zone).date()),
    )  # fmt: skip
    codes = sorted(map(tuple, held.codes))
    usual = tuple(held.usual) if held.usual else codes[0]
    own = address in OWN
    return SetRow(
        key, name, loaded, address in editions.NEEDED,
        tuple(Choice(value=f"{system}|{code}", label=f"{code} ({system})")
              for system, code in codes) if own else (),
        "|".join(usual) if own else "",
    )  # fmt: skip
