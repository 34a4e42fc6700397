"""Hostile and damaged files are read or refused, within bounded memory and time."""

import base64
import io
import json
import struct
import subprocess
import sys
import time
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from characters.errors import FileProblem, UnreadableFile
from characters.model import Character
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.png_text import pixels_id
from characters.transfer.formats.portable import Contents, Portable, digest
from characters.transfer.formats.reading import read
from characters.transfer.formats.zip_file import ENTRIES_LIMIT
from tests import images
from tests.transfer.formats import other_programs, worst_files
from tests.transfer.formats.samples import (
    PNG,
    WRITERS,
    as_json,
    card,
    in_charx,
    in_png,
    only,
    problem,
    zip_of,
)

CARD = {
    "spec": "chara_card_v3",
    "spec_version": "3.0",
    "data": {"name": "Ana", "description": "Tall."},
}
ANA = Portable.of(
    Character("ana", {"name": "Ana", "created_at": 1.5}, {"card": {"data": {"x": 1}}}),
    images.webp(),
)


def packed(
    *files: tuple[str | zipfile.ZipInfo, bytes], card: bool = True, how: int = zipfile.ZIP_DEFLATED
) -> bytes:
    archive = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(archive, "w", how) as target:
        warnings.simplefilter("ignore")  # duplicate names are what we want
        for name, data in ((("card.json", json.dumps(CARD).encode()),) if card else ()) + files:
            target.writestr(name, data)
    return archive.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o120777 << 16
    return entry


