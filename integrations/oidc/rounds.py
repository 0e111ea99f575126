"""One round: to the provider with questions that only its answer fits, and back. Pure.

What the answer must fit waits in the session, so that it is this browser's; it is good once.
"""

import base64
import hashlib
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Self
from urllib.parse import urlencode

from integrations.oidc.refusals import SignOnRefused, Why

WAITING = "sign_on_rounds"
MOST, GOOD_FOR = 5, timedelta(minutes=10)
"""Several tabs may be on their way at once."""

SCOPE = "openid email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What is kept until the person comes back."""

    practice: str
    state: str
    nonce: str
    verifier: str
    """Of the code (RFC 7636): whoever overhears the code cannot use it."""
    back: str
    """Where the person goes on, on this site."""
    again: bool
    """They prove once more who they are: to unlock, or before something that concerns keys."""
    begun: str

    @classmethod
    def begin(
        cls,
        session: MutableMapping[str, Any],
        *,
        practice: str,
        back: str,
        again: bool,
        now: datetime,
    ) -> Self:
        """A new one; the oldest is given up for it."""
        made = cls(
            practice=practice, state=token_urlsafe(24), nonce=token_urlsafe(24),
            verifier=token_urlsafe(48), back=back, again=again, begun=now.isoformat(),
        )  # fmt: skip
        session[WAITING] = [*session.get(WAITING, ()), asdict(made)][-MOST:]
        return made

    @classmethod
    def take_up(
        cls, session: MutableMapping[str, Any], *, practice: str, state: str, now: datetime
    ) -> Self:
        """The one that this answer belongs to.

        Raises:
            SignOnRefused: there is none.
        """
        waiting = [cls(**kept) for kept in session.get(WAITING, ())]
        session[WAITING] = [asdict(one) for one in waiting if one.state != state]
        for one in waiting:
            fresh = now - datetime.fromisoformat(one.begun) < GOOD_FOR
            if one.state == state and one.practice == practice and fresh:
                return one
        raise SignOnRefused(Why.STALE)

    def address(
        self, endpoint: str, *, client_id: str, redirect_uri: str, acr: str, hint: str, max_age: int
    ) -> str:
        """Where the person is sent: the provider's door with our questions."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "response_type": "code", "client_id": client_id, "redirect_uri": redirect_uri,
            "scope": SCOPE, "state": self.state, "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256", "max_age": 0 if self.again else max_age,
            "prompt": "login" if self.again else "", "acr_values": acr, "login_hint": hint,
        }  # fmt: skip
        query = urlencode({name: value for name, value in asked.items() if value != ""})
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"
