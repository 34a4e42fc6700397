"""The lock on the folder of the embedded Valkey, which a bot or a command holds."""

import asyncio
import contextlib
import json
import logging
import os
import socket
from pathlib import Path
from typing import IO, NamedTuple

from characters.errors import OperatorError

BOT, COMMAND = "bot", "command"
COMMAND_SECONDS = 600.0  # to wait for a command

log = logging.getLogger(f"game_characters.{__name__}")


class Holder(NamedTuple):
    """Who has locked the folder, as it stands in the lock file.

    `server` is the process id of the Valkey that it has started, or 0.
    """

    kind: str
    pid: int
    host: str
    server: int = 0

    @property
    def has_ended(self) -> bool:
        """True where the holder is gone and its server still runs; False where nobody can say."""
        if self.host != socket.gethostname():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


def open_private(path: Path) -> IO[bytes]:
    """Opens a file to append to it; only its owner can read it."""
    path.touch(mode=0o600)
    return path.open("ab")


def open_lock(folder: Path) -> IO[bytes]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return open_private(folder / "lock")


async def acquire(lock: IO[bytes], data_dir: Path, seconds: float, kind: str) -> None:
    """Locks the folder until every copy of the descriptor is closed.

    Waits `seconds` for a bot, and longer for a command. Raises OperatorError.
    """
    import fcntl  # noqa: PLC0415 - Windows has none, where our sentence is to be read

    loop = asyncio.get_running_loop()
    start, logged = loop.time(), False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _read(Path(lock.name))
            is_at_work = holder.kind == COMMAND and not holder.has_ended
            if loop.time() - start > (max(seconds, COMMAND_SECONDS) if is_at_work else seconds):
                raise OperatorError(_refusal(holder, data_dir)) from None
            if is_at_work and not logged:
                logged = True
                log.warning("A command is at work in %s; waiting until it has ended", data_dir)
            await asyncio.sleep(0.05)
        else:
            note_holder(lock, kind)
            return


def note_holder(lock: IO[bytes], kind: str, server: int = 0) -> None:
    """Writes into the lock file that this process has locked it, and which server it runs."""
    lock.truncate(0)
    lock.write(json.dumps(Holder(kind, os.getpid(), socket.gethostname(), server)).encode())
    lock.flush()


def lock_holder(folder: Path) -> Holder | None:
    """Who has locked the folder; None where nobody has."""
    import fcntl  # noqa: PLC0415 - as above

    try:
        with (folder / "lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(folder / "lock")
    except OSError:  # no folder, or not ours: starting a server there says what is wrong
        return None
    return None


def _read(lock: Path) -> Holder:
    """What the holder wrote; it may just be writing."""
    with contextlib.suppress(ValueError, TypeError):
        return Holder(*json.loads(lock.read_bytes()))
    return Holder("bot or command", 0, "")


def _refusal(holder: Holder, data_dir: Path) -> str:
    if holder.has_ended:
        server = f"Valkey (process {holder.server})" if holder.server else "Valkey"
        return (
            f"The data folder {data_dir} is still in use by the {server} of a {holder.kind} that "
            "has ended: end that process, or set DATA_DIR to another folder."
        )
    process = f" (process {holder.pid} on {holder.host})" if holder.pid else ""
    return (
        f"The data folder {data_dir} is already in use by a {holder.kind}{process}: stop it, or "
        "set DATA_DIR to another folder."
    )
