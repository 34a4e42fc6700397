"""The Discord side of an interaction: sends it to a bot, and takes the answer over HTTP.

The server that takes the answers is a process of its own, as Discord is another machine: the time
to read an upload is not the bot's. Both read the same clock.
"""

import asyncio
import itertools
import json
import re
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.ext import commands
from discord.http import Route

PLAYER = {
    "id": "1",
    "username": "robin",
    "discriminator": "0",
    "global_name": "Robin",
    "avatar": None,
}
BOT = {"id": "2", "username": "registry", "discriminator": "0", "avatar": None, "bot": True}
APPLICATION = {
    "id": BOT["id"],
    "name": "registry",
    "description": "",
    "icon": None,
    "flags": 0,
    "verify_key": "",
}
APPLICATION |= {
    "bot_public": True,
    "bot_require_code_grant": False,
    "summary": "",
    "owner": BOT,
    "team": None,
}
CHANNEL = {"id": "3", "type": 1, "recipients": [PLAYER]}
INTERACTION = {
    "application_id": BOT["id"],
    "version": 1,
    "user": PLAYER,
    "channel": CHANNEL,
    "context": 2,
}
INTERACTION |= {"attachment_size_limit": 10 * 2**20}
MESSAGE = {
    "channel_id": CHANNEL["id"],
    "author": BOT,
    "type": 20,
    "timestamp": "2025-01-01T00:00:00+00:00",
}
MESSAGE |= {
    "edited_timestamp": None,
    "attachments": [],
    "embeds": [],
    "mentions": [],
    "mention_roles": [],
}
MESSAGE |= {
    "mention_everyone": False,
    "pinned": False,
    "tts": False,
    "content": "",
    "flags": 0,
    "components": [],
}

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5  # the types of an interaction
SUBCOMMAND, STRING = 1, 3  # the types of an option
ROW, BUTTON, MENU, TEXT, LABEL = 1, 2, 3, 4, 18  # the types of a component
MESSAGES = (4, 7)  # the types of an answer that bring a message, or change one

_PAYLOAD = re.compile(
    rb'name="payload_json".*?\r\n\r\n(.*?)\r\n--', re.DOTALL
)  # in a multipart body

Json = dict[str, Any]


class Answer(NamedTuple):
    """The bot's answer (message, form or choices), and the seconds until all of it arrived."""

    seconds: float
    data: Json

    def component(self, prefix: str) -> Json:
        """The first component whose custom_id begins so. Raises StopIteration without one."""
        rows = (row["components"] for row in self.data["components"] if row["type"] == ROW)
        return next(item for row in rows for item in row if item["custom_id"].startswith(prefix))

    def values(self, prefix: str) -> list[str]:
        """What can be chosen in a menu."""
        return [option["value"] for option in self.component(prefix)["options"]]


class Workspace:
    """One player in a direct message with a bot that is logged in, but not connected."""

    def __init__(self, bot: commands.Bot | commands.AutoShardedBot, address: str) -> None:
        self._parse = bot._connection.parse_interaction_create  # noqa: SLF001 - where the gateway hands them over
        self._ids = itertools.count(10)
        self._address = address

    async def command(self, *path: str, **options: str) -> Answer:
        return await self._arrive(COMMAND, _command(*path, **options))

    async def autocomplete(self, *path: str, **options: str) -> Answer:
        data = _command(*path, **options)
        data["options"][0]["options"][-1]["focused"] = True
        return await self._arrive(AUTOCOMPLETE, data)

    async def press(self, message: Answer, prefix: str) -> Answer:
        return await self._use(message, prefix, {"component_type": BUTTON})

    async def choose(self, message: Answer, prefix: str, value: str) -> Answer:
        return await self._use(message, prefix, {"component_type": MENU, "values": [value]})

    async def submit(self, form: Answer, **texts: str) -> Answer:
        fields = [
            {"type": LABEL, "component": {"type": TEXT, "custom_id": id_, "value": text}}
            for id_, text in texts.items()
        ]
        return await self._arrive(
            SUBMIT, {"custom_id": form.data["custom_id"], "components": fields}
        )

    async def _use(self, message: Answer, prefix: str, data: Json) -> Answer:
        data["custom_id"] = message.component(prefix)["custom_id"]
        return await self._arrive(COMPONENT, data, message=message.data)

    async def _arrive(self, kind: int, data: Json, **more: Any) -> Answer:
        """Returns when the bot has finished. Raises ValueError where it gave no answer."""
        id_ = str(next(self._ids))
        interaction = {
            **INTERACTION,
            "id": id_,
            "token": f"token-{id_}",
            "type": kind,
            "data": data,
            **more,
        }
        idle = asyncio.all_tasks()
        start = time.perf_counter()
        self._parse(interaction)
        await asyncio.gather(*asyncio.all_tasks() - idle)
        async with aiohttp.request("GET", f"{self._address}/answers/{id_}") as response:
            received, answer = await response.json()
        return Answer(received - start, answer)


@asynccontextmanager
async def logged_in(bot: commands.Bot | commands.AutoShardedBot) -> AsyncGenerator[Workspace, None]:
    """Logs the bot in, which runs its `setup_hook`, and closes it. Nothing leaves this machine."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.discord_api", stdin=PIPE, stdout=PIPE
    )
    assert server.stdin
    assert server.stdout
    address = (await server.stdout.readline()).decode().strip()
    discord, Route.BASE = Route.BASE, address
    try:
        async with bot:
            await bot.login("token")
            yield Workspace(bot, address)
    finally:
        Route.BASE = discord
        server.stdin.close()
        await server.wait()


async def serve() -> None:
    """Takes answers until its standard input ends; prints the address first."""
    received: dict[str, tuple[float, Json]] = {}

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        arrived = time.perf_counter()
        id_ = request.match_info["id"]
        multipart = _PAYLOAD.search(body)
        answer = json.loads(multipart[1] if multipart else body)
        reply: Json = {"interaction": {"id": id_, "type": answer["type"]}}
        data = answer["data"]
        if answer["type"] in MESSAGES:
            data = {**MESSAGE, **data, "id": id_, "attachments": []}
            reply["interaction"]["response_message_id"] = id_
            reply["resource"] = {"type": answer["type"], "message": data}
        received[id_] = arrived, data
        return await _json(reply)

    server = TestServer(web.Application(client_max_size=32 * 2**20))
    routes = server.app.router
    routes.add_get("/users/@me", lambda _: _json(BOT))
    routes.add_get("/oauth2/applications/@me", lambda _: _json(APPLICATION))
    routes.add_put("/applications/{id}/commands", lambda _: _json([]))
    routes.add_post("/interactions/{id}/{token}/callback", take)
    routes.add_get(
        "/answers/{id}", lambda request: _json(received.pop(request.match_info["id"], None))
    )
    async with server:
        print(str(server.make_url("")).rstrip("/"), flush=True)
        await asyncio.to_thread(sys.stdin.read)


async def _json(data: object) -> web.Response:
    """Discord names no charset, and discord.py looks for exactly that."""
    return web.Response(body=json.dumps(data).encode(), content_type="application/json")


def _command(name: str, /, *path: str, **options: str) -> Json:
    given: list[Json] = [
        {"type": STRING, "name": key, "value": value} for key, value in options.items()
    ]
    for subcommand in reversed(path):
        given = [{"type": SUBCOMMAND, "name": subcommand, "options": given}]
    return {"id": "4", "type": 1, "name": name, "options": given}


if __name__ == "__main__":
    asyncio.run(serve())