@pytest.mark.parametrize(
    "name",
    ["../x", "a/../../x", "/etc/passwd", "..\\x", "C:/x", "C:\\x", "a/..", "\\\\host\\x", "c:x"],
)
def test_no_path_leaves_the_archive(name: str) -> None:
    assert problem(packed((name, b"x"))) is FileProblem.OUTSIDE


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(packed((link("icon.png"), b"/etc/passwd")), FileProblem.LINKS, id="symlink"),
        pytest.param(packed(("more.zip", packed())), FileProblem.NESTED_ARCHIVE, id="nested"),
        pytest.param(packed(("card.json", b"{}")), FileProblem.SAME_FILE_NAME, id="duplicate"),
        pytest.param(
            packed(("x", b"x" * 100), how=zipfile.ZIP_BZIP2),
            FileProblem.UNKNOWN_COMPRESSION,
            id="bzip2",
        ),
        pytest.param(
            packed(("x", b"x" * 100), how=zipfile.ZIP_LZMA),
            FileProblem.UNKNOWN_COMPRESSION,
            id="lzma",
        ),
        pytest.param(
            packed(*((str(n), b"") for n in range(ENTRIES_LIMIT))),
            FileProblem.TOO_MANY_FILES,
            id="too many entries",
        ),
        pytest.param(packed(("x", bytes(51 * 2**20))), FileProblem.UNPACKED_TOO_LARGE, id="a bomb"),
        pytest.param(packed(card=False), FileProblem.UNKNOWN, id="empty"),
        pytest.param(packed(("x.txt", b"hello"), card=False), FileProblem.UNKNOWN, id="some ZIP"),
        pytest.param(
            packed(("card.json", packed()), card=False),
            FileProblem.NOT_JSON,
            id="an archive as a card",
        ),
        pytest.param(packed()[:60], FileProblem.DAMAGED_ARCHIVE, id="cut off"),
        pytest.param(
            packed(how=zipfile.ZIP_STORED).replace(b"Tall", b"Mall"),
            FileProblem.DAMAGED_ARCHIVE,
            id="wrong CRC",
        ),
        pytest.param(worst_files.encrypted(packed()), FileProblem.ENCRYPTED, id="encrypted"),
        pytest.param(
            worst_files.understated(packed(("a", bytes(2**20)))),
            FileProblem.DAMAGED_ARCHIVE,
            id="a size that lies",
        ),
        pytest.param(
            packed(("manifest.json", b'{"format":"game_characters","version":2}')),
            FileProblem.NEWER_ARCHIVE,
            id="newer",
        ),
    ],
)
def test_an_archive_that_can_not_be_taken_is_refused_with_the_reason(
    data: bytes, expected: FileProblem
) -> None:
    assert problem(data) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", FileProblem.UNKNOWN, id="nothing"),
        pytest.param(b"hello", FileProblem.UNKNOWN, id="text"),
        pytest.param(b"[]", FileProblem.UNKNOWN, id="a list"),
        pytest.param(b"{}", FileProblem.UNKNOWN, id="an empty object"),
        pytest.param(b'{"name": 5}', FileProblem.NOT_A_CARD, id="something with a name"),
        pytest.param(b'{"data": null}', FileProblem.NOT_A_CARD, id="no data"),
        pytest.param(b'{"data": {}}', FileProblem.CARD_WITHOUT_NAME, id="no name"),
        pytest.param(b'{"tuppers": 5}', FileProblem.NO_LIST, id="no list"),
        pytest.param(b'{"tuppers": [', FileProblem.NOT_JSON, id="cut off"),
        pytest.param(
            b'{"a":' * 10_000 + b"1" + b"}" * 10_000, FileProblem.NOT_JSON, id="10,000 deep"
        ),
        pytest.param(
            b'{"data":' + b"[" * 150 + b"]" * 150 + b"}", FileProblem.TOO_DEEP, id="150 deep"
        ),
        pytest.param(
            b'{"name": ' + b"9" * 5000 + b"}", FileProblem.NOT_JSON, id="a number of 5,000 digits"
        ),
        pytest.param(
            b'{"tuppers":[' + b"[]," * 3_000_000 + b"[]]}",
            FileProblem.TOO_MUCH,
            id="3,000,000 lists",
        ),
        pytest.param(
            b'{"tuppers":[' + b"1," * 5_000 + b"1]}",
            FileProblem.TOO_MANY_CHARACTERS,
            id="5,001 members",
        ),
        pytest.param(bytes(10 * 2**20 + 1), FileProblem.TOO_LARGE, id="too large"),
        pytest.param(images.png(), FileProblem.NO_CARD, id="a plain PNG"),
        pytest.param(images.jpeg(), FileProblem.NO_CARD, id="a JPEG"),
        pytest.param(images.webp(), FileProblem.NO_CARD, id="a WebP"),
        pytest.param(
            images.png()[:8] + struct.pack(">I", 2**30) + b"tEXtchara\0",
            FileProblem.NO_CARD,
            id="a 1 GB chunk",
        ),
        pytest.param(
            images.png()[:8] + struct.pack(">I", 2**32 - 1) + b"tEXt",
            FileProblem.NO_CARD,
            id="a 4 GB chunk",
        ),
        pytest.param(
            images.png_with(images.png_chunk(b"tEXt", b"chara\0%&/(")),
            FileProblem.DAMAGED_CARD,
            id="base64 garbage",
        ),
        pytest.param(
            images.png_with(images.png_chunk(b"tEXt", b"chara\0abcde")),
            FileProblem.DAMAGED_CARD,
            id="half of base64",
        ),
        pytest.param(
            images.png_with(images.png_chunk(b"zTXt", b"chara\0\0garbage")),
            FileProblem.NOT_JSON,
            id="zlib garbage",
        ),
        pytest.param(
            images.png_with(images.png_chunk(b"iTXt", b"chara\0")),
            FileProblem.NOT_JSON,
            id="an empty iTXt",
        ),
    ],
)
def test_a_file_that_is_no_card_is_refused_with_what_was_expected(
    data: bytes, expected: FileProblem
) -> None:
    assert problem(data) is expected


def test_an_image_in_a_card_may_be_garbage() -> None:
    card = {
        "data": {"name": "Ana", "assets": [{"type": "icon", "uri": "data:image/png;base64,abcde"}]}
    }
    (portable,) = read(json.dumps(card).encode()).characters
    assert portable.image is None
    assert portable.losses == (Loss(LossKind.DAMAGED_IMAGE, "Ana"),)


GOOD = [
    packed(),
    *(write(ANA) for write in WRITERS.values()),
    *other_programs.FILES.values(),
]


def understood(data: bytes) -> Contents | None:
    try:
        return read(data)
    except UnreadableFile:
        return None


