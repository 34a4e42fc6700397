"""JSON files with a list of characters, as other bots write them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.json_text import Json, as_list, as_object, write_json
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import (
    OURS,
    Contents,
    ExportedFile,
    Failure,
    FileKind,
    Portable,
    before_export,
    without_texts,
)

MEMBERS_LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class MemberFormat:
    """One bot's format.

    `members` is the field of the list, and `recognised_by` are fields of which such a file has at
    least one. `portraits` are the fields for a link to the portrait: the first is written.
    `required` returns the fields that the bot demands of a member with this name, and `document`
    are those beside the list. `left_out` are the fields beside it that an import does not keep.
    """

    kind: FileKind
    members: str
    recognised_by: tuple[str, ...]
    portraits: tuple[str, ...]
    required: Callable[[str], Json]
    document: Json
    left_out: dict[str, LossKind]


class MemberListPart:
    """A file that is being written; a portrait without a public URL can't be in it."""

    def __init__(self, form: MemberFormat) -> None:
        self._form = form
        self._members: list[bytes] = []
        self._losses: list[Loss] = []
        self._size = len(self._document())

    def add(self, portable: Portable, limit: int) -> bool:
        """Adds the character unless the file would pass `limit` bytes; the first always fits."""
        member = write_json(_write_member(self._form, portable))
        size = len(member) + 1
        if self._members and self._size + size > limit:
            return False
        self._members.append(member)
        self._losses += portable.losses
        self._size += size
        return True

    def file(self, number: int) -> ExportedFile:
        name = f"{self._form.kind}-{number}.json"
        return ExportedFile(name, self._document(), tuple(self._losses))

    def _document(self) -> bytes:
        empty = write_json({**self._form.document, self._form.members: []})
        return empty.removesuffix(b"]}") + b",".join(self._members) + b"]}"


def read_members(form: MemberFormat, document: Json) -> Contents:
    """One member that can't be read never hides the others. Raises UnreadableFile."""
    members = document.get(form.members)
    if members is not None and not isinstance(members, list):
        raise UnreadableFile(FileProblem.NO_LIST)
    members = as_list(members)
    if len(members) > MEMBERS_LIMIT:
        raise UnreadableFile(FileProblem.TOO_MANY_CHARACTERS, limit=MEMBERS_LIMIT)
    losses = tuple(Loss(kind) for field, kind in form.left_out.items() if document.get(field))
    contents = Contents(form.kind, [], losses=losses)
    for number, member in enumerate(members, start=1):
        try:
            contents.characters.append(_read_member(form, member))
        except UnreadableFile as error:
            contents.failures.append(Failure("", error, number))
    return contents


def _write_member(form: MemberFormat, portable: Portable) -> Json:
    theirs = portable.kept(form.kind)
    required = form.required(portable.name)
    member = {**required, **theirs, "name": portable.name, form.portraits[0]: portable.image_url}
    if portable.description or "description" not in theirs:
        member["description"] = portable.description
    return {**member, OURS: portable.note(form.kind, required.keys() - theirs.keys())}


def _read_member(form: MemberFormat, value: Any) -> Portable:
    if not isinstance(value, dict):
        raise UnreadableFile(FileProblem.NOT_A_CHARACTER)
    member = as_object(value)
    name = member.get("name")
    if not isinstance(name, str) or not name.strip():
        raise UnreadableFile(FileProblem.WITHOUT_NAME)
    note = as_object(member.get(OURS))
    kept = without_texts(before_export(member, note, form.required(name)), "description")
    for field in (OURS, form.portraits[0]):
        kept.pop(field, None)
    portable = Portable.from_file(form.kind, name, member.get("description"), kept, note)
    for field in form.portraits:
        link = member.get(field)
        if isinstance(link, str) and link.strip():
            return portable.with_portrait(None, link)
    return portable
