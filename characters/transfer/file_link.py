"""Fetches a file to import from a link."""

import ssl

from characters.errors import FileProblem, UnreadableFile, UnusableFileLink, UnusableLink
from characters.portraits.fetching import fetch
from characters.transfer.formats.portable import FILE_LIMIT


async def fetch_file(url: str, owner: int, *, authorities: ssl.SSLContext | None = None) -> bytes:
    """The file behind an https URL; see `fetch`. Raises UnusableFileLink, UnreadableFile."""
    try:
        file = await fetch(url, owner, FILE_LIMIT, authorities=authorities)
    except UnusableLink as error:
        raise UnusableFileLink(error.problem, error.status) from None
    if file is None:
        raise UnreadableFile(FileProblem.TOO_LARGE, FILE_LIMIT)
    return file
