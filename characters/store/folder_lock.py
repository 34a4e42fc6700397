"""The lock on the folder of the embedded Valkey, which a bot or a command holds."""

import asyncio
import logging
from pathlib import Path
from typing import IO

from characters.errors import OperatorError

COMMAND = "command"  # what a command writes into the lock file; a bot writes "bot"
COMMAND_SECONDS = 600.0  # to wait for a command

log = logging.getLogger(f"game_characters.{__name__}")


def open_private(path: Path) -> IO[bytes]:
    """Opens a file to append to it; only its owner can read it."""
    path.touch(mode=0o600)
    return path.open("ab")


def open_lock(folder: Path) -> IO[bytes]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return open_private(folder / "lock")


async def acquire(lock: IO[bytes], data_dir: Path, seconds: float, holder: str) -> None:
    """Locks the folder until every copy of the descriptor is closed.

    Waits `seconds` for a bot, and longer for a command. Raises OperatorError.
    """
    import fcntl  # noqa: PLC0415 - Windows has none, and must be able to import this module

    loop = asyncio.get_running_loop()
    start, logged = loop.time(), False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            by_command = _is_command(Path(lock.name))
            limit = max(seconds, COMMAND_SECONDS) if by_command else seconds
            if loop.time() - start > limit:
                raise OperatorError(
                    f"Another bot or command is already using the data folder {data_dir}: stop "
                    "it, or set DATA_DIR to another folder."
                ) from None
            if by_command and not logged:
                logged = True
                log.warning("A command is at work in %s; waiting until it has ended", data_dir)
            await asyncio.sleep(0.05)
        else:
            lock.truncate(0)
            lock.write(holder.encode())
            lock.flush()
            return


def lock_holder(folder: Path) -> str | None:
    """Who has locked the folder, "bot" or "command"; None where nobody has."""
    import fcntl  # noqa: PLC0415 - as above

    try:
        with (folder / "lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return COMMAND if _is_command(folder / "lock") else "bot"
    except OSError:  # no folder, or not ours: starting a server there says what is wrong
        return None
    return None


def _is_command(lock: Path) -> bool:
    return lock.read_bytes() == COMMAND.encode()
