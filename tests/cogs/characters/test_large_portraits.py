"""The portrait of a sheet is attached in full size, unless many such are being sent."""

import asyncio
from typing import Any

import pytest
import simcord

from characters import admission
from characters.model import Character
from characters.registry import Registry
from tests import images
from tests.people import Press, answer, at_once, buttons, pictures, read


async def with_portrait(ana: Any, channel: Any) -> Any:
    """The player's sheet of a character with a portrait of 600 × 400."""
    portrait = ("a.png", images.png((600, 400)))
    return answer(
        await ana.slash(channel, "character create", name="Zed", portrait=portrait),
    )


async def size(message: Any) -> tuple[int, int]:
    (picture,) = pictures(message)
    (file,) = message.attachments
    assert picture["media"]["url"] == file.url
    return images.decode(await file.read()).size


async def test_it_is_in_full_size(ana: Any, channel: Any) -> None:
    assert await size(await with_portrait(ana, channel)) == (600, 400)
    assert await size(answer(await ana.slash(channel, "character show"))) == (600, 400)


@pytest.mark.parametrize("limit", ["LARGE_FILES", "LARGE_FILES_EACH"])
async def test_it_is_small_beyond_a_limit(
    ana: Any, channel: Any, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    sheet = await with_portrait(ana, channel)
    monkeypatch.setattr(admission, limit, 0)
    shown = answer(await ana.slash(channel, "character show"))
    assert read(shown) == read(sheet)
    assert await size(shown) == (256, 256)


async def test_many_presses_at_once_read_few_files(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found: 100 presses with a portrait of 5 MiB took 955 MiB."""
    await with_portrait(ana, channel)
    roster = answer(await ana.slash(channel, "character list"))
    (look,) = (each for each in buttons(roster).values() if ":open:" in each["custom_id"])
    portrait, reading = registry.portraits.portrait, [0, 0]

    async def counted(character: Character) -> bytes | None:
        reading[0] += 1
        reading[1] = max(reading)
        await asyncio.sleep(0.05)
        reading[0] -= 1
        return await portrait(character)

    monkeypatch.setattr(registry.portraits, "portrait", counted)
    results = await at_once(world, *[Press(ana, roster, look["custom_id"]) for _ in range(20)])
    assert reading[1] == admission.LARGE_FILES_EACH
    assert {await size(answer(result)) for result in results} == {(600, 400), (256, 256)}
