"""What a main bot passes to the drop-in functions is checked before anything is sent."""

import asyncio
import gc
import io
import threading
import weakref
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from fakeredis import FakeAsyncRedis
from redis import Redis as BlockingRedis
from redis.asyncio import Redis

import game_characters
from characters.errors import CharacterError, DescriptionTooLong
from characters.portraits import renderer
from characters.store.embedded import embedded_valkey
from game_characters import registries
from tests import images

USER = 42
PNG = images.png()


class User:
    """As discord.py's, with an id."""

    id = USER


@pytest.fixture(autouse=True)
def assets_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[Path, None, None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSETS_DIR", str(tmp_path / "assets"))
    registries._settings.cache_clear()
    registries.assets.cache_clear()
    yield tmp_path / "assets"
    registries._settings.cache_clear()
    registries.assets.cache_clear()


@pytest.fixture
async def client() -> Any:
    async with FakeAsyncRedis() as client:
        yield client


async def create(client: Any, **changed: Any) -> dict[str, Any]:
    given = {"user_id": USER, "name": "Ana", "description": "", "redis": client, **changed}
    return await game_characters.create_character(**given)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        *(("user_id", value) for value in (User(), None, 4.2, True, 0, -1, 2**63, "me", b"42")),
        *(("name", value) for value in (None, 5, b"Ana")),
        *(("description", value) for value in (None, 5, b"A pirate.")),
        *(("redis", value) for value in (None, BlockingRedis(), "redis://localhost", object())),
        *(("redis", make()) for make in (Redis().pipeline, BlockingRedis().pipeline)),
        *(("image_data", value) for value in ("text", 5, io.StringIO("text"), [1, 2])),
        ("image_url", 5),
        ("image_url", b"https://example.org/a.png"),
    ],
)
async def test_creating_names_the_argument_of_a_wrong_type_and_sends_nothing(
    client: Any, argument: str, value: object
) -> None:
    with pytest.raises(TypeError, match=f"^{argument} must be "):
        await create(client, **{argument: value})
    assert await client.keys("*") == []


