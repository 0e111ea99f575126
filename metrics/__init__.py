"""Numbers that must not change later: the day of a location, frozen, and what follows from it."""
