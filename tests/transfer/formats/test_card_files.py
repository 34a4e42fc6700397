"""Archives with cards, as people and other programs pack them."""

import io
import zipfile
from typing import Any

import pytest

from characters.errors import FileProblem
from characters.model import Character
from characters.transfer.formats.portable import FileKind, Portable
from characters.transfer.formats.reading import read
from tests import images
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

ICON = "assets/icon/main 1.png"


def with_icon(uri: str = f"embeded://{ICON}", **icon: Any) -> dict[str, Any]:
    return card(assets=[{"type": "icon", "name": "main", "ext": "png", "uri": uri, **icon}])


def charx(folder: str = "", uri: str = f"embeded://{ICON}", icon: str = ICON) -> bytes:
    return zip_of({f"{folder}card.json": as_json(with_icon(uri)), f"{folder}{icon}": PNG})


def backslashes(folder: str) -> bytes:
    """As some programs for Windows pack; `writestr` would write slashes there."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, data in ((f"{folder}card.json", as_json(with_icon())), (f"{folder}{ICON}", PNG)):
            entry = zipfile.ZipInfo()
            entry.filename = name.replace("/", "\\")
            target.writestr(entry, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(charx(), id="as the standard says"),
        pytest.param(charx("Ana/"), id="a folder"),
        pytest.param(charx("a/b/"), id="two folders"),
        pytest.param(charx("./"), id="a dot"),
        pytest.param(backslashes(""), id="backslashes"),
        pytest.param(backslashes("Ana/"), id="backslashes and a folder"),
        pytest.param(charx(uri=f"embeded://./{ICON}"), id="a dot in the URI"),
        pytest.param(charx(uri="embeded://assets\\icon\\main 1.png"), id="backslashes in the URI"),
        pytest.param(charx(uri="embedded://assets/icon/main%201.png"), id="percent in the URI"),
        pytest.param(charx(uri="EMBEDED://Assets/Icon/MAIN 1.PNG"), id="other case"),
        pytest.param(
            zip_of({"CARD.JSON": as_json(with_icon()), ICON: PNG}), id="other case of the card"
        ),
        pytest.param(
            zip_of({"card.json": as_json(with_icon(type="Icon", name="Main")), ICON: PNG}),
            id="capital asset types",
        ),
        pytest.param(
            zip_of(
                {
                    "__MACOSX/._card.json": b"x",
                    "__MACOSX/Ana/._card.json": b"x",
                    "Ana/.DS_Store": b"x",
                    "Ana/": b"",
                    "Ana/card.json": as_json(with_icon()),
                    f"Ana/{ICON}": PNG,
                }
            ),
            id="from a Mac",
        ),
        pytest.param(
            zip_of({"readme.txt": b"x", "A/card.json": as_json(with_icon()), f"A/{ICON}": PNG}),
            id="a text beside the folder",
        ),
        pytest.param(images.jpeg() + charx(), id="behind a JPEG"),
        pytest.param(zip_of({"all/ana.charx": charx()}), id="in a ZIP"),
        pytest.param(zip_of({"ana.jpg": images.jpeg() + charx("Ana/")}), id="a JPEG in a ZIP"),
    ],
)
def test_the_portrait_lies_beside_the_card(data: bytes) -> None:
    portable = only(data)
    assert (portable.name, portable.image, portable.losses) == ("Ana", PNG, ())


def test_a_jpeg_is_the_portrait_of_a_card_behind_it_that_has_none() -> None:
    jpeg = images.jpeg()
    assert only(jpeg + in_charx(card())).image == jpeg


def test_cards_of_every_kind_are_read_from_one_archive() -> None:
    contents = read(
        zip_of(
            {
                "Ada.png": in_png(card(name="Ada")),
                "more/Bob.JSON": as_json(card(name="Bob")),
                "more/Cem/card.json": as_json({**with_icon(), "data": card(name="Cem")["data"]}),
                "more/Cem/other.png": PNG,
                "d.charx": in_charx(card(name="Dan")),
                "e.jsonl": as_json(card(name="Eva")) + b"\n" + as_json(card(name="Fay")),
                "g.yaml": b"name: Gus\ncontext: Tall.",
                "readme.txt": b"hello",
                "tuppers.json": as_json({"tuppers": [{"name": "Hal"}, {"name": None}]}),
            }
        )
    )
    names = [each.name for each in contents.characters]
    assert names == ["Ada", "Bob", "Cem", "Dan", "Eva", "Fay", "Gus", "Hal"]
    assert [each.number for each in contents.failures] == [2]
    assert contents.kind is FileKind.CARDS


def test_a_bad_file_of_an_archive_never_hides_the_others() -> None:
    inner = zip_of({"a.json": as_json(card()), "b.json": as_json(card())})
    contents = read(
        zip_of(
            {
                "a.json": b"{",
                "b.png": PNG,
                "c.png": in_png(card()),
                "d.charx": b"PK\3\4",
                "e.zip": inner,
                "f.7z": b"7z",
                "G/card.json": as_json({"data": {}}),
                "h.json": as_json({"entries": {}}),
            }
        )
    )
    assert [each.name for each in contents.characters] == ["Ana"]
    assert {each.name: vars(each.reason)["problem"] for each in contents.failures} == {
        "a.json": FileProblem.NOT_JSON,
        "b.png": FileProblem.NO_CARD,
        "d.charx": FileProblem.DAMAGED_ARCHIVE,
        "e.zip": FileProblem.NESTED_ARCHIVE,
        "f.7z": FileProblem.UNKNOWN,
        "G/card.json": FileProblem.CARD_WITHOUT_NAME,
        "h.json": FileProblem.LOREBOOK,
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.png": PNG, "b.png": PNG}, FileProblem.NO_CARD),
        ({"a.json": as_json({"entries": {}})}, FileProblem.LOREBOOK),
        ({"a/b.txt": b"x"}, FileProblem.UNKNOWN),
        ({"a\\b.json": b"x", "a/b.json": b"x"}, FileProblem.SAME_FILE_NAME),
        ({"manifest.json": b"[]"}, FileProblem.UNKNOWN),
        ({"a.zip": zip_of({"b.zip": charx()})}, FileProblem.NESTED_ARCHIVE),
    ],
)
def test_an_archive_without_characters_is_refused(files: Any, expected: FileProblem) -> None:
    assert problem(zip_of(files)) is expected


def test_an_archive_of_ours_that_was_packed_again_has_a_folder() -> None:
    ana = Portable.of(Character("ana", {"name": "Ana"}), PNG)
    with zipfile.ZipFile(io.BytesIO(WRITERS["archive"](ana))) as archive:
        files = {f"characters/{name}": archive.read(name) for name in archive.namelist()}
    contents = read(zip_of(files))
    assert contents.kind is FileKind.ARCHIVE
    assert [each.image for each in contents.characters] == [PNG]


def test_names_that_differ_in_case_are_two_files() -> None:
    files = {"A.json": as_json(card(name="Ada")), "a.json": as_json(card(name="Bob"))}
    assert [each.name for each in read(zip_of(files)).characters] == ["Ada", "Bob"]


def test_an_archive_and_those_inside_share_the_limits() -> None:
    large = {f"{number}.bin": bytes(6 * 2**20) for number in range(2)}
    inner = zip_of({"card.json": as_json(with_icon("embeded://0.bin")), **large})
    contents = read(zip_of({"a.charx": inner, "b.charx": inner, "c.charx": inner}))
    assert len(contents.characters) == 2
    (failure,) = contents.failures
    assert vars(failure.reason)["problem"] is FileProblem.UNPACKED_TOO_LARGE
    contents = read(zip_of({f"{number}.charx": inner for number in range(9)}))
    assert (len(contents.characters), len(contents.failures)) == (2, 7)
    many = zip_of({"card.json": as_json(card()), **{f"{number}": b"" for number in range(600)}})
    contents = read(zip_of({"a.charx": many, "b.charx": many}))
    (failure,) = contents.failures
    assert vars(failure.reason)["problem"] is FileProblem.TOO_MANY_FILES
