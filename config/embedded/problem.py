"""The one exception of the launcher."""


class CannotStart(Exception):
    """What is wrong, as one sentence that says what to do."""
