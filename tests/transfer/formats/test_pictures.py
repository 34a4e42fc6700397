"""Characters in the text and the Exif data of pictures."""

import base64
import struct
from collections.abc import Callable

import pytest

from characters.errors import FileProblem
from characters.transfer.formats.png_text import with_texts
from characters.transfer.formats.portable import FileKind
from characters.transfer.formats.reading import read
from tests.transfer.formats.other_programs import V1, with_comment
from tests.transfer.formats.samples import PNG, as_json, card, in_png, only, problem

ODD = card(description="~~~???>>> ÿÿÿ")


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("is_padded", [True, False])
@pytest.mark.parametrize("width", [76, 10**6])
def test_base64_is_read_as_programs_write_it(
    encode: Callable[[bytes], bytes], width: int, *, is_padded: bool
) -> None:
    for name in ("Ana", "Anna", "Annna"):
        text = encode(as_json({**ODD, "data": {**ODD["data"], "name": name}}))
        text = text if is_padded else text.rstrip(b"=")
        text = b"\r\n".join(text[start : start + width] for start in range(0, len(text), width))
        portable = only(with_texts(PNG, {"chara": text}))
        assert (portable.name, portable.description) == (name, "~~~???>>> ÿÿÿ")


def test_a_locked_card_is_named() -> None:
    locked = b"rcc||rccv1||AAAA||abc||e30="
    assert problem(with_texts(PNG, {"chara": locked})) is FileProblem.LOCKED
    open_card = base64.b64encode(as_json(card()))
    assert only(with_texts(PNG, {"ccv3": locked, "chara": open_card})).name == "Ana"


def test_a_picture_with_something_else_is_named() -> None:
    assert problem(in_png({"entries": {}})) is FileProblem.LOREBOOK


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"char_name": "Ana", "char_persona": "Tall."}, FileKind.PYGMALION),
        ({"kind": "character", "name": "Ana", "description": "Tall."}, FileKind.AGNAI),
        (V1, FileKind.CARD),
    ],
)
def test_a_picture_may_hold_the_character_of_any_program(document: object, kind: FileKind) -> None:
    data = in_png(document)
    contents = read(data)
    assert contents.kind is kind
    (portable,) = contents.characters
    assert (portable.description, portable.image) == ("Tall.", data)


@pytest.mark.parametrize("image_format", ["WEBP", "PNG"])
@pytest.mark.parametrize(
    "comment",
    [
        pytest.param(as_json(V1), id="JSON"),
        pytest.param(b"ASCII\0\0\0" + as_json(V1), id="ASCII"),
        pytest.param(b"\0" * 8 + as_json(V1), id="no code"),
        pytest.param(b"UNICODE\0" + as_json(V1).decode().encode("utf-16-be"), id="UTF-16"),
        pytest.param(",".join(map(str, as_json(V1))).encode(), id="numbers"),
        pytest.param(str([*as_json(V1)]).encode(), id="a list of numbers"),
        pytest.param(base64.b64encode(as_json(V1)), id="base64"),
    ],
)
def test_a_card_may_be_a_comment(image_format: str, comment: bytes) -> None:
    data = with_comment(image_format, comment)
    portable = only(data)
    assert (portable.name, portable.description, portable.image) == ("Ana", "Tall.", data)


def tiff(order: str, *entries: tuple[int, int, int, int], more: bytes = b"") -> bytes:
    """Exif data with one directory of entries: tag, type, count, value."""
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, len(entries))
    return start + b"".join(struct.pack(f"{order}HHII", *each) for each in entries) + more


def webp(exif: bytes, length: int | None = None) -> bytes:
    size = len(exif) if length is None else length
    return (
        b"RIFF\0\0\0\0WEBPVP8X"
        + struct.pack("<I", 1)
        + b"xx"
        + b"EXIF"
        + (struct.pack("<I", size) + exif)
    )


def test_the_description_of_a_picture_may_be_a_card() -> None:
    text = as_json(V1)
    for order in "<>":
        data = webp(b"Exif\0\0" + tiff(order, (0x010E, 2, len(text), 22), more=text))
        assert only(data).name == "Ana"


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"Exif\0\0",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        tiff("<", (0x9286, 7, 2**32 - 1, 2**32 - 1)),
        tiff("<", (0x9286, 5, 8, 0)),
        tiff("<", (0x8769, 4, 1, 8)),
        tiff("<", (0x8769, 4, 1, 2**32 - 1)),
        tiff("<")[:8] + b"\xff\xff",
    ],
)
def test_damaged_exif_data_is_no_card(exif: bytes) -> None:
    assert problem(webp(exif)) is FileProblem.NO_CARD


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        (b"256,1", FileProblem.DAMAGED_CARD),
        (b"1,,,1", FileProblem.DAMAGED_CARD),
        (b"1," * 2**21 + b"1", FileProblem.CARD_TOO_LARGE),
        (b"123,125", FileProblem.UNKNOWN),
    ],
)
def test_a_comment_that_is_no_card_is_refused(comment: bytes, expected: FileProblem) -> None:
    data = webp(tiff("<", (0x9286, 7, len(comment), 22), more=comment))
    assert problem(data) is expected
