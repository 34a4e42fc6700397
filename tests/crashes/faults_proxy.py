"""A proxy between a client and the store that does one thing wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum, auto
from pathlib import Path

CHUNK = 2**20  # bytes: every request of the tests is smaller, and is sent and read as one
DELAY = 0.1  # seconds


class Fault(StrEnum):
    """What happens to one request; with LOADING and REFUSAL, to all from then on."""

    DELAY = auto()
    STALL = auto()
    CUT = auto()
    LOST_ANSWER = auto()
    LOADING = auto()
    REFUSAL = auto()


class FaultsProxy:
    """Passes requests on, except for the `number`-th, with those of the client's handshake."""

    def __init__(self, server: Path, fault: Fault, number: int) -> None:
        self._server = server
        self._fault = fault
        self._number = number
        self._requests = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_reached(self) -> bool:
        return self._requests >= self._number

    @asynccontextmanager
    async def listening(self, socket: Path) -> AsyncIterator[str]:
        """Yields the URL for the client."""
        server = await asyncio.start_unix_server(self._accept, socket, limit=CHUNK)
        async with server:
            yield f"unix://{socket}"
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        socket.unlink(missing_ok=True)  # Python 3.13 does it

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: writer.close())  # also of a task that never began

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_unix_connection(self._server, limit=CHUNK)
        try:
            while request := await reader.read(CHUNK):
                self._requests += 1
                if not await self._passes(request, answers, requests, writer):
                    return
        except OSError:
            pass  # the client has closed the connection
        finally:
            for each in (requests, writer):
                each.close()
                with suppress(OSError):
                    await each.wait_closed()

    async def _passes(
        self,
        request: bytes,
        answers: asyncio.StreamReader,
        requests: asyncio.StreamWriter,
        writer: asyncio.StreamWriter,
    ) -> bool:
        """False where the connection ends."""
        is_meant = self._requests == self._number
        match self._fault:
            case Fault.REFUSAL if self.is_reached:
                return False
            case Fault.LOADING if self.is_reached:
                writer.write(b"-LOADING Valkey is loading the dataset in memory\r\n")
                return True
            case Fault.CUT if is_meant:
                return False
            case Fault.STALL if is_meant:
                await asyncio.Event().wait()
            case Fault.DELAY if is_meant:
                await asyncio.sleep(DELAY)
            case _:
                pass
        requests.write(request)
        answer = await answers.read(CHUNK)
        if self._fault is Fault.LOST_ANSWER and is_meant:
            return False
        writer.write(answer)
        await writer.drain()
        return True
