"""The platforms on which this package works: Linux and macOS."""

import sys

from characters.errors import OperatorError


class UnsupportedPlatform(OperatorError, ImportError):
    """The sentence says where the package works instead."""


def check_platform() -> None:
    """Raises UnsupportedPlatform on Windows.

    The files of strangers are read in worker processes with limits that Windows does not have, and
    a portrait is made durable in a way that Windows refuses.
    """
    if sys.platform == "win32":
        raise UnsupportedPlatform(
            "Windows is not supported: run this in WSL or in a Linux container."
        )
