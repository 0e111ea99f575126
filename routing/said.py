"""Words of ours that a row keeps: in English, and said in the language of whoever reads them."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

GRADES = (_("critical"), _("abnormal"), _("unknown"), _("normal"))
"""Severities, as refusals name them."""


def said(kept: str) -> str:
    """A reason or a title that a row keeps. What people wrote stays as they wrote it."""
    return gettext(kept) if kept else ""
