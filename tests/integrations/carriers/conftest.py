"""The fixtures of `tests.referrals.sending.street`."""

from tests.referrals.sending.street import elm, hisp, house, now

__all__ = ["elm", "hisp", "house", "now"]
