"""The operator's command line: `python -m characters --help`."""

import signal
import sys
from importlib import import_module

from characters.extras import MissingExtra, needed_for

INTERRUPTED = 130  # 128 and SIGINT, as shells count


def main() -> int:
    """The exit status. Ctrl-C or SIGTERM ends it with a sentence, also during the imports."""
    try:
        signal.signal(signal.SIGTERM, _interrupt)
        with needed_for("The command line", "cli"):
            commands = import_module("characters.cli.commands")
        status: int = commands.main()
    except MissingExtra as error:
        sys.stderr.write(f"{error}\n")
        status = 1
    except KeyboardInterrupt:
        status = INTERRUPTED
    if status == INTERRUPTED:
        sys.stderr.write("Stopped; nothing is half done. Run the same command again to go on.\n")
    return status


def _interrupt(*_: object) -> None:
    signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
