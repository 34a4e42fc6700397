"""Imports over a real Valkey and real files, for the tests."""

import json
from collections.abc import Iterable
from typing import Any

from characters.errors import LinkProblem, UnusableLink
from characters.model import Character
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.transfer.exporter import CollectionFormat
from characters.transfer.formats.portable import FILE_LIMIT, ExportedFile
from characters.transfer.import_run import Outcome
from characters.transfer.plan import Plan
from tests import images

USER, OTHER = 42, 43


LINKS = {"https://example.org/a.png": images.png(), "https://example.org/text": b"hello"}


async def fetch(url: str) -> bytes:
    if url not in LINKS:
        raise UnusableLink(LinkProblem.UNREACHABLE)
    return LINKS[url]


def tuppers(*members: dict[str, Any]) -> bytes:
    return json.dumps({"tuppers": members}).encode()


async def planned(
    registry: Registry, data: bytes, user_id: int = USER, *, update: bool = False
) -> Plan:
    return await registry.importer.plan(user_id, await registry.importer.read(data), update=update)


async def run(registry: Registry, plan: Plan, user_id: int = USER) -> Outcome:
    outcome = Outcome()
    async for progress in registry.importer.run(user_id, plan, fetch):
        outcome = progress.outcome
    return outcome


async def imported(
    registry: Registry, data: bytes, user_id: int = USER, *, update: bool = False
) -> Outcome:
    return await run(registry, await planned(registry, data, user_id, update=update), user_id)


async def with_portrait(registry: Registry, name: str, image: bytes) -> Character:
    async def source() -> bytes:
        return image

    portrait, refusal = await registry.portraits.keep(source)
    assert refusal is None
    return await registry.create(USER, name, f"{name}.", portrait)


async def names(registry: Registry, user_id: int = USER) -> list[str]:
    return [each.name for each in (await registry.roster(user_id)).characters]


def fates(plan: Plan) -> list[str]:
    return [step.fate.value for step in plan.steps]


def files(assets: FolderAssets) -> int:
    return len(list(assets.root.glob("*.webp")))


async def pixels(registry: Registry, character: Character) -> Any:
    image = images.decode(await registry.portraits.portrait(character) or b"")
    return image.mode, image.size, image.tobytes()


async def archive(registry: Registry, *characters: Character) -> bytes:
    (part,) = await exported(registry, characters, CollectionFormat.ARCHIVE)
    return part.data


async def exported(
    registry: Registry,
    characters: Iterable[Character],
    form: CollectionFormat,
    limit: int = FILE_LIMIT,
) -> list[ExportedFile]:
    complete = registry.complete(USER, characters)
    return [each async for each in registry.exporter.collection(complete, form, limit)]


async def foreign(registry: Registry, character: Character) -> Any:
    """What the store keeps of other programs' files; the record itself has nothing of it."""
    assert "foreign" not in character.record
    return (await anext(registry.complete(USER, [character]))).foreign
