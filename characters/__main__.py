"""The operator's command line: `python -m characters --help`."""

import signal
import sys
from importlib import import_module

INTERRUPTED = 130  # 128 and SIGINT, as shells count


def main() -> int:
    """The exit status. Ctrl-C or SIGTERM ends it with a sentence, even while the commands are still being imported."""
    try:
        signal.signal(signal.SIGTERM, _interrupt)
        status: int = import_module("characters.cli.commands").main()
    except KeyboardInterrupt:
        status = INTERRUPTED
    if status == INTERRUPTED:
        sys.stderr.write("Stopped; nothing is half done. Run the same command again to go on.\n")
    return status


def _interrupt(*_: object) -> None:
    signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
