"""JSON files with a list of characters, as other bots write them."""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.field_rules import (
    Rule,
    Rules,
    before_export,
    fitted,
    losses_of,
    replaced,
    shortened,
)
from characters.transfer.formats.json_text import Json, as_list, as_object, write_json
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import (
    OURS,
    Contents,
    ExportedFile,
    Failure,
    FileKind,
    Portable,
    without_texts,
)
from characters.transfer.formats.record_fields import trusted_fields

MEMBERS_LIMIT = 5_000
_STEM = 60  # UTF-16 code units of a name before its number


@dataclass(frozen=True, slots=True)
class MemberFormat:
    """One bot's format.

    `members` is the field of the list, and `recognised_by` are fields of which such a file has at
    least one. `names` are the fields for the name, the one that people see first, and `dates` those
    of times, with the times of our record. `portraits` are the fields for a link to the portrait:
    the first is written. `required` returns the fields that the bot demands of a member with this
    name, and `document` are those beside the list. `rules` are what the bot takes in each field;
    the field `unique` must differ from that of every other member. `left_out` are the fields beside
    the list that an import does not keep.
    """

    kind: FileKind
    members: str
    recognised_by: tuple[str, ...]
    names: tuple[str, ...]
    dates: dict[str, str]
    portraits: tuple[str, ...]
    required: Callable[[str], Json]
    document: Json
    rules: Rules
    unique: str
    left_out: dict[str, LossKind]


class MemberListPart:
    """A file that is being written; a portrait without a public URL can't be in it."""

    def __init__(self, form: MemberFormat) -> None:
        self._form = form
        self._members: list[bytes] = []
        self._taken: set[str] = set()
        self._losses: list[Loss] = []
        self._size = len(self._document())

    def add(self, portable: Portable, limit: int) -> bool:
        """Adds the character unless the file would pass `limit` bytes; the first always fits."""
        fields, losses = _write_member(self._form, portable, self._taken)
        member = write_json(fields)
        size = len(member) + 1
        if self._members and self._size + size > limit:
            return False
        self._members.append(member)
        self._taken.add(fields[self._form.unique])
        self._losses += [*portable.losses, *losses]
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


def _write_member(
    form: MemberFormat, portable: Portable, taken: Collection[str]
) -> tuple[Json, list[Loss]]:
    """The member, and what the bot does not take of it."""
    wanted = _with_name(form, portable.kept(form.kind), portable.name)
    if portable.description or "description" not in wanted:
        wanted["description"] = portable.description
    avatar, *others = form.portraits
    link = _link(portable, form.rules[avatar])
    wanted.pop(avatar, None)  # a null would remove the one that the member has
    if link and link not in [wanted.get(each) for each in others]:
        wanted[avatar] = link
    fitting, originals = fitted(wanted, form.rules)
    first_choice = fitting.get(form.unique, f"{OURS}-{portable.char_id}")
    fitting[form.unique] = _unique(first_choice, taken)
    member = {**form.required(fitting["name"]), **fitting}
    lost = losses_of(portable.name, originals, member)
    if fitting[form.unique] != first_choice and form.unique in wanted:
        originals[form.unique] = wanted[form.unique]
    if form.unique == "name" and fitting["name"] != first_choice:
        lost.append(Loss(LossKind.RENAMED_THERE, portable.name, what=fitting["name"]))
    added = member.keys() - wanted.keys()
    note = portable.note(form.kind, added, replaced=replaced(originals, member))
    return {**member, OURS: note}, lost


def _with_name(form: MemberFormat, kept: Json, name: str) -> Json:
    """The name that people see is the character's; another name that the member had stays."""
    if _is_name(kept.get("name")):
        return {**kept, form.names[0]: name}
    others = [field for field in form.names if _is_name(kept.get(field))]
    return {**{key: each for key, each in kept.items() if key not in others}, "name": name}


def _link(portable: Portable, rule: Rule) -> str | None:
    """The link that the portrait was imported from, or else ours: the first that the bot takes."""
    links = [each for each in (portable.link, portable.image_url) if each]
    taken = [each for each in links if rule(each) == each]
    return next(iter(taken or links), None)


def _unique(text: str, taken: Collection[str]) -> str:
    unique, number = text, 1
    while unique in taken:
        number += 1
        unique = f"{shortened(text, _STEM)} ({number})"
    return unique


def _read_member(form: MemberFormat, value: Any) -> Portable:
    if not isinstance(value, dict):
        raise UnreadableFile(FileProblem.NOT_A_CHARACTER)
    note = as_object(as_object(value).get(OURS))
    written = as_object(value).get("name")
    member = before_export(as_object(value), note, form.required(str(written)))
    named_by = next((field for field in form.names if _is_name(member.get(field))), None)
    if named_by is None:
        raise UnreadableFile(FileProblem.WITHOUT_NAME)
    kept = without_texts(member, "description")
    if named_by != "name" and _is_name(member.get("name")):
        kept["name"] = member["name"]
    for field in (OURS, form.portraits[0], named_by):
        if field != "name":
            kept.pop(field, None)
    texts = member[named_by], member.get("description")
    portable = Portable.from_file(form.kind, *texts, kept, note)
    portable = replace(portable, fields={**_times(form, member), **portable.fields})
    for field in form.portraits:
        link = member.get(field)
        if isinstance(link, str) and link.strip():
            return portable.with_portrait(None, link)
    return portable


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.replace("\0", "").strip())


def _times(form: MemberFormat, member: Json) -> Json:
    """The times of a record, in seconds since the epoch, from the dates of the member."""
    times: Json = {}
    for field, ours in form.dates.items():
        with suppress(KeyError, ValueError, TypeError, OverflowError):
            date = datetime.fromisoformat(member[field])
            times[ours] = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    return trusted_fields(times)
