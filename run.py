#!/usr/bin/env python3
"""Run ClearChart with two commands: `python3 run.py demo` and `python3 run.py test`.

Any Python can read this file, so that one which is too old says so. The work is done by
config/embedded: environment.py makes `.venv`, and cli.py holds the commands.
"""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - it is what old Pythons are told
    sys.exit(
        "run.py: ClearChart needs Python 3.11 or newer; this is Python " + sys.version.split()[0]
    )

import runpy

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - old Pythons read this

if __name__ == "__main__":
    launcher = runpy.run_path(os.path.join(HERE, "config", "embedded", "environment.py"))  # noqa: PTH118
    sys.exit(launcher["main"](sys.argv[1:]))
