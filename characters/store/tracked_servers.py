"""The servers that say what changed: one, the master that Sentinel names, or a cluster's primaries.

Of redis-py it uses what has a public name: the settings and the classes of the client's own
connections, `parser_class`, `DefaultParser`, `set_invalidation_push_handler`, `send_command`,
`read_response` and `disconnect`; of Sentinel's pool `get_master_address`; of a cluster
`nodes_manager` with its `nodes_cache`, `startup_nodes`, `connection_kwargs` and `remap_host_port`.
"""

from typing import Any, Protocol

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import DefaultParser
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import MasterNotFoundError
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

Connections = dict[tuple[str, int], Any]
Question = tuple[str, ...]
PING: Question = ("PING",)
SLOTS: Question = ("CLUSTER", "SLOTS")


class TrackedServers(Protocol):
    """Connections to all of them, and whether they are still the ones."""

    question: Question  # for each server, from time to time

    async def connections(self) -> Connections:
        """By host and port, not yet connected. Raises errors of redis-py."""
        ...

    async def are_still(self, servers: Connections, connection: Any, answer: Any) -> bool:
        """Whether these are the servers, after the answer of one of them to `question`."""
        ...


def servers_of(redis: Redis | RedisCluster) -> TrackedServers:
    """Holds nothing of the client but the settings of its connections and a cluster's nodes."""
    if isinstance(redis, RedisCluster):
        return _Primaries(redis.nodes_manager)
    pool: Any = getattr(redis, "connection_pool", None)  # other clients have none
    kind = _Master if hasattr(pool, "get_master_address") else _OneServer
    return kind(getattr(pool, "connection_class", None), getattr(pool, "connection_kwargs", {}))


class _OneServer:
    question: Question = PING

    def __init__(self, connection_class: Any, settings: dict[str, Any]) -> None:
        self._connection_class = connection_class
        self.settings = settings

    async def connections(self) -> Connections:
        return {("", 0): _connection(self._connection_class, self.settings)}

    async def are_still(self, servers: Connections, connection: Any, answer: Any) -> bool:
        del servers, connection, answer
        return True


class _Master(_OneServer):
    """Its connection asks Sentinel for the address when it connects."""

    async def are_still(self, servers: Connections, connection: Any, answer: Any) -> bool:
        """True also where no sentinel answers: the client's other connections stay as well."""
        del servers, answer
        try:
            # The settings hold a weak proxy of the pool.
            address = await self.settings["connection_pool"].get_master_address()
        except MasterNotFoundError:
            return True
        return address == (connection.host, connection.port)


class _Primaries:
    question: Question = SLOTS

    def __init__(self, nodes: Any) -> None:
        self._nodes = nodes

    async def connections(self) -> Connections:
        """Asks one node after the other which are primaries."""
        failure: Exception = ConnectionError("the cluster has no nodes")
        known = {**self._nodes.nodes_cache, **self._nodes.startup_nodes}
        for node in known.values():
            connection = self._to(node.host, node.port)
            try:
                await connection.connect()
                await connection.send_command(*SLOTS)
                found = self._primaries(await connection.read_response(), node.host)
            except (OSError, RedisError) as error:
                failure = error
            else:
                return {place: self._to(*place) for place in found}
            finally:
                await connection.disconnect(nowait=True)
        raise failure

    async def are_still(self, servers: Connections, connection: Any, answer: Any) -> bool:
        return self._primaries(answer, connection.host) == set(servers)

    def _primaries(self, slots: list[Any], asked: str) -> set[tuple[str, int]]:
        """See https://redis.io/commands/cluster-slots; a node may not know its own host.

        A node that is getting its first slot is not among them: see `ClusterClient.get_node`.
        """
        nodes = self._nodes.nodes_cache.values()
        found = {(node.host, int(node.port)) for node in nodes if node.server_type is None}
        for _, _, primary, *_ in slots:
            host = (primary[0] or b"").decode() or asked
            found.add(self._nodes.remap_host_port(host, int(primary[1])))
        return found

    def _to(self, host: str, port: int) -> Any:
        node: Any = ClusterNode(host, port, **self._nodes.connection_kwargs)
        return _connection(node.connection_class, node.connection_kwargs)


def _connection(kind: Any, settings: dict[str, Any]) -> Any:
    """Of the client's kind, but it speaks RESP3, waits for ever and never tries again by itself."""
    ours: dict[str, Any] = {
        "protocol": 3,
        "parser_class": _parser,
        "decode_responses": False,
        "socket_timeout": None,  # with one, redis-py may lose a cancellation on Python 3.11
        "retry": Retry(NoBackoff(), 0),
        "retry_on_error": [],
        "retry_on_timeout": False,
        "health_check_interval": 0,
        "event_dispatcher": None,
        "maint_notifications_config": None,
        "maint_notifications_pool_handler": None,
    }
    return kind(**{**settings, **ours})


def _parser(socket_read_size: int) -> Any:
    """A parser that returns what the server says that changed, like an answer."""
    parser: Any = DefaultParser(socket_read_size=socket_read_size)
    parser.set_invalidation_push_handler(_as_answer)
    return parser


async def _as_answer(message: list[Any]) -> list[Any]:
    return message
