"""What each vendor's feeds are like, as data: a profile for each, which a feed may override."""

from integrations.vendors.known import PROFILES, STANDARD, named
from integrations.vendors.profile import Profile
from integrations.vendors.quirks import BadQuirks, checked, compiled

__all__ = ["PROFILES", "STANDARD", "BadQuirks", "Profile", "checked", "compiled", "named"]
