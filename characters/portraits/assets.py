"""What every place for portraits can do, and the names of the files that we keep there."""

import os
import re
from collections.abc import AsyncIterator
from ipaddress import ip_address
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from characters.portrait_fields import PortraitFile

START = 12  # bytes: a WebP says in its first 12 how long the file is
THUMBNAIL = "-256"  # between the stem and the suffix of a portrait's name
STORE_IDS = ".store-id"  # the file that names the stores with portraits here
OURS = re.compile(r"[0-9a-f]{32}\.webp")
OURS_OR_THUMBNAIL = re.compile(rf"[0-9a-f]{{32}}({THUMBNAIL})?\.webp")

_URL = re.compile(r"[!-~]+")  # RFC 3986: ASCII without spaces
_URL_LIMIT = 2048  # characters that Discord accepts
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


class AssetFile(NamedTuple):
    """A portrait or thumbnail of ours; `size` in bytes, `modified` in seconds since the epoch."""

    path: str
    size: int
    modified: float


class FileHead(NamedTuple):
    """The size of a file in bytes, and its first `START` bytes.

    `start` is None where the file can't be read, and then `size` where it is not known.
    """

    size: int | None
    start: bytes | None


class Assets(Protocol):
    """Keeps the files of portraits: in a folder (FolderAssets) or an object store (ObjectAssets).

    A path is one that a record has, so other programs may have written it. The folder may have been
    moved or renamed since: a path that lies elsewhere means the file of the same name directly
    under the location. Nothing outside the location is ever read, changed or removed.

    All but `read` and `heads` raise OSError where the folder or the store fails.
    """

    @property
    def location(self) -> str:
        """The folder or the URL under which the files lie, for people to read."""
        ...

    async def save(self, image: bytes, thumbnail: bytes) -> PortraitFile:
        """Keeps a new portrait under a random name. Returns once both files are durable."""
        ...

    async def put(self, name: str, data: bytes) -> PortraitFile:
        """Writes a file under the location, whole or not at all. Returns once it is durable."""
        ...

    async def create(self, name: str, data: bytes) -> bool:
        """As `put`, but False, with nothing written, where there is such a file already."""
        ...

    def stored(self) -> AsyncIterator[AssetFile]:
        """All files directly under the location that have names of ours, a few at a time."""
        ...

    async def read(self, *paths: str) -> list[bytes | None]:
        """The content of each file; None where it is missing or can't be read (in time)."""
        ...

    async def load(self, path: str) -> bytes | None:
        """The content of a file, for work that may take its time; None only where it is missing."""
        ...

    async def heads(self, *paths: str) -> list[FileHead | None]:
        """What each file begins with; None where it is missing.

        Raises OSError where an object store sends none of a hundred.
        """
        ...

    async def modified(self, path: str) -> float | None:
        """When the file was written, as in `stored`; None where it is missing."""
        ...

    async def touch(self, path: str) -> None:
        """Gives the file the present time as its time of writing."""
        ...

    async def remove(self, path: str) -> None:
        """Removes the file and its thumbnail; a missing file is no error."""
        ...

    def normal(self, path: str) -> str:
        """The one path of the file that `path` means; `path` where it means none of ours."""
        ...

    async def clear_temporary(self) -> None:
        """Removes the remains of writes that were interrupted more than an hour ago."""
        ...

    async def check_writable(self) -> None:
        """Raises OSError where a portrait could not be saved."""
        ...


def is_our_name(name: str) -> bool:
    """Whether we gave a portrait this file name; the name of a thumbnail does not count."""
    return bool(OURS.fullmatch(name))


def thumbnail_of(path: str) -> str:
    """The path or URL of a portrait's thumbnail; `path` itself where the portrait is not ours."""
    if not is_our_name(path.rpartition("/")[2]):
        return path
    stem, suffix = os.path.splitext(path)  # noqa: PTH122 - the path may be a URL
    return f"{stem}{THUMBNAIL}{suffix}"


def stem_of(path: str) -> str:
    """What the names of a portrait of ours and of its thumbnail share: 32 hexadecimal digits."""
    return path.rpartition("/")[2].removesuffix(".webp").removesuffix(THUMBNAIL)


def is_public_url(url: str) -> bool:
    """Whether a URL looks as if anyone could fetch it: http(s), and no local name or address."""
    if len(url) > _URL_LIMIT:
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or port == 0:
        return False
    if not _URL.fullmatch(url):
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and all(host.split(".")) and not host.endswith(_LOCAL_NAMES)
