"""A picture of many characters: a numbered tile for each, also for those without a portrait."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from characters.model import Character
from characters.portraits.folder import FolderAssets
from characters.portraits.remembered import RememberedImages
from characters.portraits.renderer import Collage, Renderer
from characters.portraits.service import PortraitService
from characters.portraits.tiles import MISSING, Tile, initials, tile_of
from tests import images
from tests.player_input import given

STEP = 168  # pixels from tile to tile
BACKGROUND = (30, 31, 34)


class CountingRenderer(Renderer):
    def __init__(self) -> None:
        self.drawn: list[int] = []
        """How many tiles were drawn, for each picture."""

    async def collage(self, files: Sequence[bytes], tiles: Sequence[Tile | None]) -> Collage:
        self.drawn.append(len(tiles) - tiles.count(None))
        return await super().collage(files, tiles)


@pytest.fixture
def renderer() -> CountingRenderer:
    return CountingRenderer()


@pytest.fixture
def service(tmp_path: Path, renderer: CountingRenderer) -> PortraitService:
    return PortraitService(FolderAssets(tmp_path), renderer)


async def character(service: PortraitService, name: str, data: bytes | None = None) -> Character:
    portrait = None
    if data:
        portrait, _ = await service.keep(given(data))
    return Character.new(name, "", portrait)


async def drawn(service: PortraitService, *characters: Character | None) -> Image.Image:
    return Image.open(io.BytesIO(await service.collage(*characters) or b"")).convert("RGB")


def tile(picture: Image.Image, number: int) -> Image.Image:
    row, column = divmod(number, 5)
    left, top = column * STEP, row * STEP
    return picture.crop((left, top, left + 160, top + 160))


def is_like(pixel: tuple[int, ...], colour: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(pixel, colour, strict=True))


def letters_in(picture: Image.Image) -> bool:
    """Whether something light is drawn in the middle of a tile."""
    low, high = picture.crop((40, 60, 120, 100)).convert("L").getextrema()
    return high - low > 60


async def test_there_is_a_tile_for_each_five_in_a_row(service: PortraitService) -> None:
    red = await character(service, "Red", images.png((200, 200), "red"))
    quiet = await character(service, "Ana Bonny")
    picture = await drawn(service, red, quiet, None, *[quiet] * 4)
    assert picture.size == (5 * STEP - 8, 2 * STEP - 8)
    assert is_like(tile(picture, 0).getpixel((80, 140)), (255, 0, 0))
    assert is_like(tile(picture, 1).getpixel((80, 140)), tile_of("Ana Bonny").colour)
    assert letters_in(tile(picture, 1))
    assert is_like(tile(picture, 2).getpixel((80, 140)), Tile().colour)
    assert not letters_in(tile(picture, 2))
    assert is_like(tile(picture, 8).getpixel((80, 80)), BACKGROUND)


async def test_nobody_has_a_portrait_and_there_is_a_picture_all_the_same(
    service: PortraitService,
) -> None:
    picture = await drawn(service, await character(service, "Ana"))
    assert picture.size == (160, 160)
    assert await service.collage(None)


async def test_the_number_is_as_high_as_a_line_of_text_on_a_phone(
    service: PortraitService,
) -> None:
    """At 390 pixels, Discord shows the five tiles 340 wide: a tile is 65."""
    ana = await character(service, "ж")  # a letter that the font lacks
    picture = await drawn(service, *[ana] * 25)
    small = picture.resize((340, 340), Image.Resampling.LANCZOS)
    corner = small.crop((4 * 68, 4 * 68, 4 * 68 + 28, 4 * 68 + 20)).convert("L")
    light = corner.point(lambda value: 255 if value > 140 else 0).getbbox()
    assert light
    assert light[3] - light[1] >= 11


async def test_a_tall_older_thumbnail_shows_its_upper_part(
    service: PortraitService, tmp_path: Path
) -> None:
    ana = await character(service, "Ana", images.png((200, 200)))
    tall = images.picture((85, 256), "blue")
    tall.paste("lime", (0, 0, 85, 85))
    (thumbnail,) = tmp_path.glob("*-256.webp")
    thumbnail.write_bytes(images.encode(tall, "WEBP"))
    picture = await drawn(PortraitService(FolderAssets(tmp_path), Renderer()), ana)
    assert is_like(picture.getpixel((80, 100)), (0, 255, 0))


async def test_a_damaged_thumbnail_is_a_quiet_tile_and_a_missing_one_a_question_mark(
    service: PortraitService, tmp_path: Path
) -> None:
    ana = await character(service, "Ana", images.png((200, 200)))
    (thumbnail,) = tmp_path.glob("*-256.webp")
    changes = {
        tile_of("Ana").colour: lambda: thumbnail.write_bytes(b"RIFF\0\0\0\0WEBP"),
        MISSING.colour: thumbnail.unlink,
    }
    for colour, change in changes.items():
        change()
        fresh = PortraitService(FolderAssets(tmp_path), Renderer())
        picture = await drawn(fresh, ana)
        assert is_like(picture.getpixel((80, 140)), colour)


async def test_transparent_places_show_the_background(service: PortraitService) -> None:
    ghost = await character(service, "Ghost", images.png((200, 200), (0, 0, 0, 0), "RGBA"))
    assert is_like((await drawn(service, ghost)).getpixel((80, 140)), BACKGROUND)


async def test_an_unchanged_picture_is_drawn_once(
    service: PortraitService, renderer: CountingRenderer
) -> None:
    ana, bob = await character(service, "Ana"), await character(service, "Bob", images.png())
    first = await service.collage(ana, bob)
    assert await service.collage(ana, bob) == first
    assert await service.collage(ana.with_fields(last_used=5.0, description="x"), bob) == first
    assert renderer.drawn == [2]
    assert await service.collage(bob, ana) != first
    assert await service.collage(ana.with_fields(name="Zoe"), bob) != first
    other = await character(service, "Bob", images.png(color="blue"))
    assert await service.collage(ana, other) != first
    assert renderer.drawn == [2, 0, 1, 1]


async def test_a_remembered_tile_looks_like_one_that_is_drawn_now(
    service: PortraitService, renderer: CountingRenderer, tmp_path: Path
) -> None:
    ghost = await character(service, "Ghost", images.png((200, 200), (255, 0, 0, 90), "RGBA"))
    ana, bob = await character(service, "Ana"), await character(service, "Bob", images.jpeg())
    await service.collage(ghost, ana)
    remembered = await drawn(service, bob, ana, None, ghost)
    assert renderer.drawn == [2, 2]
    fresh = PortraitService(FolderAssets(tmp_path), renderer)
    assert (await drawn(fresh, bob, ana, None, ghost)).tobytes() == remembered.tobytes()
    assert renderer.drawn == [2, 2, 4]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana", "A"),
        ("ana bonny", "AB"),
        ("The Very Old Wizard", "TW"),
        ("“Bob” – !", "B"),
        ("é́milie", "É́"),
        ("7 of 9", "79"),
        ("🎭", ""),
        ("…", ""),
        ("ßo", "SS"),
        ("山田 太郎", "山太"),
    ],
)
def test_initials_are_the_first_letters_of_the_first_and_the_last_word(
    name: str, letters: str
) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("name", ["Élodie", "Łukasz", "Ana"])
async def test_letters_with_marks_are_drawn(service: PortraitService, name: str) -> None:
    assert letters_in(await drawn(service, await character(service, name)))


@pytest.mark.parametrize("name", ["Жанна", "山田", "\ud83d", "A Жанна"])
async def test_letters_that_the_font_lacks_are_left_out(
    service: PortraitService, name: str
) -> None:
    quiet = Character("x", {"name": name})
    assert not letters_in(await drawn(service, quiet))


def test_a_tile_always_has_the_same_quiet_colour() -> None:
    colours = {tile_of(f"Name {number}").colour for number in range(50)}
    assert len(colours) > 20
    assert all(40 < each < 130 for colour in colours for each in colour)
    assert tile_of("Ana") == tile_of("Ana")


def test_remembered_images_are_bounded_in_number_and_bytes() -> None:
    remembered = RememberedImages(3, 100)
    for key in "abcd":
        remembered.put(key, b"x" * 10)
    assert remembered.get("a") is None
    assert remembered.get("b") == b"x" * 10
    remembered.put("e", b"x" * 90)
    assert [key for key in "abcde" if remembered.get(key)] == ["b", "e"]
    remembered.put("f", b"x" * 101)
    assert not any(remembered.get(key) for key in "abcdef")
    remembered.put("g", b"x" * 100)
    remembered.drop("g")
    remembered.drop("g")
    remembered.put("h", b"x" * 100)
    assert remembered.get("h")
