"""Discord's side of interactions in real time: what a bot sends for each, and after how long."""

import asyncio
import itertools
import json
import re
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler
from discord.http import Route

from bot import CharacterBot
from tests.gateway import APPLICATION, BOT

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5  # the types of an interaction
SUBCOMMAND, STRING, BOOLEAN, ATTACHMENT = 1, 3, 5, 11  # the types of an option
NEW, PUT_OFF, PUT_OFF_UPDATE, UPDATE, MODAL = 4, 5, 6, 7, 9  # the types of a first answer

# Discord's codes of errors
UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, MISSING_ACCESS = 10008, 10015, 50001
UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED = 10062, 40060

GUILD, CHANNEL = "900", "901"
ALL_PERMISSIONS = str(2**53 - 1)

_PAYLOAD = re.compile(rb'name="payload_json".*?\r\n\r\n(.*?)\r\n--', re.DOTALL)

Json = dict[str, Any]


@dataclass
class Exchange:
    """One interaction: the first answer, after how many seconds it came, and all messages."""

    begun: float
    first: Json | None = None
    first_after: float = 0.0
    last_after: float = 0.0
    messages: list[Json] = field(default_factory=list[Json])
    requests: int = 0
    told: int = 0  # how many requests brought something to read, or a form
    refused: int | None = None  # the number of the request that Discord refuses, from 0

    def refuses(self) -> bool:
        self.requests += 1
        return self.requests - 1 == self.refused

    def show(self, data: Json) -> None:
        self.last_after = time.perf_counter() - self.begun
        self.told += any(data.get(key) for key in ("components", "choices"))

    @property
    def text(self) -> str:
        """All text that the player could read in the end."""
        return json.dumps(self.messages, ensure_ascii=False)

    @property
    def form(self) -> Json | None:
        return self.first["data"] if self.first and self.first["type"] == MODAL else None

    def message(self) -> Json:
        """The latest message."""
        return self.messages[-1]


def components(data: Json) -> Iterator[Json]:
    """Every component of a message or form, nested ones too."""
    pending = list(data.get("components", []))
    while pending:
        component = pending.pop(0)
        yield component
        nested = [component[key] for key in ("accessory", "component") if key in component]
        pending += [*component.get("components", []), *nested]


