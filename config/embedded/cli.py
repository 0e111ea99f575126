"""The commands of run.py."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from config.embedded.demo import ROOT, DemoOptions, run_demo
from config.embedded.management import run_manage
from config.embedded.problem import CannotStart
from config.embedded.testing import run_checks, run_tests

DEFAULT_DATA = ROOT / ".clearchart"
INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        return run(arguments)
    except CannotStart as problem:
        print(f"run.py: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def run(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["test"]:  # everything after it is pytest's
        return run_tests(arguments[1:])
    options = parser().parse_args(arguments)
    if options.command == "check":
        return run_checks()
    if options.command == "manage":
        return run_manage(options.data, options.arguments or ["help"])
    return run_demo(
        DemoOptions(
            port=options.port,
            mllp_port=options.mllp_port,
            data=options.data,
            simulator=options.simulator,
            reset=options.reset,
            phone_port=options.phone_port,
            carrier_port=options.carrier_port,
        )
    )


def parser() -> argparse.ArgumentParser:
    everything = argparse.ArgumentParser(
        prog="run.py", description="Run ClearChart on one machine."
    )
    commands = everything.add_subparsers(dest="command", required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="the whole product with made-up people and a busy feed")
    add_data_option(demo)
    demo.add_argument("--port", type=int, default=8000, help="of the web server (8000)")
    demo.add_argument("--mllp-port", type=int, default=2575, help="of the first feed (2575)")
    demo.add_argument("--phone-port", type=int, default=8025, help="of the phones' page (8025)")
    demo.add_argument("--carrier-port", type=int, default=8026, help="faxes, SMTP, IMAP (8026)")
    demo.add_argument("--no-simulator", dest="simulator", action="store_false", help="quiet feeds")
    demo.add_argument("--reset", action="store_true", help="forget the data of earlier demos")
    commands.add_parser("test", help="run the tests; what follows goes to pytest")
    commands.add_parser("check", help="lint, types, import contracts, migrations")
    manage = commands.add_parser("manage", help="any management command, against the demo's data")
    add_data_option(manage)
    manage.add_argument("arguments", nargs=argparse.REMAINDER, help="of manage.py")
    return everything


def add_data_option(command: argparse.ArgumentParser) -> None:
    default = Path(os.environ.get("CLEARCHART_DATA", DEFAULT_DATA))
    command.add_argument("--data", type=Path, default=default, help="folder (.clearchart)")


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """The first signal begins the end; what follows must not disturb it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
