"""Jobs that try, from within a worker process, what it must not be able to do."""

import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from characters.workers.exchange import Message


def attempt(files: Sequence[bytes], *, what: str) -> Message:
    """What `what` returns, as `had`, or the error, as `denied`; the file is its argument."""
    try:
        return Message({"had": repr(ATTEMPTS[what](files[0].decode()))})
    except (OSError, ValueError, MemoryError, ImportError) as error:
        return Message({"denied": type(error).__name__})


def parent(file: str) -> Path:
    return Path(f"/proc/{os.getppid()}/{file}")


def run_shell(command: str) -> None:
    """Without Python's own pipes."""
    if os.system(command) != 0:  # noqa: S605 - a shell is what is tried
        raise OSError("no shell could run the command")


ATTEMPTS: dict[str, Callable[[str], Any]] = {
    "read a file": lambda path: Path(path).read_text(),
    "write a file": lambda path: Path(path).write_text("written"),
    "read the bot's environment": lambda _: parent("environ").read_text(),
    "read the bot's memory": lambda _: parent("mem").read_bytes(),
    "connect": lambda port: socket.create_connection(("127.0.0.1", int(port))),
    "open a socket": lambda _: socket.socket(),
    "start a process": lambda _: os.fork(),
    "start a program": lambda _: subprocess.run(["/bin/true"], check=True),
    "run a shell": lambda _: run_shell("exit 0"),
    "raise its limits": lambda _: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    "import a module": lambda _: __import__("xmlrpc.client"),
    "use much memory": lambda _: len(bytearray(2**30)),
    "see its environment": lambda _: dict(os.environ),
    "see where it runs": lambda _: [str(Path.cwd()), sys.flags.isolated],
    "see its limits": lambda _: [
        resource.getrlimit(each)[0] for each in (resource.RLIMIT_AS, resource.RLIMIT_CPU)
    ],
}