class Discord:
    """Sends interactions to a bot that is logged in, and takes its answers."""

    def __init__(self, bot: CharacterBot) -> None:
        self._parse = bot._connection.parse_interaction_create
        self._ids = itertools.count(10_000)
        self._exchanges: dict[str, Exchange] = {}
        self.files: dict[str, bytes] = {}  # that players sent
        self._of_lobbies: dict[str, Exchange] = {}
        self.refused: dict[int, int] = {}  # by user: the request of an exchange that is refused

    async def command(self, user_id: int, name: str, /, **options: Any) -> Exchange:
        data = _command(name, options)
        return await self._arrive(user_id, COMMAND, data)

    def attachment(self, name: str, data: bytes) -> Json:
        """An option of a command: a file that a player sent."""
        self.files[name] = data
        url = f"{Route.BASE}/files/{name}"
        return {"id": "5", "filename": name, "url": url, "proxy_url": url, "size": len(data)}

    async def autocomplete(self, user_id: int, name: str, /, **options: Any) -> Exchange:
        data = _command(name, options)
        data["options"][0]["options"][-1]["focused"] = True
        return await self._arrive(user_id, AUTOCOMPLETE, data)

    async def use(self, user_id: int, message: Json, action: str, *values: str) -> Exchange:
        """Presses the button, or chooses in the menu, whose custom_id begins so."""
        prefix = f"gchr:{action}"
        ids = [each.get("custom_id", "") for each in components(message)]
        fitting = [each for each in ids if re.match(rf"{prefix}(:|$)", each)]
        assert fitting, f"no {prefix} among {ids}"
        data: Json = {"custom_id": fitting[-1], "component_type": 3 if values else 2}
        if values:
            data["values"] = list(values)
        return await self._arrive(user_id, COMPONENT, data, message=message)

    async def submit(
        self, user_id: int, form: Json, message: Json | None = None, /, **values: Any
    ) -> Exchange:
        """Fills in texts, and files (`attachment`)."""
        fields: list[Json] = []
        data: Json = {"custom_id": form["custom_id"], "components": fields}
        for number, (name, value) in enumerate(values.items()):
            field: Json = {"type": 4, "custom_id": name, "value": value}
            if isinstance(value, dict):
                field = {"type": 19, "custom_id": name, "values": [value["id"]]}
                data["resolved"] = {"attachments": {value["id"]: value}}
            fields.append({"type": 18, "id": number, "component": field})
        more: Json = {"message": message} if message else {}
        return await self._arrive(user_id, SUBMIT, data, **more)

    async def _arrive(self, user_id: int, kind: int, data: Json, **more: Any) -> Exchange:
        """Returns when the bot has finished."""
        id_ = str(next(self._ids))
        exchange = Exchange(time.perf_counter(), refused=self.refused.get(user_id))
        self._exchanges[id_] = self._of_lobbies[str(user_id)] = exchange
        if "message" in more:
            exchange.messages.append(more["message"])
        before = asyncio.all_tasks()
        self._parse(_interaction(id_, user_id, kind, data, **more))
        await asyncio.sleep(0)
        while tasks := {each for each in asyncio.all_tasks() - before if _is_handler(each)}:
            await asyncio.wait(tasks)
        return exchange

    async def first(self, request: web.Request) -> web.Response:
        answer = await _payload(request)
        id_ = request.match_info["id"]
        exchange = self._exchanges[id_]
        if exchange.first is not None:
            return _refused(ALREADY_ACKNOWLEDGED, status=400)
        if exchange.refuses():
            return _refused(UNKNOWN_INTERACTION)
        exchange.first, exchange.first_after = answer, time.perf_counter() - exchange.begun
        message = self._message(exchange, id_, answer.get("data") or {}, answer["type"])
        reply: Json = {"interaction": {"id": id_, "type": answer["type"]}}
        if message:
            reply["interaction"]["response_message_id"] = message["id"]
            reply["resource"] = {"type": answer["type"], "message": message}
        return _json(reply)

    def _message(self, exchange: Exchange, id_: str, data: Json, kind: int) -> Json | None:
        exchange.show(data)
        if kind in {NEW, PUT_OFF}:
            exchange.messages.append(message(f"{id_}1", data))
            return exchange.messages[-1]
        if kind == UPDATE:
            exchange.messages[0] = changed(exchange.messages[0], data)
        return exchange.messages[0] if kind in {UPDATE, PUT_OFF_UPDATE} else None

    async def original(self, request: web.Request) -> web.Response:
        exchange = self._exchanges[request.match_info["token"].removeprefix("token-")]
        if exchange.refuses():
            return _refused(UNKNOWN_MESSAGE)
        first = exchange.first or {}
        place = -1 if first.get("type") in {NEW, PUT_OFF} else 0
        if request.method == "DELETE":
            exchange.messages.pop(place)
            return web.Response(status=204)
        if request.method == "PATCH":
            data = await _payload(request)
            exchange.messages[place] = changed(exchange.messages[place], data)
            exchange.show(data)
        return _json(exchange.messages[place])

    async def follow_up(self, request: web.Request) -> web.Response:
        id_ = request.match_info["token"].removeprefix("token-")
        exchange = self._exchanges[id_]
        if exchange.refuses():
            return _refused(UNKNOWN_WEBHOOK)
        data = await _payload(request)
        exchange.messages.append(message(f"{id_}{len(exchange.messages)}", data))
        exchange.show(data)
        return _json(exchange.messages[-1])

    async def file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["name"]])

    async def edited(self, request: web.Request) -> web.Response:
        """A lobby is redrawn; the lobbies of tests have the ids of their users."""
        exchange = self._of_lobbies.get(request.match_info["message"])
        if exchange and exchange.refuses():
            return _refused(MISSING_ACCESS, status=403)
        data = await _payload(request)
        if exchange:
            exchange.show(data)
        return _json(message(request.match_info["message"], data))


