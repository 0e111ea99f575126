"""What `run.py demo` prints once it serves."""

from pathlib import Path
from typing import Any

RULE = "-" * 78


def banner(story: dict[str, Any], *, port: int, phone_port: int, logs: Path) -> str:
    """The address, who to sign in as, and how to send a message."""
    lines = [
        RULE,
        f"ClearChart is running at http://localhost:{port}/   (Ctrl-C stops everything)",
        "Everything in it is made up. Never put a real patient's data into a demo.",
        f"Six things to look at: http://localhost:{port}/demo/",
        RULE,
        *people_lines(story["people"]),
        RULE,
        f"Pages to phones arrive at http://localhost:{phone_port}/ and can be answered there.",
        *feed_lines(story["feeds"]),
        f"Logs: {logs}",
        RULE,
    ]
    return "\n".join(lines)


def people_lines(people: list[dict[str, str]]) -> list[str]:
    """A table: a practice's name once, then its people."""
    lines = []
    practice = ""
    for person in people:
        if person["practice"] != practice:
            practice = person["practice"]
            lines.append(practice)
        lines.append(
            f"  {person['name']:<22} {person['role']:<18} "
            f"{person['email']:<32} {person['password']}"
        )
    return lines


def feed_lines(feeds: list[dict[str, Any]]) -> list[str]:
    lines = [
        f"HL7 v2 over MLLP: localhost:{feed['mllp_port']}  ({feed['practice']}, {feed['name']})"
        for feed in feeds
        if feed.get("mllp_port")
    ]
    examples = [feed["curl"] for feed in feeds if feed.get("curl")]
    if examples:
        lines += ["Send a message by HTTP:", f"  {examples[0]}"]
    return lines
