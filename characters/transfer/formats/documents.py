"""The characters in a JSON document; its fields say which program wrote it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.card import read_with_portrait
from characters.transfer.formats.chat_programs import CHAT_PROGRAMS
from characters.transfer.formats.collected import Collected
from characters.transfer.formats.json_text import Json, as_list, as_object
from characters.transfer.formats.marinara import is_marinara, read_marinara
from characters.transfer.formats.member_list import MemberFormat, read_members
from characters.transfer.formats.no_characters import other_content
from characters.transfer.formats.object_format import read_object
from characters.transfer.formats.pluralkit import PLURALKIT
from characters.transfer.formats.portable import Contents, FileKind
from characters.transfer.formats.sillytavern_personas import (
    is_sillytavern_personas,
    read_sillytavern_personas,
)
from characters.transfer.formats.simply_plural import is_simply_plural, read_simply_plural
from characters.transfer.formats.tupperbox import TUPPERBOX


def _has_members(form: MemberFormat, document: Json) -> bool:
    return any(field in document for field in form.recognised_by)


def _is_card(document: Json) -> bool:
    return str(document.get("spec")).startswith("chara_card")


def _is_other_content(document: Json) -> bool:
    return other_content(document) is not None


def _refuse(document: Json) -> Contents:
    raise UnreadableFile(other_content(document) or FileProblem.UNKNOWN)


def _may_be_card(document: Json) -> bool:
    return "name" in document or "data" in document


def read_card(document: Json) -> Contents:
    """The character on a Character Card. Raises UnreadableFile."""
    return Contents(FileKind.CARD, [read_with_portrait(document)])


def _has_list(document: Json) -> bool:
    return isinstance(document.get("characters"), list) and "description" not in document


def _read_list(document: Json) -> Contents:
    return read_documents(as_list(document["characters"]))


def _has_one(document: Json) -> bool:
    return isinstance(document.get("character"), dict)


def _read_one(document: Json) -> Contents:
    return read_document(document["character"])


# The first that recognises a document reads it.
_FORMS: tuple[tuple[Callable[[Json], bool], Callable[[Json], Contents]], ...] = (
    (_is_card, read_card),
    (_is_other_content, _refuse),
    (partial(_has_members, TUPPERBOX), partial(read_members, TUPPERBOX)),
    (is_simply_plural, read_simply_plural),
    (partial(_has_members, PLURALKIT), partial(read_members, PLURALKIT)),
    (is_sillytavern_personas, read_sillytavern_personas),
    (is_marinara, read_marinara),
    *((form.recognises, partial(read_object, form)) for form in CHAT_PROGRAMS),
    (_has_list, _read_list),
    (_may_be_card, read_card),
    (_has_one, _read_one),
)
# The members of other bots as a bare list, by fields that only theirs have.
_BARE = {
    "brackets": "tuppers",
    "show_brackets": "tuppers",
    "proxy_tags": "members",
    "avatarUrl": "members",
    "desc": "members",
}


def read_document(document: Any) -> Contents:
    """Raises UnreadableFile."""
    if isinstance(document, list):
        return read_documents(as_list(document))
    fields = as_object(document)
    return reader_of(fields)(fields)


def reader_of(document: Json) -> Callable[[Json], Contents]:
    """What reads this document. Raises UnreadableFile."""
    for recognises, read in _FORMS:
        if recognises(document):
            return read
    raise UnreadableFile(FileProblem.UNKNOWN)


def read_documents(documents: list[Any]) -> Contents:
    """The characters of a list, of a program's members or of cards. Raises UnreadableFile."""
    fields = {field for each in documents for field in as_object(each)}
    for field, name in _BARE.items():
        if field in fields:
            return read_document({name: documents})
    if not documents:
        raise UnreadableFile(FileProblem.UNKNOWN)
    collected = Collected(FileKind.CARDS)
    for number, document in enumerate(documents, start=1):
        collected.add(partial(_read_item, document), number=number)
    return collected.contents()


def _read_item(document: Any) -> Contents:
    if not isinstance(document, dict):
        raise UnreadableFile(FileProblem.NOT_A_CHARACTER)
    return read_document(as_object(document))
