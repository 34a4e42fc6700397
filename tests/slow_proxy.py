"""A proxy between a client and a server of the store, which delays each request."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress


class SlowProxy:
    """Passes on each request to `server`, a socket, after `delay` seconds; None: never."""

    url: str  # while it runs

    def __init__(self, url: str) -> None:
        self.server = url.removeprefix("unix://")
        self.delay: float | None = 0.0
        self.answer_delay = 0.0  # seconds, before each answer is passed on
        self.requests = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """Ends all connections."""
        for writer in self._writers:
            writer.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_unix_connection(self.server)
        self._writers |= {writer, server_writer}
        with suppress(OSError):
            await asyncio.gather(
                self._requests(reader, server_writer), self._answers(server_reader, writer)
            )

    async def _requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(2**16):
            self.requests += 1
            if self.delay is None:
                await asyncio.Event().wait()
            await asyncio.sleep(self.delay or 0)
            writer.write(data)
        writer.close()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(2**16):
            await asyncio.sleep(self.answer_delay)
            writer.write(data)
        writer.close()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["SlowProxy", None]:
        server = await asyncio.start_server(self._track, "127.0.0.1", 0)
        self.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            for writer in self._writers:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()

    async def _track(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        with suppress(asyncio.CancelledError):
            await self._connected(reader, writer)
