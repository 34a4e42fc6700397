"""The operator's command line: `python -m characters --help`."""

import os
import signal
import sys
from importlib import import_module

from characters.errors import OperatorError
from characters.extras import needed_for
from characters.platforms import check_platform

INTERRUPTED = 130  # 128 and SIGINT, as shells count
STOPPED = "Stopped; nothing is half done. Run the same command again to go on.\n"


def main() -> int:
    """The exit status. Ctrl-C or SIGTERM ends it with a sentence, also during the imports."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)  # until the command begins to work
    try:
        check_platform()
        with needed_for("The command line", "cli"):
            commands = import_module("characters.cli.commands")
        status: int = commands.main()
    except OperatorError as error:
        sys.stderr.write(f"{error}\n")
        status = 1
    except KeyboardInterrupt:
        status = INTERRUPTED
    if status == INTERRUPTED:
        sys.stderr.write(STOPPED)
    return status


def _stop(*_: object) -> None:
    """Ends the process at once: an exception may be lost in the middle of an import."""
    sys.stderr.write(STOPPED)
    sys.stderr.flush()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())
