"""What narrows a list of tasks: codes and ids, never a word about a patient. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from charts.values import Severity
from routing.categories import Category

SEVERITIES: Mapping[str, tuple[str, ...]] = {
    "critical": (Severity.CRITICAL,),
    "abnormal": (Severity.ABNORMAL,),
    "unflagged": (Severity.UNKNOWN,),
    "routine": (Severity.NORMAL, ""),
}
OVERDUE = "overdue"


def is_id(text: str) -> bool:
    """Whether it is written as we write ids."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


KNOWN: Mapping[str, Callable[[str], bool]] = {
    "type": lambda text: text in {category.value for category in Category},
    "sev": lambda text: text in SEVERITIES,
    "queue": is_id,
    "loc": is_id,
    "owner": is_id,
    "due": lambda text: text == OVERDUE,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Each empty where it narrows nothing."""

    sev: str = ""
    type: str = ""
    queue: str = ""
    loc: str = ""
    owner: str = ""
    due: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Filters":
        """Whatever is not one of our codes or ids narrows nothing."""
        return cls(**{name: given[name] for name, known in KNOWN.items()
                      if known(given.get(name, ""))})  # fmt: skip

    def given(self) -> dict[str, str]:
        """Those that narrow."""
        return {name: value for name, value in asdict(self).items() if value}

    def __bool__(self) -> bool:
        """Whether any does."""
        return bool(self.given())
