"""Makes a portrait on stdout from the image on stdin. `renderer.py` runs it as a program.

Arguments: the folder in which Pillow is installed, and what is wanted. That is `portrait` (the
default), `lossless` (a portrait with every pixel as in the image), or `png` and the greatest
number of bytes that it may have.

It answers with a line of JSON and files, and ends:

* `{"image": n, "thumbnail": m}`, followed by the n and m bytes of two WebP files
* `{"png": n}`, or `{"smaller": n}` if it was scaled down, followed by the n bytes of a PNG file
* `{"refused": name, …}`: the name of a class in `characters.errors` and its fields; DamagedImage
  has a `reason` for the log

It ends without an answer where it crashes or exceeds its limits. It imports nothing of ours, as it
runs in isolated mode.
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
    """Limits this process; called before any code of Pillow runs."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The soft limit ends it with SIGXCPU, which names the reason in the log; the hard one kills it.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    with contextlib.suppress(OSError, ValueError):  # macOS does not allow this limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


if __name__ == "__main__":
    set_limits()
    sys.path.append(sys.argv[1])

from PIL import ExifTags, Image, ImageCms, ImageFile  # noqa: E402 - after the limits
from PIL.GifImagePlugin import GifImageFile  # noqa: E402 - after the limits
from PIL.JpegImagePlugin import JpegImageFile  # noqa: E402 - after the limits
from PIL.PngImagePlugin import PngImageFile  # noqa: E402 - after the limits
from PIL.WebPImagePlugin import WebPImageFile  # noqa: E402 - after the limits

# EXIF 2.32, tag 0x0112: how the stored picture is made upright.
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
    """The image can't become a portrait; `answer` is the line of JSON for the parent."""

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
    return {"image": portrait, "thumbnail": to_webp(image, quality=80)}


def render_png(data: bytes, limit: int) -> dict[str, bytes]:
    """The portrait as a PNG, named "smaller" where it was scaled down to have `limit` bytes."""
    _, image = fitted_picture(data)
    name = "png"
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
    """The opened image, and its picture: upright, in sRGB, and fitted into `IMAGE_BOX`."""
    source = open_image(data)
    source.load()
    image = with_plain_mode(source)
    image.thumbnail(IMAGE_BOX, Image.Resampling.LANCZOS)
    image = upright(to_srgb(image, source.info.get("icc_profile")), source)
    # Only the pixels: Pillow's writers also use `info` (comments, profiles), and how they do that
    # changes between versions.
    return source, Image.frombytes(image.mode, image.size, image.tobytes())


def open_image(data: bytes) -> ImageFile.ImageFile:
    """The image: its header is read and its size is checked, and nothing is decoded yet.

    The first bytes alone choose the decoder. `Image.open` would give some JPEGs (a phone's HDR
    photos) to the MPO decoder; here such a file means its first picture, an ordinary JPEG.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        image = PngImageFile(io.BytesIO(data))
    elif data.startswith(b"\xff\xd8\xff"):
        image = JpegImageFile(io.BytesIO(data))
    elif data.startswith((b"GIF87a", b"GIF89a")):
        # Before it is opened, as that may allocate memory for the first frame.
        check_pixels(*struct.unpack_from("<HH", data, 6))
        image = GifImageFile(io.BytesIO(data))
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        check_pixels(*webp_size(data))  # before it is opened, as that allocates the canvas twice
        image = WebPImageFile(io.BytesIO(data))
    else:
        raise RefusalError("NotAnImage")
    check_pixels(*image.size)
    return image


def check_pixels(width: int, height: int) -> None:
    if width * height > PIXEL_LIMIT:
        raise RefusalError("TooManyPixels", width=width, height=height, limit=PIXEL_LIMIT)


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height in the first chunk (RFC 9649, sections 2.5 to 2.7)."""
    if data[12:16] == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def is_lossless_webp(data: bytes) -> bool:
    """Whether the first picture in a WebP file is lossless, which Pillow does not say."""
    position = 12
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        if name in (b"VP8 ", b"VP8L"):
            return name == b"VP8L"
        # The picture of an animation's frame is within its ANMF chunk, after 16 bytes.
        position += 8 + (16 if name == b"ANMF" else size + size % 2)
    return False


def with_plain_mode(image: Image.Image) -> Image.Image:
    """The same picture in one of the modes L, LA, RGB, RGBA and CMYK."""
    if image.mode.startswith("I;16"):
        # The high byte of each little-endian pixel; `convert` would clip at 255 instead of scaling.
        return Image.frombytes("L", image.size, image.tobytes()[1::2])
    if image.mode == "CMYK":
        return image.copy()
    if image.mode in ("1", "L", "LA"):
        return image.convert("LA" if image.has_transparency_data else "L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def to_srgb(image: Image.Image, icc_profile: bytes | None) -> Image.Image:
    """The picture as RGB or RGBA; a profile that is damaged or for another mode is ignored."""
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
    with contextlib.suppress(Exception):  # damaged EXIF does no harm to the picture
        orientation = source.getexif().get(ExifTags.Base.Orientation)
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image


def to_webp(image: Image.Image, *, quality: int | None, exact: bool = False) -> bytes:
    """A WebP file: lossless without a quality; `exact` keeps the colours of transparent pixels."""
    file = io.BytesIO()
    if quality is None:
        # A photo of 4 megapixels takes 1 s of CPU. The defaults (method 4, quality 80) take 2.4 s
        # for as many bytes; method 0 takes 0.3 s, but smooth pictures have up to 70 % more bytes.
        image.save(file, "WEBP", lossless=True, method=1, quality=0, exact=exact)
    else:
        image.save(file, "WEBP", quality=quality)
    return file.getvalue()


def main() -> None:
    Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
    warnings.simplefilter("ignore")  # such as those on damaged EXIF
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    files: dict[str, bytes] = {}
    wanted, *limit = sys.argv[2:] or ["portrait"]
    try:
        data = sys.stdin.buffer.read()
        if wanted == "png":
            files = render_png(data, int(limit[0]))
        else:
            files = render(data, lossless=wanted == "lossless")
        answer = {name: len(file) for name, file in files.items()}
    except RefusalError as refusal:
        answer = refusal.answer
    except Exception as error:  # noqa: BLE001 - a damaged image can make a decoder raise anything
        answer = {"refused": "DamagedImage", "reason": repr(error)[:200]}
    sys.stdout.buffer.write(b"".join([json.dumps(answer).encode(), b"\n", *files.values()]))


if __name__ == "__main__":
    main()
