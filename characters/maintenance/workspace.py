"""What a maintenance command works on."""

from dataclasses import dataclass

from characters.maintenance.scan import ProgressCallback
from characters.portraits.assets import Assets
from characters.store.client import StoreClient


@dataclass(frozen=True, slots=True)
class Workspace:
    """The store, the assets and the URL at which these can be seen from outside.

    `beside_bot` says that the store is the embedded server of a running bot.
    """

    client: StoreClient
    assets: Assets
    assets_url: str | None = None
    progress: ProgressCallback | None = None
    beside_bot: bool = False
