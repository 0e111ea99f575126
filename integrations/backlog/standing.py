"""The words by which EHR exports say kind, status, flag and billing. Pure tables."""

from charts.values import ItemKind, ItemStatus, Severity

KIND_WORDS: dict[str, ItemKind] = {
    **dict.fromkeys(("result", "lab", "lab result", "test result", "imaging", "radiology",
                     "pathology"), ItemKind.RESULT),
    **dict.fromkeys(("order", "unsigned order", "lab order", "imaging order"), ItemKind.ORDER),
    **dict.fromkeys(("note", "document", "encounter", "visit note", "progress note", "soap note",
                     "chart", "open encounter", "unsigned note", "session note"),
                    ItemKind.DOCUMENT),
    **dict.fromkeys(("referral", "consult"), ItemKind.REFERRAL),
    **dict.fromkeys(("refill", "refill request", "rx", "prescription"), ItemKind.REFILL),
    **dict.fromkeys(("message", "task", "form", "letter"), ItemKind.MESSAGE),
}  # fmt: skip

_OPEN = ("", "open", "pending", "new", "in progress", "incomplete", "overdue", "outstanding",
         "active", "unreviewed", "needs review", "unsigned", "needs signature", "to do",
         "not signed", "awaiting review", "pending review", "pending signature")  # fmt: skip
_ENDED = ("closed", "done", "signed", "reviewed", "acknowledged", "cancelled", "canceled",
          "withdrawn", "deleted", "void", "voided", "entered in error", "co signed", "cosigned",
          "resolved", "declined", "denied")  # fmt: skip

_OPEN_AS: dict[ItemKind, ItemStatus] = {
    ItemKind.RESULT: ItemStatus.FINAL,
    ItemKind.ORDER: ItemStatus.DRAFT,
    ItemKind.DOCUMENT: ItemStatus.PRELIMINARY,
    ItemKind.REFERRAL: ItemStatus.ACTIVE,
    ItemKind.REFILL: ItemStatus.ACTIVE,
    ItemKind.MESSAGE: ItemStatus.ACTIVE,
}

_OF_RESULTS: dict[str, ItemStatus | None] = {
    "final": ItemStatus.FINAL, "resulted": ItemStatus.FINAL, "completed": ItemStatus.FINAL,
    "complete": ItemStatus.FINAL, "preliminary": ItemStatus.PRELIMINARY,
    "partial": ItemStatus.PRELIMINARY, "corrected": ItemStatus.CORRECTED,
    "amended": ItemStatus.AMENDED,
}  # fmt: skip
"""A result that is complete is what somebody has to read."""
_OF_OTHERS: dict[str, ItemStatus | None] = dict.fromkeys(("final", "completed", "complete"))
_DRAFTS = ("draft", "preliminary")

BILLED = {
    **dict.fromkeys(("yes", "y", "true", "t", "1", "billed", "x", "sent", "invoiced"), "yes"),
    **dict.fromkeys(("no", "n", "false", "f", "0", "unbilled", "not billed", "not sent"), "no"),
}

FLAGS: dict[str, Severity] = {
    **dict.fromkeys(("critical", "hh", "ll", "aa", "panic", "critical high", "critical low"),
                    Severity.CRITICAL),
    **dict.fromkeys(("abnormal", "a", "h", "l", "high", "low", "yes", "y", "true"),
                    Severity.ABNORMAL),
    **dict.fromkeys(("normal", "n", "within range"), Severity.NORMAL),
    **dict.fromkeys(("unknown", "unflagged", "none"), Severity.UNKNOWN),
}  # fmt: skip


def status_of(kind: ItemKind, said: str) -> tuple[ItemStatus | None, bool]:
    """The status of an item (None: nothing is left to do), and whether the word is known."""
    if said in _OPEN:
        return _OPEN_AS[kind], True
    if said in _ENDED:
        return None, True
    if kind in (ItemKind.ORDER, ItemKind.DOCUMENT) and said in _DRAFTS:
        return _OPEN_AS[kind], True
    words = _OF_RESULTS if kind == ItemKind.RESULT else _OF_OTHERS
    return words.get(said), said in words
