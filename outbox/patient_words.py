"""What patients are told. The words say nothing about anybody: no name, day, test or specialty,
only who writes and where to call. Pure.

Each template has a short text for a phone, and a longer one for mail, portal, letter or a call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from outbox.consent import PatientWay
from outbox.wire.faults import gettext_noop as _


class Template(StrEnum):
    NUDGE = "nudge"
    NUDGE_AGAIN = "nudge-again"
    CONFIRM = "confirm"
    MISSED = "missed"
    NEWS = "news"
    CALL_US = "call-us"
    FREE = "free"
    """A member's own words."""
    ANSWER = "answer"
    """What is said back to a text at once."""


@dataclass(frozen=True, slots=True)
class Words:
    """A template as it is filled in: `{practice}` and `{phone}` alone."""

    name: str
    subject: str
    short: str
    long: str


TEMPLATES: Mapping[Template, Words] = {
    Template.NUDGE: Words(
        _("A referral was made: please book"), _("Your care team made a referral for you"),
        _("{practice}: we made a referral for you. Text BOOKED once you have a visit, CALL for "
          "help, or phone {phone}. STOP ends texts."),
        _("Your care team made a referral for you. Please book your visit. If you have booked, or "
          "would like help, call us at {phone}. We are glad to help."),
    ),
    Template.NUDGE_AGAIN: Words(
        _("Not booked yet: can we help?"), _("Can we help you book your visit?"),
        _("{practice}: we have not heard of your visit yet. Text BOOKED if you have one, CALL for "
          "help, or phone {phone}. STOP ends texts."),
        _("We have not heard yet that your visit is booked. If it is, please tell us. If "
          "something is in the way, call us at {phone} and we will help."),
    ),
    Template.CONFIRM: Words(
        _("Please confirm your visit"), _("Please confirm your visit"),
        _("{practice}: will you keep your visit? Text C to confirm or R to change it, or phone "
          "{phone}. STOP ends texts."),
        _("You have a visit coming up. Please call us at {phone} to confirm it, or to change it."),
    ),
    Template.MISSED: Words(
        _("A visit was missed"), _("Let us find another time"),
        _("{practice}: it seems that a visit was missed. Text CALL and we will help you find "
          "another time, or phone {phone}. STOP ends texts."),
        _("It seems that a visit was missed or cancelled. Please call us at {phone}, and we will "
          "help you find another time."),
    ),
    Template.NEWS: Words(
        _("There is news for you"), _("There is news for you"),
        _("{practice}: there is news for you. See it in your patient portal, or phone {phone}. "
          "STOP ends texts."),
        _("There is news for you from your care team. See it in your patient portal, or call us "
          "at {phone}."),
    ),
    Template.CALL_US: Words(
        _("Please call us"), _("Please call us"),
        _("{practice}: please call us at {phone}. It is not an emergency. STOP ends texts."),
        _("Please call us at {phone} when you can. It is not an emergency."),
    ),
}  # fmt: skip

OWN_SUBJECT = _("A message from your care team")
OWN_SHORT = _("{practice}: {words} Phone: {phone}.")
OWN_LONG = _("{words}\n\nYou can call us at {phone}.")

THANKS = _("{practice}: thank you, we noted it. Questions? Phone {phone}.")
WILL_CALL = _("{practice}: thank you. We will call you. You can also phone {phone}.")
WILL_READ = _(
    "{practice}: thank you. A person will read this. To talk to us phone {phone}; in an emergency "
    "call 911."
)
EXPLAINED = _(
    "{practice}: text BOOKED if you have a visit, C to confirm one, CALL to be called. Phone "
    "{phone}. STOP ends texts."
)
BACK_ON = _("{practice}: texts are on again. Phone {phone}. STOP ends texts.")


def is_short(way: PatientWay) -> bool:
    """Whether it goes to a phone's screen."""
    return way is PatientWay.SMS
