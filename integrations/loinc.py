"""The shape of a LOINC code: digits, a hyphen and a check digit (modulus 10). Pure."""

import re

_SHAPE = re.compile(r"[0-9]{1,7}-[0-9]")


def is_loinc(code: str) -> bool:
    """Whether this is a LOINC code by its shape and its check digit; nobody says it is in use."""
    if not _SHAPE.fullmatch(code):
        return False
    digits, _, check = code.partition("-")
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if position % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return (-total) % 10 == int(check)
