"""What can go wrong with an EHR's server. Each text is a constant sentence, fit for a screen."""

from outbox.wire.faults import AddressRefused, Unreachable
from outbox.wire.faults import Fault as EhrFault
from outbox.wire.faults import gettext_noop as _

__all__ = [
    "AddressRefused", "Busy", "EhrFault", "Gone", "Malformed", "Refused", "SignInRefused",
    "Unreachable",
]  # fmt: skip


class Busy(EhrFault):
    """The server asks us to come back later, or is in trouble itself."""

    phrase = _("The server is busy.")

    def __init__(self, phrase: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(phrase)
        self.retry_after_s = retry_after_s


class Gone(EhrFault):
    """There is no such resource on the server, or none any more."""

    phrase = _("The server has no such resource.")


class SignInRefused(EhrFault):
    """The server does not accept who we say we are."""

    phrase = _("The server does not accept our sign-in. Check the client id and the keys.")


class Refused(EhrFault):
    """The server understood, and will not."""

    phrase = _("The server refused the request.")


class Malformed(EhrFault):
    """The answer is not what FHIR or SMART says that it is."""

    phrase = _("The answer is not FHIR.")
