"""Opens what an operator's command works on: the store of the bot, beside the bot or without it, and the assets."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from characters.assets import AnyAssets
from characters.embedded import SOCKET, embedded_valkey, socket_url
from characters.errors import OperatorError
from characters.opening import connected, open_assets
from characters.server import Server
from characters.settings import Settings


class Desk(NamedTuple):
    """The store, the assets, where these can be seen from outside; `beside` says whether a bot's own Valkey is used."""

    server: Server
    assets: AnyAssets
    url: str | None
    beside: bool


@asynccontextmanager
async def open_desk(settings: Settings, *, create: bool = False) -> AsyncGenerator[Desk, None]:
    """Where a living process runs the Valkey of DATA_DIR, that one is used; `create` allows for a new, empty one.

    Raises OperatorError where the store can't be reached or started, or is not there.
    """
    async with AsyncExitStack() as stack:
        beside = None
        if settings.redis_url:
            url = settings.redis_url.get_secret_value()
        elif beside := running_valkey(settings.data_dir):
            url = beside
        elif create or (settings.data_dir / "valkey").is_dir():
            url = await stack.enter_async_context(embedded_valkey(settings.data_dir))
        else:
            raise OperatorError(
                f"There is no store in {settings.data_dir.absolute()}: run this where the bot runs, "
                "or set DATA_DIR or REDIS_URL as it has them."
            )
        redis = await stack.enter_async_context(connected(url))
        assets = open_assets(settings.assets_location, settings.public_url)
        yield Desk(Server(redis), assets, settings.public_url, beside=beside is not None)


def running_valkey(data_dir: Path) -> str | None:
    """The URL of the Valkey that another process runs on the data folder; None where nobody does."""
    import fcntl  # noqa: PLC0415 - Windows has none, and no embedded Valkey

    folder = data_dir.absolute() / "valkey"
    try:
        with (folder / "lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return socket_url(folder / SOCKET)
    except OSError:  # no folder, or not ours: who starts a server there has the words
        return None
    return None


def assets_at(location: str, url: str | None, *, must_exist: bool = False) -> AnyAssets:
    """The assets in a folder, or in an object store by its URL. Raises OperatorError where there can be none."""
    if "://" in location:
        return open_assets(location, url)
    folder = Path(location)
    if (must_exist or folder.exists()) and not folder.is_dir():
        raise OperatorError(f"{location} is no folder: correct its name.")
    return open_assets(folder, url)
