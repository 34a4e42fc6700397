"""The link that a portrait was imported from stays with it, and goes back to other programs."""

import json
from typing import Any

import pytest

from characters.model import Character
from characters.portrait_fields import IMAGE_SOURCE
from characters.registry import Registry
from characters.transfer.exporter import CardFormat, CollectionFormat
from characters.transfer.formats.image_source import image_source
from characters.transfer.formats.member_list import MemberListPart
from characters.transfer.formats.pluralkit import PLURALKIT
from characters.transfer.formats.portable import Portable
from tests import images, player_input
from tests.player_input import changes
from tests.transfer.imports import (
    LINKS,
    OTHER,
    USER,
    archive,
    exported,
    fates,
    imported,
    planned,
    tuppers,
    with_portrait,
)

ALIVE, DEAD = "https://example.org/a.png", "https://example.org/gone.png"


async def member(registry: Registry, character: Character) -> dict[str, Any]:
    (file,) = await exported(registry, [character], CollectionFormat.PLURALKIT)
    return json.loads(file.data)["members"][0]


def system(**fields: Any) -> bytes:
    return json.dumps({"switches": [], "members": [{"name": "Ana", **fields}]}).encode()


@pytest.mark.parametrize("link", [ALIVE, DEAD])
async def test_it_goes_back_whether_it_could_be_fetched_or_not(
    registry: Registry, link: str
) -> None:
    (ana,) = (await imported(registry, system(avatar_url=link))).created
    assert (ana.image_path is None) == (link == DEAD)
    assert (await member(registry, ana))["avatar_url"] == link
    (file,) = await exported(registry, [ana], CollectionFormat.TUPPERBOX)
    assert json.loads(file.data)["tuppers"][0]["avatar_url"] == link
    card = await registry.exporter.card(ana, CardFormat.JSON)
    assert (await registry.importer.read(card.data)).characters[0].image_url == link


@pytest.mark.parametrize("link", [ALIVE, DEAD])
async def test_it_does_not_go_back_once_there_is_another_portrait_or_none(
    registry: Registry, link: str
) -> None:
    (ana,) = (await imported(registry, system(avatar_url=link))).created
    small = player_input.upload("small")
    drawn = (await registry.save(USER, changes(ana, upload=small), player_input.fetch)).character
    assert drawn.image_path
    assert "avatar_url" not in await member(registry, drawn)
    removed = changes(drawn, remove_portrait=True)
    bare = (await registry.save(USER, removed, player_input.fetch)).character
    assert bare.image_path is None
    assert "avatar_url" not in await member(registry, bare)
    assert IMAGE_SOURCE not in bare.record


@pytest.mark.parametrize("link", [ALIVE, DEAD])
async def test_it_is_in_an_archive(registry: Registry, link: str) -> None:
    (ana,) = (await imported(registry, system(avatar_url=link))).created
    data = await archive(registry, ana)
    assert fates(await planned(registry, data)) == ["same" if link == ALIVE else "changed"]
    (again,) = (await imported(registry, data, OTHER)).created
    assert (await member(registry, again))["avatar_url"] == link


async def test_a_link_that_lives_again_becomes_the_portrait(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    await imported(registry, system(avatar_url=DEAD))
    monkeypatch.setitem(LINKS, DEAD, images.png())
    (ana,) = (await imported(registry, system(avatar_url=DEAD), update=True)).updated
    assert await registry.portraits.portrait(ana)
    assert (await member(registry, ana))["avatar_url"] == DEAD


async def test_a_dead_link_of_a_file_does_not_replace_what_a_portrait_came_from(
    registry: Registry,
) -> None:
    (ana,) = (await imported(registry, tuppers({"name": "Ana", "avatar_url": ALIVE}))).created
    await imported(registry, system(avatar_url=DEAD, tag="t"), update=True)
    (after,) = (await registry.roster(USER)).characters
    assert after.record[IMAGE_SOURCE] == ana.record[IMAGE_SOURCE]
    assert (await member(registry, after))["avatar_url"] == ALIVE


async def test_a_link_for_webhooks_alone_stays_one(registry: Registry) -> None:
    (ana,) = (await imported(registry, system(webhook_avatar_url=ALIVE))).created
    assert ana.image_path
    written = await member(registry, ana)
    assert written["webhook_avatar_url"] == ALIVE
    assert "avatar_url" not in written


async def test_a_portrait_of_the_players_own_has_none(
    registry: Registry,
) -> None:
    ana = await with_portrait(registry, "Ana", images.png())
    assert "avatar_url" not in await member(registry, ana)
    (again,) = (await imported(registry, await archive(registry, ana), OTHER)).created
    assert "link" not in again.record[IMAGE_SOURCE]


@pytest.mark.parametrize("link", [ALIVE, "http://example.org/a.png", f"{ALIVE}?{'x' * 256}"])
def test_our_public_link_goes_where_the_other_is_not_taken(link: str) -> None:
    ours = "https://ours.example.org/1.webp"
    source = image_source("1.webp", "x", link)
    record = {"name": "Ana", "image_path": "a/1.webp", "image_url": ours, **source}
    part = MemberListPart(PLURALKIT)
    assert part.add(Portable.of(Character("ana", record), None, ours), 10**9)
    (written,) = json.loads(part.file(1).data)["members"]
    assert written["avatar_url"] == (link if link == ALIVE else ours)
