"""What can go wrong with an EHR's server. Each text is a constant sentence, fit for a screen."""


class EhrFault(Exception):
    """Something about the server or its answer. `phrase` is constant and holds nobody's data."""

    phrase = "The request failed."

    def __init__(self, phrase: str = "") -> None:
        self.phrase = phrase or type(self).phrase
        super().__init__(self.phrase)


class AddressRefused(EhrFault):
    """The address is none that we may send to; nothing was sent."""

    phrase = "The address is not one that ClearChart may send to."


class Unreachable(EhrFault):
    """No connection, no valid certificate, or no whole answer in time."""

    phrase = "The server could not be reached."


class Busy(EhrFault):
    """The server asks us to come back later, or is in trouble itself."""

    phrase = "The server is busy."

    def __init__(self, phrase: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(phrase)
        self.retry_after_s = retry_after_s


class Gone(EhrFault):
    """There is no such resource on the server, or none any more."""

    phrase = "The server has no such resource."


class SignInRefused(EhrFault):
    """The server does not accept who we say we are."""

    phrase = "The server does not accept our sign-in. Check the client id and the keys."


class Refused(EhrFault):
    """The server understood, and will not."""

    phrase = "The server refused the request."


class Malformed(EhrFault):
    """The answer is not what FHIR or SMART says that it is."""

    phrase = "The answer is not FHIR."
