"""Why single sign-on did not let somebody in: what happened, and what to do about it."""

from django.utils.translation import gettext_lazy as _

from accounts.policy import Lack
from integrations.oidc.refusals import Why

AGAIN = _("Try again. If it happens twice, tell your IT the code below.")
TELL_IT = _("Your IT has to look at the set-up of single sign-on. Tell them the code below.")
ASK_MANAGER = _("Ask your practice manager to admit you with the address you sign in with there.")

REFUSALS = {
    Why.AWAY: (
        _("The sign-in of %(practice)s does not answer."),
        _("Wait a minute and try again. If it lasts, tell your IT."),
    ),
    Why.UNREADABLE: (_("The sign-in of %(practice)s answered something we cannot read."), TELL_IT),
    Why.CLIENT_REFUSED: (
        _("The sign-in of %(practice)s does not accept ClearChart's client id or secret."), TELL_IT,
    ),
    Why.CANCELLED: (
        _("You came back without signing in."),
        _("If you did not mean to, try again. If you were refused there, ask your IT for access."),
    ),
    Why.PROVIDER_REFUSED: (
        _("The sign-in of %(practice)s refused what ClearChart asked of it."), TELL_IT,
    ),
    Why.STALE: (
        _("This sign-in was begun too long ago, in another browser, or was used already."),
        _("Begin again."),
    ),
    Why.WRONG_ISSUER: (
        _("The answer came from another sign-in than that of %(practice)s."), TELL_IT,
    ),
    Why.WRONG_AUDIENCE: (_("The answer was meant for another product."), TELL_IT),
    Why.WRONG_NONCE: (_("The answer belongs to another sign-in."), AGAIN),
    Why.WRONG_SUBJECT: (_("The two answers we got are about different people."), TELL_IT),
    Why.BAD_SIGNATURE: (
        _("The answer is not signed by the sign-in of %(practice)s."), TELL_IT,
    ),
    Why.EXPIRED: (
        _("The answer had expired when it came."),
        _("Try again. If it happens each time, the clock of that sign-in is slow: tell your IT."),
    ),
    Why.CLOCK_SKEW: (
        _("The clocks of ClearChart and of the sign-in of %(practice)s differ by more than two "
          "minutes."),
        TELL_IT,
    ),
    Why.NO_EMAIL: (
        _("The sign-in of %(practice)s did not name your e-mail address."),
        _("Your IT has to let it send the claims email and email_verified."),
    ),
    Why.EMAIL_UNVERIFIED: (
        _("The sign-in of %(practice)s has not verified your e-mail address."),
        _("Verify it there, or ask your IT. ClearChart takes verified addresses only."),
    ),
    Why.NOT_A_MEMBER: (
        _("Nobody with your address works at %(practice)s here."), ASK_MANAGER,
    ),
    Why.NOT_FRESH: (
        _("The sign-in of %(practice)s did not ask you again who you are."),
        _("Confirm with your password instead, or sign out there and try again."),
    ),
    Why.SOMEBODY_ELSE: (
        _("You came back as somebody else than who is signed in here."),
        _("Sign out there first, or sign out here to change who works at this screen."),
    ),
    Why.SECRET_LOST: (
        _("ClearChart cannot open the secret of this sign-in any more."),
        _("Your practice manager has to enter it again under Security."),
    ),
}  # fmt: skip

LACKS = {
    Lack.SIGN_ON: _("%(practice)s lets people in by its own sign-in only."),
    Lack.ELSEWHERE: _(
        "You came by the sign-in of another practice. It counts there only; %(practice)s needs "
        "your password or a sign-in of its own."
    ),
    Lack.SECOND_STEP: _(
        "%(practice)s asks for a second step, and its sign-in has not shown one. Sign out, sign in "
        "with your password, and set one up; or ask your practice manager."
    ),
}
"""Why somebody who is signed in goes no further."""
