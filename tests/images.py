"""Test images: valid ones of every kind, and the parts to build others from."""

import base64
import hashlib
import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

# 16,000 × 16,000 red pixels as an AVIF of 3,500 bytes: seconds of work for its decoder.
_HUGE_AVIF = (
    "eNpjYGBQSCupLEgsy0xjAAIQnZuZZpibmZjm62joBBR6nZtaksgAAYoZKTlFUDZDQWZyCQMa4CvILMkFsxiB"
    "WC4zJz8ZxHEB8RkhoozCDAw8M4FsjczMvDS4WikgJ5UJykssMzB0zs/JB9uVlVlQVACkvTMLkvOBtEhmcUEq"
    "xDq7BghmECjIrMgEiTBzcHAAKZ7EMkPnRnkekJBwcn5OUV5yTgXQZF4GNpBy8cyCXJifgA5jYWRqZgFqWpib"
    "klgixMDFLf+9rv7n30VMUrwcRu2SAkrJhw8bNbII+CsANSeePxe4VvPT/U3tpxN2d3ZorJ07rYOhW+zu78rQ"
    "Z/+aHAVfBjOZ6FUzLLsp17NZYVOrWMrkN458T+6lfuCYJmI7c7tb9879S2bt+tE8j7VFbHF/kaRAirtMyav+"
    "JfpWtiJmTMHqyrqfk8+fiyhn+hJolzD16LPj2oxHzV+Ub0zlmFZb+uFkTPzdprsyx6sNHu60y1F77nYg4l7O"
    "G+Wbi2etSDz0xCtL4Xj0rIv9YZPnrdjl//H1OrakczHil8RT7hrH3qzan+zgUREnpjfX4V4RbxhdLEkiy5Kk"
    "q1cnqqWYnVOUL9z+YPLuxhtCuwI43krkb3qv529p1fmia8IUl/eRkY+q+kw/iFoMn9AajZLRKBmNktEoGY2S"
    "0SgZjZLRKBmsURJDQ4/ENgxl02kX+BENAEvKnXc="
)
HUGE_AVIF = zlib.decompress(base64.b64decode(_HUGE_AVIF))

Colour = str | int | tuple[int, ...]


def encode(image: Image.Image, image_format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()


def decode(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def picture(
    size: tuple[int, int] = (64, 64), color: Colour = "red", mode: str = "RGB"
) -> Image.Image:
    return Image.new(mode, size, color)


def png(
    size: tuple[int, int] = (64, 64), color: Colour = "red", mode: str = "RGB", **options: Any
) -> bytes:
    return encode(picture(size, color, mode), "PNG", **options)


def jpeg(
    size: tuple[int, int] = (64, 64), color: Colour = "red", mode: str = "RGB", **options: Any
) -> bytes:
    return encode(picture(size, color, mode), "JPEG", **options)


def webp(
    size: tuple[int, int] = (64, 64), color: Colour = "red", mode: str = "RGB", **options: Any
) -> bytes:
    return encode(picture(size, color, mode), "WEBP", **options)


def gif(size: tuple[int, int] = (64, 64), color: Colour = "red", **options: Any) -> bytes:
    return encode(picture(size, color), "GIF", **options)


def quarters(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Four colours, different after every turn and mirroring: red, lime / blue, white."""
    image = picture(size, "white")
    width, height = size
    image.paste("red", (0, 0, width // 2, height // 2))
    image.paste("lime", (width // 2, 0, width, height // 2))
    image.paste("blue", (0, height // 2, width // 2, height))
    return image


def noise(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A picture that does not compress, the same each time."""
    return Image.frombytes(mode, size, hashlib.shake_128().digest(size[0] * size[1] * len(mode)))


def png_chunk(name: bytes, content: bytes) -> bytes:
    """A chunk as the PNG specification, section 5.3, lays it out."""
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def png_with(chunk: bytes, data: bytes | None = None) -> bytes:
    """A sound PNG with one more chunk, right behind its header (8 + 25 bytes)."""
    data = data or png()
    return data[:33] + chunk + data[33:]


def jpeg_with(marker: int, content: bytes) -> bytes:
    """A valid JPEG with one more segment (ITU-T T.81, B.1.1.4) behind its start-of-image marker."""
    data = jpeg()
    return data[:2] + struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content + data[2:]


def gif_with(extension: int, content: bytes) -> bytes:
    """A sound GIF89a with one more extension, right before its picture."""
    data = gif(comment=b"x")
    start = data.index(b"\x21\xfe\x01x\x00")
    blocks = b"".join(
        bytes([len(content[i : i + 255])]) + content[i : i + 255]
        for i in range(0, len(content), 255)
    )
    return data[:start] + bytes([0x21, extension]) + blocks + b"\0" + data[start + 5 :]


def webp_with(name: bytes, content: bytes) -> bytes:
    """A sound WebP with one more chunk at its end; its RIFF size tells of it."""
    data = (
        webp(exif=b"Exif\0\0")
        + name
        + struct.pack("<I", len(content))
        + content
        + b"\0" * (len(content) % 2)
    )
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def webp_chunks(data: bytes) -> list[bytes]:
    """The names of the chunks in a WebP, and a last name for bytes beyond its end."""
    names, position = [], 12
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    while position < end:
        name, size = struct.unpack_from("<4sI", data, position)
        names.append(name)
        position += 8 + size + size % 2
    return names if position == len(data) else [*names, b"????"]


def gif_of_frames(count: int) -> bytes:
    """A red GIF that shows the same picture `count` times."""
    data = gif((8, 8))
    start = data.index(b",\0\0\0\0")
    return data[:start] + data[start:-1] * count + data[-1:]


def webp_of_frames(count: int) -> bytes:
    """A red WebP that shows the same picture `count` times."""
    other = [picture(color="blue")]
    data = encode(picture(), "WEBP", save_all=True, append_images=other, lossless=True)
    start = data.index(b"ANMF")
    frame = data[start : start + 8 + struct.unpack_from("<I", data, start + 4)[0]]
    data = data[:start] + frame * count
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def bomb(size: tuple[int, int]) -> bytes:
    """A black PNG of one bit per pixel: 400 megapixels are 48 KiB."""
    width, height = size
    row = bytes(1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = [png_chunk(b"IHDR", header), png_chunk(b"IDAT", pixels), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def swapped_profile() -> bytes:
    """An ICC profile that exchanges red and green: sRGB with two of its columns exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"____").replace(b"gXYZ", b"rXYZ").replace(b"____", b"gXYZ")
