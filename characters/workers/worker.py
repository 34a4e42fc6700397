"""One worker process: it is started, answers one request, and ends."""

import contextlib
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Sequence

_CHUNK = 2**18  # bytes
# glibc asks for huge pages, where the system gives them on request: a fresh process spends less
# time on its first use of memory. A portrait of 2 megapixels takes 0.85 of the time.
_ENVIRONMENT = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
# Signals of the system to a process that used all its time, or more memory than there is.
_OF_LIMITS = {signal.SIGXCPU, signal.SIGKILL}


class WorkerFailed(Exception):
    """The worker crashed or gave no valid answer; the text is for the log."""


class LimitReached(WorkerFailed):
    """The job needed more memory or time than a worker has."""


class Worker:
    """A worker process with a socket to it. It belongs to no event loop.

    Raises OSError where no process can be started.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._socket, theirs = socket.socketpair()
        try:
            end = theirs.fileno()
            self._process = subprocess.Popen(  # noqa: S603 - `process.py` makes the command
                command,
                stdin=end,
                stdout=end,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                cwd="/",
            )
        except OSError:
            self._socket.close()
            raise
        finally:
            theirs.close()
        self._started_at = time.monotonic()
        self._in_use = threading.Lock()

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self._started_at

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def exchange(self, request: Sequence[bytes], answer_limit: int, seconds: float) -> bytearray:
        """The answer to a request. Blocks; call it in a thread. The worker has ended afterwards.

        Raises WorkerFailed, LimitReached.
        """
        try:
            with self._in_use:
                deadline = time.monotonic() + seconds
                self._send(request, deadline)
                answer = self._receive(answer_limit, deadline)
                status = self._process.wait(_left(deadline))
        except (TimeoutError, subprocess.TimeoutExpired):
            raise LimitReached(f"it ran for more than {seconds} s") from None
        finally:
            self.end()
        if status < 0:
            error = LimitReached if -status in _OF_LIMITS else WorkerFailed
            raise error(signal.Signals(-status).name)
        if status > 0:
            raise WorkerFailed(f"exit status {status}")
        return answer

    def kill(self) -> None:
        """Stops the process, so that `exchange` in another thread returns at once."""
        self._process.kill()

    def end(self) -> None:
        """Stops the process, waits for its end, and closes the socket; may be repeated."""
        self.kill()
        with self._in_use:
            self._process.wait()
            self._socket.close()

    def _send(self, request: Sequence[bytes], deadline: float) -> None:
        # A worker that ended early shows the reason in its status.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for part in request:
                self._socket.settimeout(_left(deadline))
                self._socket.sendall(part)
            self._socket.shutdown(socket.SHUT_WR)

    def _receive(self, answer_limit: int, deadline: float) -> bytearray:
        answer = bytearray()
        with contextlib.suppress(ConnectionResetError):
            while True:
                self._socket.settimeout(_left(deadline))
                chunk = self._socket.recv(_CHUNK)
                if not chunk:
                    break
                answer += chunk
                if len(answer) > answer_limit:
                    raise WorkerFailed(f"an answer of more than {answer_limit} bytes")
        return answer


def _left(deadline: float) -> float:
    """Seconds until then. Raises TimeoutError where none are left."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