@pytest.mark.filterwarnings("ignore")  # zipfile warns of what it finds
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    good = bytearray(data.draw(st.sampled_from(GOOD)))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(good)))
        end = min(len(good), start + data.draw(st.sampled_from([0, 1, 2, 4, len(good)])))
        good[start:end] = data.draw(st.binary(max_size=4))
    understood(bytes(good))


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["embeded://card.json", "character", "data:,", "http://a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(worst_files.KEYS) | st.text(max_size=5), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=st.dictionaries(st.sampled_from(worst_files.KEYS), VALUES, max_size=6))
def test_known_fields_of_any_type_are_read_or_refused(document: dict[str, Any]) -> None:
    text = json.dumps(document).encode()
    for data in (
        text,
        json.dumps({"data": {"name": "Ana", **document}}).encode(),
        json.dumps({"tuppers": [{"name": "Ana", **document}]}).encode(),
        *(
            json.dumps({"type": f"marinara_{kind}", "data": document}).encode()
            for kind in ("persona", "character", "profile")
        ),
        json.dumps([document, {"name": "Ana", **document}]).encode(),
        images.png_with(images.png_chunk(b"tEXt", b"ccv3\0" + base64.b64encode(text))),
        packed(
            (
                "manifest.json",
                json.dumps({"format": "game_characters", "version": 1, **document}).encode(),
            )
        ),
    ):
        if contents := understood(data):
            for portable in contents.characters:  # and what was read can be written
                WRITERS["json"](portable)
                WRITERS["tupperbox"](portable)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_worst_files_take_less_than_200_mib_and_ten_seconds() -> None:
    program = [sys.executable, "-m", "tests.transfer.formats.worst_files"]
    root = Path(__file__).parents[3]
    printed = subprocess.run(program, cwd=root, check=True, capture_output=True, text=True).stdout
    taken = dict(reversed(line.split("\t")) for line in printed.splitlines())
    assert taken.keys() == worst_files.WORST.keys()
    assert [name for name, mib in taken.items() if mib == "failed" or int(mib) >= 200] == []


def test_a_file_that_lies_beyond_the_end_of_its_archive_is_refused() -> None:
    """Its position stands in a ZIP64 field (APPNOTE 4.5.3), and is larger than any file."""
    data = bytearray(in_charx(card()))
    entry = data.index(b"PK\x01\x02")
    name_length = int.from_bytes(data[entry + 28 : entry + 30], "little")
    extra = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    data[entry + 30 : entry + 32] = len(extra).to_bytes(2, "little")
    data[entry + 42 : entry + 46] = b"\xff" * 4
    data[entry + 46 + name_length : entry + 46 + name_length] = extra
    end = data.index(b"PK\x05\x06")
    size = int.from_bytes(data[end + 12 : end + 16], "little") + len(extra)
    data[end + 12 : end + 16] = size.to_bytes(4, "little")
    with pytest.raises(UnreadableFile):
        read(bytes(data))


def test_names_of_thousands_of_folders_are_refused() -> None:
    with pytest.raises(UnreadableFile):
        read(zip_of({"a/" * 10_000 + "card.json": as_json(card())}))


def test_a_long_number_in_yaml_is_refused_at_once() -> None:
    """PyYAML takes quadratic time for numbers with colons."""
    start = time.process_time()
    with pytest.raises(UnreadableFile):
        read(b"name: x\ncontext: 1" + b":1" * 400_000)
    assert time.process_time() - start < 10


def test_a_picture_with_many_members_is_the_portrait_of_none() -> None:
    members = {"tuppers": [{"name": f"T{number}"} for number in range(100)]}
    contents = read(in_png(members))
    assert len(contents.characters) == 100
    assert not any(each.image_id for each in contents.characters)


def test_a_note_on_the_portrait_is_an_id_or_nothing() -> None:
    for portrait in ("x" * 100_000, None, 7, ["a"]):
        note = {"pixels": pixels_id(PNG), "portrait": portrait}
        data = in_png(card(extensions={"game_characters": note}))
        assert only(data).image_id == digest(data)
