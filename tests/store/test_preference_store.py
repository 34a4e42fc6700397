"""What users have decided of themselves: nothing is kept of who has decided nothing."""

from typing import Any

import pytest

from characters.store.characters import CharacterStore
from characters.store.preference_store import Audience, PreferenceStore
from tests.player_input import USER


@pytest.fixture
def store(redis: Any) -> CharacterStore:
    return CharacterStore(redis)


async def test_nobody_may_look_unless_the_user_says_so(store: CharacterStore) -> None:
    preferences = PreferenceStore(store)
    assert await preferences.audience(USER) is Audience.NOBODY
    await preferences.set_audience(USER, Audience.SERVERS)
    assert await preferences.audience(USER) is Audience.SERVERS
    assert await preferences.audience(USER + 1) is Audience.NOBODY
    await preferences.set_audience(USER, Audience.NOBODY)
    assert await preferences.audience(USER) is Audience.NOBODY
    assert not await store.client.execute("EXISTS", store.keys(USER).preferences)


async def test_a_value_of_a_later_release_means_nobody(store: CharacterStore) -> None:
    await store.client.execute("HSET", store.keys(USER).preferences, "look", "friends")
    assert await PreferenceStore(store).audience(USER) is Audience.NOBODY
