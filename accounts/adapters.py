"""How people sign in: staff are admitted by their practice; nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class StaffOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """No open sign-up."""

    def is_open_for_signup(self, request: Any) -> bool:  # noqa: ARG002
        """Never: a practice manager admits people."""
        return False
