"""Opens the image of a stranger: its kind, its size and its cost are known before it is decoded."""

import io
import re
import struct
import warnings

from PIL import AvifImagePlugin, Image, ImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from characters.errors import HeicImage, NotAnImage, TooManyPixels, TooManyScans
from characters.portraits.webp import is_lossless_webp, webp_size

PIXEL_LIMIT = 4096 * 4096
SCANS_LIMIT = 50  # programs write 10; 400 scans of 16 megapixels take 4.5 s of CPU

# Not within the pixels, where 0xFF is followed by 0 or a restart marker.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]", re.DOTALL)
_START_OF_SCAN = 0xDA
_END_OF_IMAGE = 0xD9

# Brands of files that begin as ISO/IEC 14496-12, 4.3 says: those of AVIF, and those of HEIF
# (ISO/IEC 23008-12, annex B), whose pictures are HEVC and which we can't decode.
_AVIF = {b"avif", b"avis"}
_HEIF = {b"mif1", b"msf1", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_BRANDS_LIMIT = 64


def guard_decoders() -> None:
    """Sets Pillow up for a worker process."""
    Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # a worker can't start a thread
    warnings.simplefilter("ignore")  # such as those on damaged EXIF
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def open_image(data: bytes) -> ImageFile.ImageFile:
    """The image: its header is read and its size is checked, and nothing is decoded yet.

    The first bytes alone choose the decoder. `Image.open` would give some JPEGs (a phone's HDR
    photos) to the MPO decoder; here such a file means its first picture, an ordinary JPEG.

    Raises NotAnImage, HeicImage, TooManyPixels, TooManyScans.
    """
    brands = _brands(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        image = PngImageFile(io.BytesIO(data))
    elif data.startswith(b"\xff\xd8\xff"):
        check_scans(data)
        image = JpegImageFile(io.BytesIO(data))
    elif data.startswith((b"GIF87a", b"GIF89a")):
        # Before it is opened, as that may allocate memory for the first frame.
        check_pixels(*struct.unpack_from("<HH", data, 6))
        image = GifImageFile(io.BytesIO(data))
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        check_pixels(*webp_size(data))  # before it is opened, as that allocates the canvas twice
        image = _open_webp(data)
    elif brands & _AVIF and AvifImagePlugin.SUPPORTED:
        image = AvifImagePlugin.AvifImageFile(io.BytesIO(data))  # reads the boxes alone
    elif brands & _HEIF:
        raise HeicImage
    else:
        raise NotAnImage
    check_pixels(*image.size)
    return image


def _open_webp(data: bytes) -> WebPImageFile:
    """Where no frame has transparency, Pillow draws places that none has covered yet in black."""
    image = WebPImageFile(io.BytesIO(data))
    if image.is_animated and image.mode == "RGB":
        image._mode = image.rawmode = "RGBA"  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the decoder's own bytes
    return image


def is_lossy(image: ImageFile.ImageFile, data: bytes) -> bool:
    """Whether the file of an opened image holds other pixels than were drawn.

    A lossless AVIF counts as lossy: Pillow does not say what it is, and few write any.
    """
    if isinstance(image, WebPImageFile):
        return not is_lossless_webp(data)
    return isinstance(image, JpegImageFile | AvifImagePlugin.AvifImageFile)


def check_pixels(width: int, height: int) -> None:
    if width * height > PIXEL_LIMIT:
        raise TooManyPixels(width, height, PIXEL_LIMIT)


def check_scans(data: bytes) -> None:
    """Counts the scans of a progressive JPEG (ITU-T T.81, B.1.1.2): each one is drawn over all."""
    scans, position = 0, 2
    while match := _JPEG_MARKER.search(data, position):
        marker = match[0][1]
        if marker == _END_OF_IMAGE:
            return
        scans += marker == _START_OF_SCAN
        if scans > SCANS_LIMIT:
            raise TooManyScans(SCANS_LIMIT)
        position = match.end() + int.from_bytes(data[match.end() : match.end() + 2])


def _brands(data: bytes) -> set[bytes]:
    """The major and the compatible brands of a file that begins with an `ftyp` box."""
    if data[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(data[:4]), len(data), 16 + 4 * _BRANDS_LIMIT)
    return {data[8:12], *(data[start : start + 4] for start in range(16, end, 4))}
