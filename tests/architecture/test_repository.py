"""What is kept in the repository: no address of a registry, no machine's path, no secret."""

import codecs
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.databases import ROOT

pytestmark = pytest.mark.skipif(
    not (ROOT / ".git").exists() or shutil.which("git") is None,
    reason="the list of files is git's: a copy without it has none",
)

BINARY = {".png", ".woff2", ".ico", ".jpg"}


def plain(*words: str) -> str:
    """Words kept turned by thirteen letters, so that this file does not hold them itself."""
    return "|".join(codecs.decode(word, "rot13") for word in words)


FORBIDDEN = {
    "an address of a registry": re.compile(
        plain(
            r"clcv\.bet", r"svyrf\.clgubaubfgrq\.bet", r"erfgevpgrq/fvzcyr", r"ertvfgel\.\j+\.\j+",
            r"/cnpxntrf/fvzcyr", r"cebkl\.tbynat",
        )
        + r"|https?://(?!127\.)[^\s/]+/simple\b",
        re.IGNORECASE,
    ),
    "a path of one machine": re.compile(
        r"(?<![\w.$}/])/(work|root|home|Users|tmp|mnt)/[\w.-]+/?[\w.-]*"
    ),
    "a word of whoever wrote it": re.compile(
        r"\b(" + plain("pynhqr", "naguebcvp", "bcranv", "pbcvybg", "yyz") + r")\b",
        re.IGNORECASE,
    ),
    "a number of an issue": re.compile(r"\bissue #?\d+\b", re.IGNORECASE),
    "a note of work left": re.compile(r"\b(" + plain("GBQB", "SVKZR", "KKK") + r")\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a key of a known service": re.compile(
        r"\b(AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|sk-[A-Za-z0-9]{20,}|xox[bp]-[\w-]{10,})"
    ),
    "a secret with a value": re.compile(
        r"""(?i)\b\w*(secret|password|passwd|token|api_?key)\w*["']?\s*[:=]\s*["']"""
        r"""(?=[^"']*\d)(?=[^"']*[a-z])[\w+/=-]{20,}["']"""
    ),
}  # fmt: skip

PLANTED = {
    "an address of a registry": plain("uggcf://clcv.bet/cebwrpg/k"),
    "a path of one machine": "open('/home" + "/ann/feed.hl7')",
    "a word of whoever wrote it": plain("jevggra ol Pynhqr"),
    "a number of an issue": "see issue" + " #12",
    "a note of work left": "# " + plain("GBQB") + ": later",
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "a key of a known service": "AKIA" + "ABCDEFGHIJKLMNOP",
    "a secret with a value": "API_KEY = " + "'9f8a7c6d5e4b3a2f1e0d9c8b'",
}

ALLOWED = {
    "a path of one machine": {"Dockerfile", "docker-compose.yml", ".ci/run"},
}
"""Containers have paths of their own."""


@cache
def tracked() -> dict[str, str]:
    """Every text file in git, by its path."""
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    names = [name for name in answer.stdout.decode().split("\0") if name]
    return {
        name: (ROOT / name).read_text(encoding="utf-8", errors="replace")
        for name in names
        if Path(name).suffix not in BINARY and "vendor" not in Path(name).parts
        and (ROOT / name).is_file()
    }  # fmt: skip


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_what_is_planted_is_found(kind):
    assert FORBIDDEN[kind].search(PLANTED[kind])


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_file_holds_it(kind):
    found = {
        name: match.group()
        for name, text in tracked().items()
        if name not in ALLOWED.get(kind, ()) and (match := FORBIDDEN[kind].search(text))
    }
    assert found == {}


def test_no_lock_that_holds_addresses_is_kept():
    assert [name for name in tracked() if re.search(r"(^|/)(uv\.lock|pylock.*\.toml)$", name)] == []
    assert all(
        "://" not in tracked()[name] for name in tracked() if name.startswith("requirements")
    )


def test_no_message_of_a_real_feed_is_kept():
    """Examples are ours: small, made up, and in their place."""
    kept = [name for name in tracked() if name.endswith((".hl7", ".ndjson", ".dump", ".sql.gz"))]
    assert all(name.startswith("tests/golden/") for name in kept)
