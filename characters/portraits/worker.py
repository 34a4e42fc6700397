"""Turns the image on stdin into a portrait on stdout: a program of its own, started by `characters.portraits.renderer`.

Its arguments are the folder in which Pillow lies, and what is wanted: `portrait` (or nothing), `lossless` (a portrait,
every pixel of it as in the image), or `png` and the most bytes that it may have.

It answers one line of JSON and ends: `{"image": n, "thumbnail": m}`, after which the n and m bytes of two WebP files
follow, or `{"png": n}` (or `smaller`) and one file, or `{"refused": kind, …}`, where the kind is an error's name in
`characters.errors` (`DamagedImage` with a `reason` for the log). Where it ends without an answer, its limits or a crash
ended it.

It knows nothing of the package, for it runs isolated.
"""

import contextlib
import io
import json
import resource
import struct
import sys
import warnings

MEMORY_LIMIT = 768 * 2**20
CPU_SECONDS = 5
PIXEL_LIMIT = 4096 * 4096
IMAGE_BOX = (2048, 2048)
THUMBNAIL_BOX = (256, 256)


def set_limits() -> None:
    """Bound this process for good; it is called before the first line of Pillow runs."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(
        resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1)
    )  # SIGXCPU tells it from a plain kill
    with contextlib.suppress(OSError, ValueError):  # macOS refuses this one
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


if __name__ == "__main__":
    set_limits()
    sys.path.append(sys.argv[1])

from PIL import ExifTags, Image, ImageCms, ImageFile  # noqa: E402 - after the limits
from PIL.GifImagePlugin import GifImageFile  # noqa: E402 - after the limits
from PIL.JpegImagePlugin import JpegImageFile  # noqa: E402 - after the limits
from PIL.PngImagePlugin import PngImageFile  # noqa: E402 - after the limits
from PIL.WebPImagePlugin import WebPImageFile  # noqa: E402 - after the limits

# EXIF 2.32, tag 0x0112: what turns the stored picture into the upright one.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class RefusalError(Exception):
    """The image cannot become a portrait; `answer` is what the parent is told."""

    def __init__(self, kind: str, **details: int | str) -> None:
        super().__init__(kind)
        self.answer = {"refused": kind, **details}


def render(data: bytes, *, lossless: bool = False) -> dict[str, bytes]:
    """The portrait and its thumbnail, both WebP."""
    source, image = fitted_picture(data)
    if lossless:
        portrait = to_webp(image, quality=None, exact=True)
    else:
        lossy = isinstance(source, JpegImageFile | WebPImageFile) and not is_lossless_webp(data)
        portrait = to_webp(image, quality=92 if lossy else None)
    image.thumbnail(THUMBNAIL_BOX, Image.Resampling.LANCZOS)
    return {
        "image": portrait,
        "thumbnail": to_webp(image, quality=80),
    }  # a page of them goes into one message


def render_png(data: bytes, limit: int) -> dict[str, bytes]:
    """A PNG; one that is smaller in pixels, and called so, where it would have more than `limit` bytes."""
    image, name = fitted_picture(data)[1], "png"
    while True:
        file = io.BytesIO()
        image.save(file, "PNG")
        png = file.getvalue()
        if len(png) <= limit or max(image.size) == 1:
            return {name: png}
        name = "smaller"
        side = max(1, int(max(image.size) * 0.9 * (limit / len(png)) ** 0.5))
        image.thumbnail((side, side), Image.Resampling.LANCZOS)


def fitted_picture(data: bytes) -> tuple[ImageFile.ImageFile, Image.Image]:
    """The image as it was opened, and its upright picture in sRGB, fitted into the box of portraits."""
    source = open_image(data)
    source.load()
    image = with_plain_mode(source)
    image.thumbnail(IMAGE_BOX, Image.Resampling.LANCZOS)
    image = upright(to_srgb(image, source.info.get("icc_profile")), source)
    # A picture of pixels alone: what Pillow's writers take from `info` (comments, profiles) changes between versions.
    return source, Image.frombytes(image.mode, image.size, image.tobytes())


def open_image(data: bytes) -> ImageFile.ImageFile:
    """The image, its header read and its size allowed, nothing decoded.

    The first bytes decide which decoder sees the file, and no other ever does: `Image.open` would hand some JPEGs to
    the MPO decoder. Here such a file (a phone's HDR photo) is its first picture, which is an ordinary JPEG.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        image = PngImageFile(io.BytesIO(data))
    elif data.startswith(b"\xff\xd8\xff"):
        image = JpegImageFile(io.BytesIO(data))
    elif data.startswith((b"GIF87a", b"GIF89a")):
        check_pixels(
            *struct.unpack_from("<HH", data, 6)
        )  # opening one may allocate its first frame
        image = GifImageFile(io.BytesIO(data))
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        check_pixels(*webp_size(data))  # opening one allocates its canvas, twice
        image = WebPImageFile(io.BytesIO(data))
    else:
        raise RefusalError("NotAnImage")
    check_pixels(*image.size)
    return image


def check_pixels(width: int, height: int) -> None:
    if width * height > PIXEL_LIMIT:
        raise RefusalError("TooManyPixels", width=width, height=height, limit=PIXEL_LIMIT)


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height as the first chunk declares them (RFC 9649, sections 2.5 to 2.7)."""
    if data[12:16] == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def is_lossless_webp(data: bytes) -> bool:
    """Whether the first picture in a WebP file is lossless; Pillow does not tell."""
    position = 12
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        if name in (b"VP8 ", b"VP8L"):
            return name == b"VP8L"
        # The picture of an animation's frame lies inside of its ANMF chunk, after 16 bytes.
        position += 8 + (16 if name == b"ANMF" else size + size % 2)
    return False


def with_plain_mode(image: Image.Image) -> Image.Image:
    """The same picture in one of the modes L, LA, RGB, RGBA and CMYK."""
    if image.mode.startswith(
        "I;16"
    ):  # little-endian; `convert` would clip at 255 instead of scaling
        return Image.frombytes("L", image.size, image.tobytes()[1::2])
    if image.mode == "CMYK":
        return image.copy()
    if image.mode in ("1", "L", "LA"):
        return image.convert("LA" if image.has_transparency_data else "L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def to_srgb(image: Image.Image, icc_profile: bytes | None) -> Image.Image:
    """The picture as RGB or RGBA; a profile that is damaged or made for other colours counts as none."""
    has_alpha = image.mode in ("LA", "RGBA")
    colours = image.convert(image.mode.removesuffix("A")) if has_alpha else image
    if icc_profile:
        with contextlib.suppress(ImageCms.PyCMSError):
            srgb = ImageCms.core.createProfile("sRGB")
            converted = ImageCms.profileToProfile(
                colours, io.BytesIO(icc_profile), srgb, outputMode="RGB"
            )
            colours = converted or colours
    colours = colours.convert("RGB")
    if has_alpha:
        colours.putalpha(image.getchannel("A"))
    return colours


def upright(image: Image.Image, source: Image.Image) -> Image.Image:
    orientation = None
    with contextlib.suppress(
        Exception
    ):  # EXIF that cannot be read says nothing; the picture is sound
        orientation = source.getexif().get(ExifTags.Base.Orientation)
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image


def to_webp(image: Image.Image, *, quality: int | None, exact: bool = False) -> bytes:
    """Lossless where the quality is None; `exact` keeps the colours of transparent pixels too."""
    file = io.BytesIO()
    if quality is None:
        # How hard to try: 4 megapixels like a photo take 1 s of CPU. The defaults (method 4, quality 80) take 2.4 s for
        # not a byte less; method 0 takes 0.3 s, but smooth pictures grow by up to 70 %.
        image.save(file, "WEBP", lossless=True, method=1, quality=0, exact=exact)
    else:
        image.save(file, "WEBP", quality=quality)
    return file.getvalue()


def main() -> None:
    Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
    warnings.simplefilter("ignore")  # corrupt EXIF is no news for the operator
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    files: dict[str, bytes] = {}
    wanted, *limit = sys.argv[2:] or ["portrait"]
    try:
        data = sys.stdin.buffer.read()
        files = (
            render_png(data, *map(int, limit))
            if wanted == "png"
            else render(data, lossless=wanted == "lossless")
        )
        answer = {name: len(file) for name, file in files.items()}
    except RefusalError as refusal:
        answer = refusal.answer
    except Exception as error:  # noqa: BLE001 - whatever a decoder raises, the image is at fault
        answer = {"refused": "DamagedImage", "reason": repr(error)[:200]}
    sys.stdout.buffer.write(b"".join([json.dumps(answer).encode(), b"\n", *files.values()]))


if __name__ == "__main__":
    main()
