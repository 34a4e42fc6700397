"""Who has the folder of the embedded Valkey: a bot for long, or a command that will soon be done."""

import asyncio
import logging
from pathlib import Path
from typing import IO

from characters.errors import OperatorError

log = logging.getLogger(__name__)

COMMAND = "command"
COMMAND_SECONDS = 600.0  # that is worth waiting for: then the operator should look


def open_private(path: Path) -> IO[bytes]:
    path.touch(mode=0o600)
    return path.open("ab")


def open_lock(folder: Path) -> IO[bytes]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return open_private(folder / "lock")


async def claim(lock: IO[bytes], data_dir: Path, seconds: float, holder: str) -> None:
    """Locks for as long as any copy of the descriptor is open. Waits for a bot `seconds`, for a command longer.

    Raises OperatorError.
    """
    import fcntl  # noqa: PLC0415 - Windows has none; there this module still imports, and `embedded` has the word

    loop = asyncio.get_running_loop()
    start, told = loop.time(), False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited, by_command = loop.time() - start, is_command(Path(lock.name))
            if waited > (max(seconds, COMMAND_SECONDS) if by_command else seconds):
                raise OperatorError(
                    f"Another bot or command is already using the data folder {data_dir}: stop it, "
                    "or set DATA_DIR to another folder."
                ) from None
            if by_command and not told:
                told = True
                log.warning(
                    "A command is at work in the data folder %s; waiting until it has ended",
                    data_dir,
                )
            await asyncio.sleep(0.05)
        else:
            lock.truncate(0)
            lock.write(holder.encode())
            lock.flush()
            return


def holder_of(folder: Path) -> str | None:
    """What the process that has the folder says it is; None where nobody has it."""
    import fcntl  # noqa: PLC0415 - likewise

    try:
        with (folder / "lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return COMMAND if is_command(folder / "lock") else "bot"
    except OSError:  # no folder, or not ours: who starts a server there has the words
        return None
    return None


def is_command(lock: Path) -> bool:
    return lock.read_bytes() == COMMAND.encode()
