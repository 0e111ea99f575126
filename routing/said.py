"""Words of ours that a row keeps: in English, and said in the language of whoever reads them."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from routing.categories import BY_ABSENCE, LABELS, Category

GRADES = (_("critical"), _("abnormal"), _("unknown"), _("normal"))
"""Severities, as refusals name them."""

WHOSE_REPORT = _("Whose report is this")
ASKED = BY_ABSENCE | {
    Category.REFERRAL, Category.PRIOR_AUTHORIZATION, Category.ADMINISTRATIVE_MESSAGE,
}  # fmt: skip
"""Work whose title begins with words of ours, where it is asked of a person by us."""

NOT_PROCESSED = _("%(type)s from %(feed)s was not processed")


def title_of(category: str, kept: str) -> str:
    """A task's title: what did not come is our word, what it is about is the source's."""
    kind = Category(category)
    if kept == LABELS[kind]:
        return kind.label
    if kind is Category.QUARANTINED_MESSAGE:
        return _not_processed(kept)
    begins, colon, about = kept.partition(": ")
    return f"{spoken(begins)}{colon}{about}" if kind in ASKED else kept


def spoken(kept: str) -> str:
    """A reason or a name that a row keeps. What people wrote stays as they wrote it."""
    return gettext(kept) if kept else ""


def _not_processed(kept: str) -> str:
    """`ORU^R01 from Quest lab was not processed`."""
    message, _from, feed = kept.partition(" from ")
    feed, ends, rest = feed.partition(" was not processed")
    return gettext(NOT_PROCESSED) % {"type": message, "feed": feed} if ends and not rest else kept