@pytest.mark.parametrize("user_id", [User(), None, 4.2, True, 0, "me"])
async def test_the_other_functions_log_a_wrong_user_id(
    client: Any, user_id: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert await game_characters.list_characters(user_id, client) == []
    assert await game_characters.get_character(user_id, "abc", client) is None
    assert await game_characters.get_active_character(user_id, client) is None
    assert await game_characters.set_active_character(user_id, "abc", client) is None
    assert await game_characters.delete_character(user_id, "abc", client) is False
    assert caplog.text.count("TypeError: user_id must be") == 5


@pytest.mark.parametrize("redis", [None, BlockingRedis(), Redis().pipeline()])
async def test_the_other_functions_log_a_wrong_client(
    redis: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert await game_characters.list_characters(USER, redis) == []
    assert await game_characters.get_character(USER, "abc", redis) is None
    assert await game_characters.get_active_character(USER, redis) is None
    assert await game_characters.set_active_character(USER, "abc", redis) is None
    assert await game_characters.delete_character(USER, "abc", redis) is False
    assert caplog.text.count("TypeError: redis must be") == 5


async def test_an_id_may_be_its_decimal_digits(client: Any) -> None:
    ana = await create(client, user_id="42")
    assert await game_characters.get_active_character(42, client) == ana


@pytest.mark.parametrize(
    "image",
    [PNG, bytearray(PNG), memoryview(PNG), io.BytesIO(PNG)],
    ids=["bytes", "bytearray", "memoryview", "file"],
)
async def test_an_image_may_be_bytes_of_any_kind_or_a_binary_file(
    client: Any, image: object
) -> None:
    assert (await create(client, image_data=image))["image_path"]


async def test_an_image_may_be_an_open_file(client: Any, tmp_path: Path) -> None:
    (tmp_path / "ana.png").write_bytes(PNG)
    with (tmp_path / "ana.png").open("rb") as file:
        assert (await create(client, image_data=file))["image_path"]


async def test_a_file_is_not_read_beyond_what_an_image_may_have(client: Any) -> None:
    file = io.BytesIO(b"x" * 30 * 2**20)
    assert (await create(client, image_data=file))["image_path"] is None
    assert file.tell() == renderer.INPUT_LIMIT + 1


@pytest.mark.parametrize(
    "url",
    [
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "",
        "https://example.org/" + "x" * 2029,
    ],
    ids=lambda url: url[:20],
)
async def test_what_is_no_web_url_of_at_most_2048_characters_is_not_recorded(
    client: Any, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await create(client, image_url=url))["image_url"] is None
    assert "image_url is ignored" in caplog.text


async def test_a_url_of_2048_characters_is_recorded_where_it_can_not_be_fetched(
    client: Any,
) -> None:
    url = "http://127.0.0.1/" + "x" * 2031
    assert (await create(client, image_url=url))["image_url"] == url


async def test_a_link_is_that_of_its_user(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    owners: list[int | None] = []

    async def fetch(_: str, owner: int | None = None) -> bytes:
        owners.append(owner)
        return images.png()

    monkeypatch.setattr("characters.portraits.fetching.fetch_image", fetch)
    assert (await create(client, image_url="https://example.org/a.png"))["image_path"]
    assert owners == [USER]


async def test_a_name_of_100_000_accents_is_refused_at_once(client: Any) -> None:
    with pytest.raises(CharacterError):
        await create(client, name="a" + "\u0301" * 50_000 + "\u0327" * 50_000)


@pytest.mark.parametrize(
    "user_id", ["9" * 10**7, "9" * 5000, 10**5000], ids=["10^7", "5000", "int"]
)
async def test_a_user_id_of_any_length_is_refused_without_quoting_it(
    client: Any, user_id: Any
) -> None:
    with pytest.raises(TypeError, match=r"^user_id must be ") as caught:
        await create(client, user_id=user_id)
    assert len(str(caught.value)) < 100


async def test_a_description_of_any_length_is_refused_before_anything_is_done(client: Any) -> None:
    async def never() -> None:
        raise AssertionError("the image was read")

    with pytest.raises(DescriptionTooLong):
        await create(client, description="\r\n" * 10**7, image_data=never)
    assert await client.keys("*") == []


async def test_a_character_id_of_any_length_is_not_sent_and_not_logged_in_full(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await create(client)
    sent: list[object] = []
    send = client.execute_command

    async def recorded(*command: object, **options: object) -> object:
        sent.extend(command)
        return await send(*command, **options)

    client.execute_command = recorded
    endless = "x" * 10**6
    assert await game_characters.get_character(USER, endless, client) is None
    assert await game_characters.set_active_character(USER, endless, client) is None
    assert await game_characters.delete_character(USER, endless, client) is False
    assert endless not in sent
    assert len(caplog.text) < 10_000


async def test_clients_by_turns_keep_their_registries_and_settings(client: Any) -> None:
    """Found: each change of the client made a new registry, 3.6 to 8.2 times as slow."""
    async with FakeAsyncRedis() as other:
        first, second = registries.registry_of(client), registries.registry_of(other)
        assert first is not second
        assert registries.registry_of(client) is first
        assert registries.registry_of(other) is second
    assert registries._settings.cache_info().misses == 1


async def test_a_registry_does_not_keep_its_client_alive(valkey_url: str) -> None:
    client = Redis.from_url(valkey_url)
    await create(client)
    await client.aclose()
    gone = weakref.ref(client)
    del client
    gc.collect()
    assert gone() is None


async def test_one_process_may_use_it_in_several_threads_and_loops(tmp_path: Path) -> None:
    """Each loop has a client of its own; portraits are made in all of them at the same time."""
    made: list[dict[str, Any]] = []

    async def play(url: str, user_id: int) -> None:
        async with Redis.from_url(url) as client:
            chars = [create(client, user_id=user_id, image_data=PNG) for _ in range(4)]
            made.extend(await asyncio.gather(*chars))
            assert await game_characters.get_active_character(user_id, client)

    async with embedded_valkey(tmp_path / "data") as url:
        threads = [
            threading.Thread(target=lambda user=user: asyncio.run(play(url, user)))
            for user in (1, 2, 3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            await asyncio.to_thread(thread.join)
    assert len(made) == 12
    assert all(char["image_path"] for char in made)
