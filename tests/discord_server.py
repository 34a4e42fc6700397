"""A Discord with one channel, in which players use a bot that is a process of its own."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web
from discord import Permissions

from tests.gateway import BOT, json_response

CHANNEL, GUILD = "3", "4"
SECONDS = 30.0  # until a player gives up
REMEMBERED = 1000  # messages and other answers
EVERYTHING = str(Permissions.all().value)
MESSAGE = {
    "channel_id": CHANNEL,
    "author": BOT,
    "type": 20,
    "timestamp": "2025-01-01T00:00:00+00:00",
    "edited_timestamp": None,
    "embeds": [],
    "mentions": [],
    "mention_roles": [],
    "mention_everyone": False,
    "pinned": False,
    "tts": False,
    "content": "",
    "flags": 0,
    "components": [],
}
INTERACTION = {
    "application_id": BOT["id"],
    "version": 1,
    "channel_id": CHANNEL,
    "channel": {"id": CHANNEL, "type": 0, "name": "general", "position": 0},
    "guild_id": GUILD,
    "guild": {"id": GUILD, "locale": "en-US", "features": []},
    "app_permissions": EVERYTHING,
    "locale": "en-US",
    "entitlements": [],
    "authorizing_integration_owners": {},
    "context": 0,
    "attachment_size_limit": 10 * 2**20,
}
NO_DETAILS = {"discriminator": "0", "global_name": None, "avatar": None}
COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5  # the types of an interaction
MESSAGES, UPDATES = (4, 7), (6, 7)  # the types of an answer that bring a message, or change one

_PAYLOAD = re.compile(rb'name="payload_json".*?\r\n\r\n(.*?)\r\n--', re.DOTALL)  # of a multipart

Json = dict[str, Any]


class Shown:
    """What a player sees of an answer (a message, a form or choices), which may change."""

    def __init__(self) -> None:
        self.data: Json = {}
        self.changes = 0
        self._is_deleted = False
        self._changed = asyncio.Event()

    def change(self, data: Json) -> None:
        self.data |= data
        self.changes += 1
        self._changed.set()

    def delete(self) -> None:
        self._is_deleted = True
        self._changed.set()

    async def until(self, text: str) -> Self:
        """Waits until this text is somewhere in it. Raises TimeoutError."""
        await self._until(lambda: text in json.dumps(self.data, ensure_ascii=False))
        return self

    async def until_changed(self, changes: int) -> Self:
        """Waits until it has changed more often than that. Raises TimeoutError."""
        await self._until(lambda: self.changes > changes)
        return self

    async def until_deleted(self) -> None:
        await self._until(lambda: self._is_deleted)

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    def custom_id(self, prefix: str) -> str:
        """The first one in it that begins so."""
        return self._component(prefix)["custom_id"]

    def values(self, prefix: str) -> list[str]:
        """What can be chosen in a menu."""
        return [option["value"] for option in self._component(prefix)["options"]]

    def _component(self, prefix: str) -> Json:
        pending: list[Json] = [*self.data["components"]]
        while pending:
            found = pending.pop(0)
            if found.get("custom_id", "").startswith(prefix):
                return found
            pending += found.get("components", [])
        raise LookupError(prefix)


class Discord:
    """Sends interactions to the bot, and takes its answers."""

    def __init__(self, files: dict[str, bytes]) -> None:
        """`files` are those that players attach, by name."""
        self.ready = asyncio.Event()
        self.routes = [
            web.post("/interactions/{id}/{token}/callback", self._answer),
            web.get("/webhooks/{app}/{id}/messages/@original", self._read),
            web.patch("/webhooks/{app}/{id}/messages/@original", self._edit),
            web.delete("/webhooks/{app}/{id}/messages/@original", self._delete),
            web.post("/webhooks/{app}/{id}", self._follow_up),
            web.patch("/channels/{channel}/messages/{id}", self._edit),
            web.get("/attachments/{name}", self._file),
        ]
        self._files = files
        self._shown: dict[str, Shown] = {}  # by the id of an interaction
        self._used: dict[str, Shown] = {}  # the message whose button, menu or form was used
        self._sent = 0

    def connected(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self.ready.set()

    async def interact(
        self, user_id: int, kind: int, data: Json, message: Shown | None = None
    ) -> Shown:
        """Returns what the bot answers with. It may also change the message that was used."""
        self._sent += 1
        id_ = str((time.time_ns() // 10**6 - 1_420_070_400_000 << 22) + self._sent % 2**22)
        user = {"id": str(user_id), "username": f"player{user_id}", **NO_DETAILS}
        member = {"user": user, "roles": [], "permissions": EVERYTHING, "flags": 0}
        payload: Json = {**INTERACTION, "id": id_, "token": id_, "type": kind, "data": data}
        payload["member"] = {**member, "joined_at": MESSAGE["timestamp"]}
        if message:
            payload["message"] = message.data
            self._used[id_] = message
        shown = self._shown[id_] = Shown()
        while len(self._shown) > REMEMBERED:
            id_of_first = next(iter(self._shown))
            del self._shown[id_of_first]
            self._used.pop(id_of_first, None)
        event = {"op": 0, "t": "INTERACTION_CREATE", "s": self._sent + 1, "d": payload}
        await self._socket.send_json(event)
        return shown

    async def _answer(self, request: web.Request) -> web.Response:
        id_, answer = request.match_info["id"], await _payload(request)
        kind, data = answer["type"], answer.get("data") or {}
        if kind in UPDATES:
            self._shown[id_] = self._used[id_]
        reply: Json = {"interaction": {"id": id_, "type": kind}}
        if kind in MESSAGES:
            data = self._message(id_, data)
            reply["interaction"]["response_message_id"] = data["id"]
            reply["resource"] = {"type": kind, "message": data}
        if data:
            self._shown[id_].change(data)
        return json_response(reply)

    async def _read(self, request: web.Request) -> web.Response:
        return json_response(self._message(request.match_info["id"], {}))

    async def _edit(self, request: web.Request) -> web.Response:
        id_ = request.match_info["id"]
        if id_ not in self._shown:
            return json_response({"message": "Unknown Message", "code": 10008}, status=404)
        data = self._message(id_, await _payload(request))
        self._shown[id_].change(data)
        return json_response(data)

    async def _delete(self, request: web.Request) -> web.Response:
        self._shown[request.match_info["id"]].delete()
        return web.Response(status=204)

    async def _follow_up(self, request: web.Request) -> web.Response:
        await request.read()
        return json_response({**MESSAGE, "id": str(time.time_ns())})

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self._files[request.match_info["name"]])

    def _message(self, id_: str, data: Json) -> Json:
        """The message with this change; its id is that of the first interaction."""
        return {**MESSAGE, "id": id_, **self._shown[id_].data, **data, "attachments": []}


async def _payload(request: web.Request) -> Json:
    body = await request.read()
    multipart = _PAYLOAD.search(body)
    return json.loads(multipart[1] if multipart else body)
