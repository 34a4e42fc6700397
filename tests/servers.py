"""Servers of a test's own: each can be killed, and started again on the same data."""

import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import RedisError

from characters.store.valkey_process import ENVIRONMENT

START_SECONDS = 30.0


def redis_binary() -> str:
    """Debian's Redis 7.0, the lowest version that the README names, where CI runs."""
    binary = shutil.which("redis-server")
    assert binary, "the tests need Redis: install redis-server (Debian, Ubuntu) or redis"
    return binary


def self_signed(folder: Path, *names: str) -> Path:
    """A certificate for hosts, in one file with its key; nobody vouches for it."""
    openssl = shutil.which("openssl")
    assert openssl, "the tests make certificates with openssl: install it"
    pem = folder / f"{names[0]}.pem"
    how = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=site -addext {_alternative(*names)}"
    subprocess.run(
        [openssl, *how.split(), "-keyout", pem, "-out", pem], check=True, capture_output=True
    )
    return pem


def _alternative(*names: str) -> str:
    kinds = [("IP" if name[0].isdigit() else "DNS", name) for name in names]
    return "subjectAltName=" + ",".join(f"{kind}:{name}" for kind, name in kinds)


class Server:
    """A Redis or Valkey at a socket in `folder`, or at a port of this machine.

    `folder` has a short path, as the socket's has a limit. With `--appendonly yes`, every
    acknowledged change outlives `kill`.
    """

    def __init__(self, binary: str | Path, folder: Path, *options: str, port: int = 0) -> None:
        self.port = port
        self.url = f"redis://127.0.0.1:{port}" if port else f"unix://{folder}/server.sock"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._command = [str(binary), "--port", str(port), "--bind", "127.0.0.1", *options]
        if not port:
            self._command += ["--unixsocket", "server.sock"]

    def start(self) -> None:
        """Returns once the server answers."""
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
        )
        self.until(lambda node: bool(node.ping()))

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def restart(self) -> None:
        self.kill()
        self.start()

    def ask(self, *command: Any) -> Any:
        """The answer to one command."""
        with Redis.from_url(self.url, decode_responses=True) as node:
            return node.execute_command(*command)

    def until(self, holds: Callable[[Any], bool]) -> None:
        """Waits until something holds for a client of this server."""
        deadline = time.monotonic() + START_SECONDS
        with Redis.from_url(self.url, decode_responses=True) as node:
            while not _answer(holds, node):
                if time.monotonic() > deadline:
                    pytest.fail(f"the server at {self.url} did not start")
                time.sleep(0.01)

    def _end(self, how: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(how)
            self._process.wait()


def _answer(holds: Callable[[Any], bool], node: Any) -> bool:
    try:
        return holds(node)
    except RedisError:
        return False


def free_port() -> int:
    """A port that is free, as is the one of the cluster bus, 10,000 above.

    Both are below those that the system gives to connections.
    """
    while True:
        port = random.randint(10_000, 19_999)
        if _is_free(port) and _is_free(port + 10_000):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
