"""Whoever is told something hears it in their own language, whoever or whatever tells it."""

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation

from accounts.models import Membership


def speaking_to(member: Membership | None) -> AbstractContextManager[None]:
    """Words within are in the member's language; to nobody in particular in English."""
    return translation.override(member.spoken if member else settings.LANGUAGE_CODE)
