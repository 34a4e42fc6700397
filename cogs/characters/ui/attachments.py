"""Files that players sent, from Discord's CDN."""

import asyncio
from http import HTTPStatus

import aiohttp
import discord
from discord.http import HTTPClient
from yarl import URL

from characters.portraits.fetching import read_body
from characters.store.drafts import Upload

SCHEME = "https"
DOMAINS = ("discordapp.com", "discordapp.net", "discord.com")  # with the hosts of the CDN
TIMEOUT = 60.0  # seconds


class NotReceived(Exception):
    """Discord did not give the file."""


def upload_of(attachment: discord.Attachment) -> Upload:
    return Upload(attachment.url, attachment.size, attachment.is_spoiler())


async def download(client: discord.Client, url: str, limit: int) -> bytes | None:
    """The file; None as soon as it has more than `limit` bytes, whatever Discord said of its size.

    `http.get_from_cdn` would read a file of any size into memory. It is used where the client's
    HTTP is not discord.py's own, such as that of a simulated Discord, which has its own files.

    Raises NotReceived, also where the URL is not one of Discord's.
    """
    try:
        if type(client.http) is not HTTPClient:
            data = await client.http.get_from_cdn(url)
            return data if len(data) <= limit else None
        target = _checked(url)
        proxy, proxy_auth = client.http.proxy, client.http.proxy_auth
        async with (
            asyncio.timeout(TIMEOUT),
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.get(
                target, proxy=proxy, proxy_auth=proxy_auth, allow_redirects=False
            ) as response,
        ):
            if response.status != HTTPStatus.OK:
                raise NotReceived(f"HTTP status {response.status}")
            return await read_body(response, limit)
    except (discord.HTTPException, aiohttp.ClientError, OSError, ValueError) as error:
        raise NotReceived from error


def _checked(url: str) -> URL:
    """Raises NotReceived."""
    try:
        target = URL(url)
        host = target.host or ""
    except (ValueError, TypeError, IndexError) as error:  # yarl raises all three
        raise NotReceived("not a URL") from error
    ours = any(host == domain or host.endswith(f".{domain}") for domain in DOMAINS)
    if target.scheme != SCHEME or not ours:
        raise NotReceived("not a URL of Discord's")
    return target
