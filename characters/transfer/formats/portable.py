"""A character on its way into or out of a file, independent of the format of the file.

What another program's file says of a character beyond name, description and portrait is its foreign
data, `{"card": …, "tupperbox": …, "pluralkit": …}`, and is written back into files of the same
family. Each file of ours also holds our record, under our key, as a note:

    {"version": 1, "char_id": …, "record": …, "added": […], "replaced": {…}}

`added` names the fields that the format demands and the character does not have, and `replaced`
has the originals of those that its readers would not take (see `field_rules`).

Cards and files for other bots are made to be shown to others: `record` is only a part there, and
they have no foreign data of other families. Our archive has all of it, and `foreign` and `link`
too (see `Portable`). `record_fields` says what an import writes of it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum, auto
from hashlib import sha256
from typing import Any, Self

from characters.errors import CharacterError, FileProblem, UnreadableFile
from characters.model import Character
from characters.transfer.formats.image_source import imported_link
from characters.transfer.formats.json_text import Json, as_object
from characters.transfer.formats.losses import Loss, LossKind, bounded_foreign
from characters.transfer.formats.record_fields import (
    all_fields,
    archived_fields,
    is_time,
    other_fields,
    trusted_fields,
)

FILE_LIMIT = 10 * 2**20  # bytes of a file, in and out
TEXT_LIMIT = 100_000  # letters of a name or description that is looked at
OURS = "game_characters"  # our key in the files of other programs
_NOTE_VERSION = 1


@dataclass(frozen=True, slots=True)
class Portable:
    """A character in a file.

    `fields` are those of the record except name, description and portrait: times in seconds since
    the epoch, the spoiler, in our archive the favourite, and for export unknown fields; `foreign`
    is the foreign data. The portrait is `image` (bytes as in the file, not checked), or behind
    `image_url`, or absent; equal portraits have an equal `image_id`, and `link` is where it was
    imported from. `char_id` is set if a file of ours names it, and `ours` if we wrote the file, so
    that its image is one of our portraits. `losses` are what can't be kept of it.
    """

    name: str
    description: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    image: bytes | None = None
    image_url: str | None = None
    image_id: str = ""
    char_id: str | None = None
    ours: bool = False
    losses: tuple[Loss, ...] = ()
    foreign: Mapping[str, Any] = field(default_factory=dict[str, Any])
    link: str | None = None

    @classmethod
    def of(
        cls, character: Character, image: bytes | None = None, image_url: str | None = None
    ) -> Self:
        """A character for export; `image_url` is where anyone can fetch its portrait.

        Without one, it is the link that the portrait was imported from.
        """
        link = imported_link(character)
        portable = cls(
            character.name,
            character.description,
            all_fields(character.record),
            char_id=character.char_id,
            ours=True,
            foreign=character.foreign,
            link=link,
        )
        return portable.with_portrait(image, image_url or link)

    @classmethod
    def from_file(
        cls,
        family: str,
        name: str,
        description: Any,
        kept: Json,
        note: Json,
        losses: Iterable[Loss] = (),
        *,
        whole: bool = False,
    ) -> Self:
        """A character for import, without its portrait.

        `kept` is what the file, which is of this family, says beyond name and description; `note`
        is our note in it, or empty, and `whole` whether the file is in an archive of ours. Raises
        UnreadableFile where a text is far too long.
        """
        if not isinstance(description, str):
            description = ""
        if max(len(name), len(description)) > TEXT_LIMIT:
            raise UnreadableFile(FileProblem.TEXT_TOO_LONG, limit=TEXT_LIMIT)
        record = as_object(note.get("record"))
        foreign = as_object(note.get("foreign")) if whole else {}
        foreign = {key: value for key, value in foreign.items() if key != family}
        if kept:
            foreign[family] = kept
        foreign, too_large = bounded_foreign(name, foreign)
        others = other_fields(record)
        if whole and others:
            losses = (*losses, Loss(LossKind.RECORD_FIELDS, name, count=len(others)))
        link = note.get("link")
        char_id = note.get("char_id")
        return cls(
            name,
            description,
            archived_fields(record) if whole else trusted_fields(record),
            char_id=char_id if isinstance(char_id, str) else None,
            ours="record" in note,
            losses=(*losses, *too_large),
            foreign=foreign,
            link=link if whole and isinstance(link, str) else None,
        )

    def with_portrait(
        self, image: bytes | None, image_url: str | None = None, image_id: str = ""
    ) -> Self:
        content = image or image_url
        if content and not image_id:
            image_id = digest(content)
        return replace(self, image=image, image_url=image_url, image_id=image_id)

    def with_loss(self, kind: LossKind, what: str = "", count: int = 0) -> Self:
        return replace(self, losses=(*self.losses, Loss(kind, self.name, what, count)))

    def kept(self, family: str) -> Json:
        """What a file of this family said of the character; empty if there was none."""
        return as_object(self.foreign.get(family))

    def date(self, field: str) -> int:
        """A time of the record in whole seconds, for formats that have no finer ones."""
        value: Any = self.fields.get(field)
        return int(value) if is_time(value) else 0

    def note(self, family: str, added: Iterable[str], *, whole: bool = False, **more: Any) -> Json:
        """Our note in a file of this family; `whole` in our archive."""
        note: Json = {"version": _NOTE_VERSION, "char_id": self.char_id}
        if whole:
            note |= {"record": {**self.fields}, "link": self.link}
            note["foreign"] = {key: each for key, each in self.foreign.items() if key != family}
        else:
            note["record"] = trusted_fields(self.fields)
        return {**note, "added": sorted(added), **more}

    @property
    def file_name(self) -> str:
        """A name, without suffix, that every file system and Discord's attachments take."""
        return re.sub(r"[^A-Za-z0-9]+", "-", self.name).strip("-")[:40] or "character"


@dataclass(frozen=True, slots=True)
class Failure:
    """A character that could not be had, and why.

    `name` is its name, or that of its file in an archive; without either, `number` is its place
    in the file, from 1.
    """

    name: str
    reason: CharacterError
    number: int = 0

    def __post_init__(self) -> None:
        # Their frames would keep the contents of the file in memory.
        self.reason.__traceback__ = self.reason.__context__ = None


class FileKind(StrEnum):
    CARD = auto()
    ARCHIVE = auto()
    TUPPERBOX = auto()
    PLURALKIT = auto()
    CARDS = auto()
    SIMPLY_PLURAL = auto()
    SILLYTAVERN_PERSONAS = auto()
    RISUAI_PERSONA = auto()
    MARINARA = auto()
    AGNAI = auto()
    PYGMALION = auto()
    JANITOR = auto()
    BACKYARD = auto()
    TEXT_GENERATION_WEBUI = auto()


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds; `losses` are of the whole file."""

    kind: FileKind
    characters: list[Portable]
    failures: list[Failure] = field(default_factory=list[Failure])
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file that was made of characters, and what of them is not in it."""

    name: str
    data: bytes
    losses: tuple[Loss, ...] = ()


def without_texts(fields: Json, *texts: str) -> Json:
    """What a file says of a character beyond its name and the fields with these texts.

    A field that is no text stays, so that it is written back.
    """
    kept = {key: value for key, value in fields.items() if key != "name"}
    for key in texts:
        if isinstance(kept.get(key), str):
            del kept[key]
    return kept


def digest(data: bytes | str) -> str:
    if isinstance(data, str):
        data = data.encode(errors="replace")
    return sha256(data).hexdigest()
