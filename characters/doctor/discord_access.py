"""Whether Discord can be reached from here, and what it knows of the bot."""

from http import HTTPStatus
from typing import Any

import aiohttp
from pydantic import SecretStr

from characters import __version__
from characters.doctor.fact import Fact

API = "https://discord.com/api/v10"
REQUEST_SECONDS = 5.0
SUBJECT = "Discord"
# The flags of an application, each for a bot in many servers and for one in few.
# See https://discord.com/developers/docs/resources/application#application-object.
PRIVILEGED = {
    "presences": 1 << 12 | 1 << 13,
    "members": 1 << 14 | 1 << 15,
    "message content": 1 << 18 | 1 << 19,
}


async def discord_facts(token: SecretStr | None, shard_count: int | None = None) -> list[Fact]:
    """Asks Discord four questions at most, and changes nothing there.

    `shard_count` is the number of shards that the operator has chosen.
    """
    headers = {"User-Agent": f"DiscordBot (game-characters, {__version__})"}
    limit = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
    async with aiohttp.ClientSession(headers=headers, timeout=limit) as session:
        status, _ = await _ask(session, "/gateway")
        found = [_reachable(status)]
        if token is None:
            value = "there is no DISCORD_TOKEN: `make run` opens the playground"
            return [*found, Fact(SUBJECT, "bot", value)]
        if status != HTTPStatus.OK:
            return found
        headers = {"Authorization": f"Bot {token.get_secret_value()}"}
        status, user = await _ask(session, "/users/@me", headers)
        found.append(_bot(status, user))
        if status == HTTPStatus.OK:
            _, application = await _ask(session, "/applications/@me", headers)
            _, gateway = await _ask(session, "/gateway/bot", headers)
            found += [*_application(application), _shards(gateway, shard_count), _starts(gateway)]
    return found


async def _ask(
    session: aiohttp.ClientSession, path: str, headers: dict[str, str] | None = None
) -> tuple[int | str, dict[str, Any]]:
    """The status and the JSON object of an answer; instead of a status, what went wrong."""
    try:
        async with session.get(API + path, headers=headers, allow_redirects=False) as answer:
            document: Any = await answer.json() if answer.status == HTTPStatus.OK else {}
            return answer.status, document
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return type(error).__name__, {}


def _reachable(status: int | str) -> Fact:
    if status == HTTPStatus.OK:
        return Fact(SUBJECT, "reachable", "yes")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        advice = "Discord limits the requests from this address: wait some minutes."
    elif isinstance(status, int):
        advice = "Another server, such as a proxy, may answer in place of Discord: let the bot "
        advice += "reach discord.com directly."
    else:
        advice = "Check the network, its name server and its firewall: the bot needs discord.com "
        advice += "and gateway.discord.gg, both at port 443."
    return Fact(SUBJECT, "reachable", f"no ({status})", advice)


def _bot(status: int | str, user: dict[str, Any]) -> Fact:
    if status == HTTPStatus.OK:
        return Fact(SUBJECT, "bot", f"{user.get('username')} ({user.get('id')})")
    if status == HTTPStatus.UNAUTHORIZED:
        advice = "Discord refuses DISCORD_TOKEN. Copy the bot's token from the developer portal."
        return Fact(SUBJECT, "bot", "the token is refused", advice)
    return Fact(SUBJECT, "bot", f"no answer ({status})", "Try again in some minutes.")


def _application(application: dict[str, Any]) -> list[Fact]:
    flags = int(application.get("flags") or 0)
    intents = [name for name, bits in PRIVILEGED.items() if flags & bits]
    installs: dict[str, Any] = application.get("integration_types_config") or {}
    kinds = [name for number, name in (("0", "servers"), ("1", "users")) if number in installs]
    elsewhere = application.get("interactions_endpoint_url")
    advice = ""
    if elsewhere:
        advice = "Discord sends commands to that URL and not to the bot: remove it in the "
        advice += "developer portal."
    return [
        Fact(SUBJECT, "privileged intents", ", ".join(intents) or "none, and none is needed"),
        Fact(SUBJECT, "can be installed by", ", ".join(kinds) or "unknown"),
        Fact(SUBJECT, "interactions endpoint URL", elsewhere or "none", advice),
    ]


def _shards(gateway: dict[str, Any], shard_count: int | None) -> Fact:
    advised = gateway.get("shards", "unknown")
    advice = ""
    if shard_count and isinstance(advised, int) and shard_count < advised:
        advice = f"Set SHARD_COUNT to {advised} or more, in all processes of the bot."
    return Fact(SUBJECT, "shards that Discord advises", str(advised), advice)


def _starts(gateway: dict[str, Any]) -> Fact:
    limit: dict[str, Any] = gateway.get("session_start_limit") or {}
    left = limit.get("remaining", "unknown")
    advice = ""
    if left == 0:
        advice = "The bot was started too often: Discord lets it start again within a day."
    return Fact(SUBJECT, "starts left today", f"{left} of {limit.get('total', 'unknown')}", advice)
