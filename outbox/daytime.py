"""When a patient may be written to: by day, wherever they may be. Pure.

Their zone is known by the state of their address, else by the area code of their phone; of a state
or an area code in two zones it must be day in both. Where neither is known it is the practice's.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

BEGINS, ENDS = time(8), time(21)
"""47 CFR 64.1200(c)(1), by the clock on the patient's wall."""

STATES: dict[str, str] = {
    "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC TN VA VT WV",
    "America/Chicago": "AL AR FL IA IL IN KS KY LA MI MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID KS MT ND NE NM NV OR SD TX UT WY",
    "America/Los_Angeles": "CA ID NV OR WA",
    "America/Phoenix": "AZ",
    "America/Anchorage": "AK",
    "America/Adak": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
}

AREA_CODES: dict[str, str] = {
    "America/New_York": (
        "201 202 203 207 212 215 216 219 220 223 227 229 231 234 239 240 248 252 260 267 269 270 "
        "272 276 283 301 302 304 305 313 315 317 321 324 326 329 330 332 336 339 347 351 352 363 "
        "364 380 386 401 404 407 410 412 413 419 423 434 440 443 445 448 463 470 472 475 478 484 "
        "502 508 513 516 517 518 540 551 561 567 570 571 574 582 585 586 603 606 607 609 610 614 "
        "616 617 631 640 645 646 656 667 678 680 681 686 703 704 706 716 717 718 724 727 728 732 "
        "734 740 743 754 757 762 765 770 771 772 774 781 786 802 803 804 810 812 813 814 821 826 "
        "828 835 838 839 843 845 848 850 854 856 857 859 860 862 863 864 865 878 904 906 908 910 "
        "912 914 917 919 929 930 934 937 941 943 947 948 954 959 973 978 980 984 989"
    ),
    "America/Chicago": (
        "205 210 214 217 218 219 224 225 228 235 251 254 256 262 270 274 281 308 309 312 314 316 "
        "318 319 320 325 327 331 334 337 346 353 361 402 405 409 414 417 423 430 432 447 464 469 "
        "479 501 504 507 512 515 531 534 539 557 563 572 573 580 601 605 608 612 615 618 620 629 "
        "630 636 641 651 659 660 662 682 689 701 708 712 713 715 726 730 731 737 763 769 773 779 "
        "785 806 815 816 817 830 832 847 850 870 872 901 903 906 913 915 918 920 931 936 938 940 "
        "945 952 956 972 975 979 985"
    ),
    "America/Denver": (
        "208 303 307 308 385 406 435 505 541 575 605 620 701 719 720 748 775 785 801 915 970 983 "
        "986"
    ),
    "America/Los_Angeles": (
        "206 208 209 213 253 279 310 323 341 350 360 369 408 415 424 425 442 458 503 509 510 530 "
        "541 559 562 564 619 626 628 650 657 661 669 702 707 714 725 738 747 760 775 805 818 820 "
        "831 840 858 909 916 925 949 951 971 986"
    ),
    "America/Phoenix": "480 520 602 623 928",
    "America/Anchorage": "907",
    "America/Adak": "907",
    "America/Puerto_Rico": "340 787 939",
    "Pacific/Honolulu": "808",
    "Pacific/Guam": "670 671",
    "Pacific/Pago_Pago": "684",
}  # fmt: skip


def zones_of(state: str, number: str, otherwise: str) -> tuple[str, ...]:
    """The zones that somebody of this address and this phone (E.164) may be in."""
    known = _known().get(state.strip().upper())
    if known is None and number.startswith("+1"):
        known = _known().get(number[2:5])
    return known or (otherwise,)


@cache
def _known() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for table in (STATES, AREA_CODES):
        for zone, words in table.items():
            for word in words.split():
                found[word] = (*found.get(word, ()), zone)
    return found


def by_day(zones: Sequence[str], now: datetime) -> datetime:
    """The instant, or the first after it at which it is day in all of the zones."""
    at = now
    while (later := max(_next(zone, at) for zone in zones)) > at:
        at = later
    return at


def is_day(zones: Iterable[str], now: datetime) -> bool:
    """Whether they may be written to at this instant."""
    return all(_next(zone, now) == now for zone in zones)


def _next(zone: str, at: datetime) -> datetime:
    local = at.astimezone(ZoneInfo(zone))
    if BEGINS <= local.time() < ENDS:
        return at
    day = local.date() + timedelta(days=0 if local.time() < BEGINS else 1)
    return datetime.combine(day, BEGINS, tzinfo=ZoneInfo(zone)).astimezone(UTC)
