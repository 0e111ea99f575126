"""Every write that a notification makes: `taking` brings its parts together, `hearing` notes that a
subscription lives, `counting` which of its events never came."""

from integrations.notifications.operations.counting import settle
from integrations.notifications.operations.taking import Told, hear_again, take_in

__all__ = ["Told", "hear_again", "settle", "take_in"]
