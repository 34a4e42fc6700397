"""Files of every format, for the tests of the formats."""

import base64
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.archive import ArchivePart
from characters.transfer.formats.card import write_json_card
from characters.transfer.formats.charx import write_charx
from characters.transfer.formats.member_list import MemberFormat, MemberListPart
from characters.transfer.formats.pluralkit import PLURALKIT
from characters.transfer.formats.png_card import write_png_card
from characters.transfer.formats.png_text import with_texts
from characters.transfer.formats.portable import Portable
from characters.transfer.formats.reading import read
from characters.transfer.formats.tupperbox import TUPPERBOX
from tests import images

WEBP = images.webp()
PNG = images.png()


def archive(*portables: Portable) -> bytes:
    part = ArchivePart()
    for portable in portables:
        assert part.add(portable, 10**9)
    return part.file(1).data


def members(form: MemberFormat, portable: Portable) -> bytes:
    part = MemberListPart(form)
    assert part.add(portable, 10**9)
    return part.file(1).data


WRITERS: dict[str, Callable[[Portable], bytes]] = {
    "json": lambda portable: write_json_card(portable).data,
    "png": lambda portable: write_png_card(portable, PNG).data,
    "png without portrait": lambda portable: write_png_card(portable, None).data,
    "charx": lambda portable: write_charx(portable, PNG if portable.image else None).data,
    "archive": archive,
    "tupperbox": lambda portable: members(TUPPERBOX, portable),
    "pluralkit": lambda portable: members(PLURALKIT, portable),
}


def only(data: bytes) -> Portable:
    """The one character in a file that can be read completely."""
    contents = read(data)
    assert contents.failures == []
    (portable,) = contents.characters
    return portable


def card(**data: Any) -> dict[str, Any]:
    return {
        "spec": "chara_card_v2",
        "spec_version": "2.0",
        "data": {"name": "Ana", "description": "Tall.", **data},
    }


def as_json(document: Any) -> bytes:
    return json.dumps(document).encode()


def in_png(document: Any, keyword: str = "chara") -> bytes:
    return with_texts(PNG, {keyword: base64.b64encode(as_json(document))})


def in_charx(document: Any, **files: bytes) -> bytes:
    names = {name.replace("__", "/"): data for name, data in files.items()}
    return zip_of({"card.json": as_json(document), **names})


def zip_of(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return packed.getvalue()


def problem(data: bytes) -> FileProblem:
    """Why a file is refused."""
    with pytest.raises(UnreadableFile) as caught:
        read(data)
    return caught.value.problem
