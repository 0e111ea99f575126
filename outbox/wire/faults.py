"""What can go wrong with another server. Each text is a constant sentence, fit for a screen."""


def gettext_noop(phrase: str) -> str:
    """Puts a sentence into the catalogue; whoever shows it says it in the reader's language."""
    return phrase


class Fault(Exception):
    """Something about the server or its answer. `phrase` is constant and holds nobody's data."""

    phrase = gettext_noop("The request failed.")

    def __init__(self, phrase: str = "") -> None:
        self.phrase = phrase or type(self).phrase
        super().__init__(self.phrase)


class AddressRefused(Fault):
    """The address is none that we may send to; nothing was sent."""

    phrase = gettext_noop("The address is not one that ClearChart may send to.")


class Unreachable(Fault):
    """No connection, no valid certificate, or no whole answer in time."""

    phrase = gettext_noop("The server could not be reached.")


class NotConnected(Unreachable):
    """No connection came to be: certainly nothing was sent."""


class TooLarge(Fault):
    """The answer is larger than anybody needs."""

    phrase = gettext_noop("The answer is too large.")
