"""A store that fails at any request: each operation succeeds or says so, and can be done again."""

import itertools
import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff

from characters.errors import CharacterError, LobbyClosed, NotSeated, PortraitUnsaved
from tests.crashes.children import Children
from tests.crashes.faults_proxy import Fault, FaultsProxy
from tests.crashes.operations import OPERATIONS, image
from tests.crashes.place import DRAFT, opened
from tests.crashes.recovery import Crashes
from tests.servers import Server
from tests.soak import trials

ALREADY = (NotSeated, LobbyClosed)  # true where the answer to the first attempt was lost
LASTING = (Fault.LOADING, Fault.REFUSAL)  # the client asks again, so one fault alone is not seen


def impatient(url: str) -> Any:
    """A client as our own, which waits for 0.3 seconds instead of two."""
    retry = Retry(ExponentialWithJitterBackoff(base=0.01, cap=0.05), 3)
    return Redis.from_url(url, socket_timeout=0.3, socket_connect_timeout=0.3, retry=retry)


@pytest.mark.soak
@pytest.mark.parametrize("fault", trials((Fault.CUT, Fault.LOST_ANSWER), tuple(Fault)))
@pytest.mark.parametrize("name", trials(("save-draft",), tuple(OPERATIONS)))
async def test_a_fault_at_any_request(children: Children, name: str, fault: Fault) -> None:
    operation = OPERATIONS[name]
    crashes = Crashes(children, operation)
    server = Path(children.server.url.removeprefix("unix://"))
    for number in itertools.count(1):
        user_id = await crashes.prepare()
        proxy = FaultsProxy(server, fault, number)
        async with (
            proxy.listening(server.with_name("proxy.sock")) as url,
            opened(url, children.folder, impatient) as place,
        ):
            with suppress(*((CharacterError,) if fault in LASTING else ALREADY)):
                await operation.act(place, user_id)
        if not proxy.is_reached:
            assert number > 1
            break
    await crashes.recover()


@contextmanager
def setting(server: Server, name: str, value: str, usual: str) -> Iterator[None]:
    server.ask("CONFIG", "SET", name, value)
    yield
    server.ask("CONFIG", "SET", name, usual)


@contextmanager
def read_only(server: Server) -> Iterator[None]:
    """A replica, as after a failover of which nobody told the client."""
    server.ask("REPLICAOF", "127.0.0.1", "1")
    yield
    server.ask("REPLICAOF", "NO", "ONE")


@contextmanager
def killed(server: Server) -> Iterator[None]:
    server.kill()
    yield
    server.start()


@contextmanager
def stopped(server: Server) -> Iterator[None]:
    """What was asked meanwhile may be done when it goes on."""
    process = server.ask("INFO", "server")["process_id"]
    os.kill(process, signal.SIGSTOP)
    yield
    os.kill(process, signal.SIGCONT)


STATES: dict[str, Callable[[Server], AbstractContextManager[None]]] = {
    "full": partial(setting, name="maxmemory", value="1", usual="0"),
    "without replicas": partial(setting, name="min-replicas-to-write", value="1", usual="0"),
    "read-only": read_only,
    "killed": killed,
    "stopped": stopped,
}


@pytest.mark.soak
@pytest.mark.parametrize("state", trials(("full", "read-only", "killed"), tuple(STATES)))
@pytest.mark.parametrize("name", trials(("save-draft",), tuple(OPERATIONS)))
async def test_a_server_in_a_bad_state(children: Children, name: str, state: str) -> None:
    operation = OPERATIONS[name]
    crashes = Crashes(children, operation)
    user_id = await crashes.prepare()
    async with opened(children.url, children.folder, impatient) as place:
        with STATES[state](children.server), suppress(CharacterError):
            await operation.act(place, user_id)
    await crashes.recover()


@pytest.mark.soak
@pytest.mark.parametrize("name", trials(("save-new",), ("save-new", "save-refused")))
async def test_a_full_disk_of_the_assets(children: Children, name: str) -> None:
    """No file may have more than a few bytes; what is said of it is our own error."""
    operation = OPERATIONS[name]
    crashes = Crashes(children, operation)
    user_id = await crashes.prepare()
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with opened(children.url, children.folder) as place:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4, usual[1]))
        try:
            portrait, refusal = await place.registry.portraits.keep(image)
            await operation.act(place, user_id)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        assert portrait is None
        assert isinstance(refusal, PortraitUnsaved)
        assert list(place.assets.root.glob(".*.tmp")) == []
        kept = await place.found(user_id)
        assert DRAFT in kept.drafts or kept.named("New")
    await crashes.recover()
