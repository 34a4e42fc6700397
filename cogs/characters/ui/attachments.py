"""Files that players sent, from Discord's CDN."""

import asyncio

import aiohttp
import discord
from discord.http import HTTPClient

from characters.portraits.fetching import read_body
from characters.store.drafts import Upload

TIMEOUT = 60.0  # seconds


class NotReceived(Exception):
    """Discord did not give the file."""


def upload_of(attachment: discord.Attachment) -> Upload:
    return Upload(attachment.url, attachment.size, attachment.is_spoiler())


async def download(client: discord.Client, url: str, limit: int) -> bytes | None:
    """The file; None as soon as it has more than `limit` bytes, whatever Discord said of its size.

    `http.get_from_cdn` would read a file of any size into memory. It is used where the client's
    HTTP is not discord.py's own, such as that of a simulated Discord, which has its own files.

    Raises NotReceived.
    """
    try:
        if type(client.http) is not HTTPClient:
            data = await client.http.get_from_cdn(url)
            return data if len(data) <= limit else None
        proxy, proxy_auth = client.http.proxy, client.http.proxy_auth
        async with (
            asyncio.timeout(TIMEOUT),
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.get(url, proxy=proxy, proxy_auth=proxy_auth) as response,
        ):
            response.raise_for_status()
            return await read_body(response, limit)
    except (discord.HTTPException, aiohttp.ClientError, OSError, ValueError) as error:
        raise NotReceived from error
