"""What players type and upload, for the tests of the registry."""

import uuid
from pathlib import Path
from typing import Any, NoReturn

from characters.model import Character
from characters.portraits.assets import STORE_IDS
from characters.portraits.folder import FolderAssets
from characters.portraits.service import ImageSource
from characters.registry import Registry
from characters.store.drafts import Draft, Upload
from tests import images

USER = 42


def given(data: bytes) -> ImageSource:
    async def source() -> bytes:
        return data

    return source


IMAGES = {
    "portrait": images.png(),
    "small": images.jpeg((80, 80)),
    "text": b"hello",
    "damaged": images.jpeg()[:300],
}


async def fetch(upload: Upload) -> bytes:
    """What players uploaded, by the name of the file."""
    return IMAGES.get(upload.url) or b"x" * upload.size


def upload(name: str) -> Upload:
    return Upload(name, len(IMAGES.get(name, b"")))


def new(name: str = "Ana", **fields: Any) -> Draft:
    """A draft of a new character."""
    return Draft(uuid.uuid4().hex, name=name, **fields)


def files(assets: FolderAssets) -> list[Path]:
    """All but the note of the store."""
    return sorted(file for file in assets.root.glob("*") if file.name != STORE_IDS)


async def with_portrait(registry: Registry, name: str = "Ana") -> Character:
    portrait, refusal = await registry.portraits.keep(given(images.png()))
    assert refusal is None
    return await registry.create(USER, name, "", portrait)


def changes(
    character: Character, name: str = "Ana", description: str | None = None, **fields: Any
) -> Draft:
    return Draft(character.char_id, character.version, name, description, **fields)


class Untouched(str):
    """A text of which only the length may be asked."""

    __slots__ = ()

    def _refuse(self, *_: object) -> NoReturn:
        raise AssertionError("the text was worked on")

    __iter__ = __getitem__ = _refuse
    casefold = encode = replace = split = strip = _refuse