@asynccontextmanager
async def logged_in(bot: CharacterBot) -> AsyncGenerator[Discord, None]:
    """Logs the bot in, which runs its `setup_hook`, and closes it."""
    server = TestServer(web.Application(client_max_size=32 * 2**20))
    discord = Discord(bot)
    routes = server.app.router
    routes.add_get("/users/@me", _always(BOT))
    routes.add_get("/oauth2/applications/@me", _always(APPLICATION))
    routes.add_put("/applications/{id}/commands", _always([]))
    routes.add_post("/interactions/{id}/{token}/callback", discord.first)
    routes.add_post("/webhooks/{application}/{token}", discord.follow_up)
    routes.add_route("*", "/webhooks/{application}/{token}/messages/@original", discord.original)
    routes.add_get("/files/{name}", discord.file)
    routes.add_patch("/channels/{channel}/messages/{message}", discord.edited)
    base = Route.BASE
    async with server:
        Route.BASE = str(server.make_url("")).rstrip("/")
        try:
            async with bot:
                await bot.login("token")
                yield discord
        finally:
            Route.BASE = base


def message(id_: str, data: Json) -> Json:
    empty: Json = {"attachments": [], "embeds": [], "mentions": [], "mention_roles": []}
    empty |= {"mention_everyone": False, "pinned": False, "tts": False, "content": ""}
    empty |= {"timestamp": "2025-01-01T00:00:00+00:00", "edited_timestamp": None, "flags": 0}
    own = {"id": id_, "channel_id": CHANNEL, "author": BOT, "type": 20, "attachments": []}
    return {**empty, "components": [], **data, **own}


def changed(before: Json, data: Json) -> Json:
    """The message after an edit, which does not change who sees it."""
    flags = data.get("flags", 0) | before["flags"]
    return message(before["id"], {**before, **data, "flags": flags})


def _interaction(id_: str, user_id: int, kind: int, data: Json, **more: Any) -> Json:
    user = {"id": str(user_id), "username": "robin", "discriminator": "0", "avatar": None}
    member = {"user": user, "roles": [], "joined_at": "2025-01-01T00:00:00+00:00", "flags": 0}
    member |= {"deaf": False, "mute": False, "permissions": ALL_PERMISSIONS}
    return {
        "id": id_,
        "application_id": BOT["id"],
        "token": f"token-{id_}",
        "type": kind,
        "version": 1,
        "data": data,
        "guild_id": GUILD,
        "guild": {"id": GUILD, "locale": "en-US", "features": []},
        "channel_id": CHANNEL,
        "channel": {"id": CHANNEL, "type": 0, "guild_id": GUILD, "name": "general"}
        | {"position": 0, "permissions": ALL_PERMISSIONS, "nsfw": False},
        "member": member,
        "app_permissions": ALL_PERMISSIONS,
        "attachment_size_limit": 10 * 2**20,
        "context": 0,
        "entitlements": [],
        "authorizing_integration_owners": {"0": GUILD},
        **more,
    }


def _command(name: str, options: Json) -> Json:
    group, _, subcommand = name.partition(" ")
    given: list[Json] = []
    resolved: Json = {}
    for key, value in options.items():
        kind = BOOLEAN if isinstance(value, bool) else STRING
        if isinstance(value, dict):
            attachment: Json = value
            resolved = {"attachments": {attachment["id"]: attachment}}
            given.append({"type": ATTACHMENT, "name": key, "value": attachment["id"]})
        else:
            given.append({"type": kind, "name": key, "value": value})
    inner = {"type": SUBCOMMAND, "name": subcommand, "options": given}
    data: Json = {"id": "4", "type": 1, "name": group, "options": [inner]}
    return {**data, "resolved": resolved} if resolved else data


def _is_handler(task: asyncio.Task[Any]) -> bool:
    """Whether a task handles an interaction, or what followed from one."""
    return task.get_name().startswith(("discord", "CommandTree"))


async def _payload(request: web.Request) -> Json:
    body = await request.read()
    multipart = _PAYLOAD.search(body)
    return json.loads(multipart[1] if multipart else body)


def _refused(code: int, status: int = 404) -> web.Response:
    return _json({"code": code, "message": "refused"}, status=status)


def _always(data: object) -> Handler:
    async def answer(_: web.Request) -> web.Response:
        return _json(data)

    return answer


def _json(data: object, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(data).encode(), content_type="application/json", status=status
    )
