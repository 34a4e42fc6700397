"""A store and a folder of portraits for processes that are killed."""

from collections.abc import Iterator

import pytest

from game_characters import registries
from tests.crashes.children import Children, running_children


@pytest.fixture(scope="session")
def children() -> Iterator[Children]:
    """Over a server that keeps every acknowledged change when it is killed."""
    with running_children("--appendonly", "yes", "--appendfsync", "always") as children:
        yield children


@pytest.fixture(autouse=True)
def drop_in_settings(children: Children, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The drop-in functions read them once, from the environment."""
    monkeypatch.setenv("ASSETS_DIR", str(children.folder / "assets"))
    _read_settings_anew()
    yield
    _read_settings_anew()


def _read_settings_anew() -> None:
    registries._settings.cache_clear()
    registries.assets.cache_clear()
