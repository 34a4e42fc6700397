"""Whether portraits can be saved, and be seen at ASSETS_URL: tried with a file."""

import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import aiohttp

from characters.doctor.fact import Fact
from characters.errors import OperatorError
from characters.model import PortraitFile
from characters.opening import open_assets
from characters.portraits.assets import Assets, is_public_url
from characters.settings import AssetSettings

FETCH_SECONDS = 5.0
SUBJECT = "assets"
# The shortest file that is a WebP by its header. If this process is killed, a sweep removes it.
CONTENT = b"RIFF\x04\x00\x00\x00WEBP"


async def asset_facts(settings: AssetSettings) -> list[Fact]:
    place = settings.assets_location
    if isinstance(place, Path) and not place.exists():
        return [
            Fact(
                SUBJECT,
                "location",
                f"there is no {place.absolute()}",
                "A bot makes this folder when it starts: start it, or set ASSETS_DIR to the folder "
                "in which the portraits are.",
            )
        ]
    try:
        assets = open_assets(place, settings.public_url)
    except OperatorError as error:
        return [Fact(SUBJECT, "location", "can't be used", str(error))]
    found = [Fact(SUBJECT, "location", assets.location)]
    try:
        await assets.check_writable()
        async with _test_file(assets) as file:
            found.append(Fact(SUBJECT, "writable", "yes"))
            found.append(await _served(file))
    except OSError as error:
        advice = f"Portraits can't be saved ({error}): let this user write there."
        if not isinstance(place, Path):  # the error says what to do
            advice = f"Portraits can't be saved: {error}."
        found.append(Fact(SUBJECT, "writable", "no", advice))
    return found


@asynccontextmanager
async def _test_file(assets: Assets) -> AsyncGenerator[PortraitFile, None]:
    """A file with a name of ours, as web servers may give out no others."""
    file = await assets.put(f"{secrets.token_hex(16)}.webp", CONTENT)
    try:
        yield file
    finally:
        await assets.remove(file.path)


async def _served(file: PortraitFile) -> Fact:
    if file.url is None:
        return Fact(SUBJECT, "served", "no ASSETS_URL: Discord gets portraits as attachments")
    base = file.url.rpartition("/")[0]
    try:
        limit = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        async with aiohttp.ClientSession(timeout=limit) as session, session.get(file.url) as answer:
            content = await answer.content.read(len(CONTENT) + 1)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        value = f"nothing answers at {base} ({type(error).__name__})"
        return Fact(SUBJECT, "served", value, "Start its web server, or correct ASSETS_URL.")
    if problem := _problem(base, answer.status, answer.content_type, content):
        return problem
    if not is_public_url(file.url):
        value = f"only inside this network, at {base}: Discord gets portraits as attachments"
        return Fact(SUBJECT, "served", value)
    return Fact(SUBJECT, "served", f"yes, at {base}")


def _problem(base: str, status: int, kind: str, content: bytes) -> Fact | None:
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return Fact(
            SUBJECT,
            "served",
            f"{base} answers with status {status}",
            "Let the web server's user read the files that the bot writes: set the bot's umask to "
            "022 (UMask=0022 in a systemd unit), and look at the rights of the folders above.",
        )
    if status != HTTPStatus.OK or content != CONTENT:
        return Fact(
            SUBJECT,
            "served",
            f"{base} does not serve the file that was just written (status {status})",
            "Let the web server serve the files of ASSETS_DIR at ASSETS_URL, or correct either.",
        )
    if kind != "image/webp":
        return Fact(
            SUBJECT,
            "served",
            f"{base} serves a portrait as {kind}",
            "Let the web server send .webp files as image/webp, or Discord shows no portraits.",
        )
    return None
