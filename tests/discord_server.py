"""A Discord in which players use a bot that is a process of its own, or several."""

import asyncio
import json
import re
import time
from contextlib import suppress

from aiohttp import web
from discord import Permissions

from tests.gateway import BOT, json_response
from tests.shown import Json, Shown

CHANNEL, GUILD = "3", "4"
FIRST_SECONDS = 3.0  # that Discord waits for the first answer
UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED = 10062, 40060  # Discord's codes of errors
REMEMBERED = 100_000  # messages and other answers
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


class Discord:
    """Sends interactions to the bot, and takes its answers."""

    def __init__(self, files: dict[str, bytes]) -> None:
        """`files` are those that players attach, by name."""
        self.ready = asyncio.Event()
        self.sessions: list[tuple[web.WebSocketResponse, int, int]] = []  # with shard and count
        self.twice = 0  # first answers to what had one
        self.edits = 0  # of messages of channels
        self.edit_delays: list[float] = []  # seconds until the next ones arrive
        self.file_seconds = 0.0  # that a file takes
        self.downloads, self.most_downloads = 0, 0  # of files, at once
        self.routes = [
            web.post("/interactions/{id}/{token}/callback", self._answer),
            web.get("/webhooks/{app}/{id}/messages/@original", self._read),
            web.patch("/webhooks/{app}/{id}/messages/@original", self._edit),
            web.delete("/webhooks/{app}/{id}/messages/@original", self._delete),
            web.post("/webhooks/{app}/{id}", self._follow_up),
            web.patch("/channels/{channel}/messages/{id}", self._edit_in_channel),
            web.get("/attachments/{name}", self._file),
        ]
        self._files = files
        self._shown: dict[str, Shown] = {}  # by the id of an interaction
        self._asked: dict[str, Shown] = {}  # what interact returned
        self._used: dict[str, Shown] = {}  # the message whose button, menu or form was used
        self._sent = 0

    def connected(self, socket: web.WebSocketResponse, shard: tuple[int, int]) -> None:
        self.sessions.append((socket, *shard))
        self.ready.set()

    async def interact(
        self,
        user_id: int,
        kind: int,
        data: Json,
        message: Shown | None = None,
        *,
        guild: str = GUILD,
        session: int | None = None,
    ) -> Shown:
        """Returns what the bot answers with. It may also change the message that was used.

        Every session with the shard of the guild gets it, as Discord does it, or only this one.
        """
        self._sent += 1
        id_ = str((time.time_ns() // 10**6 - 1_420_070_400_000 << 22) + self._sent % 2**22)
        user = {"id": str(user_id), "username": f"player{user_id}", **NO_DETAILS}
        member = {"user": user, "roles": [], "permissions": EVERYTHING, "flags": 0}
        place = {"guild_id": guild, "guild": {**INTERACTION["guild"], "id": guild}}
        payload: Json = {
            **INTERACTION,
            **place,
            "id": id_,
            "token": id_,
            "type": kind,
            "data": data,
        }
        payload["member"] = {**member, "joined_at": MESSAGE["timestamp"]}
        if message:
            payload["message"] = message.data
            self._used[id_] = message
        shown = self._shown[id_] = self._asked[id_] = Shown()
        while len(self._shown) > REMEMBERED:
            id_of_first = next(iter(self._shown))
            del self._shown[id_of_first]
            self._asked.pop(id_of_first, None)
            self._used.pop(id_of_first, None)
        event = {"op": 0, "t": "INTERACTION_CREATE", "s": self._sent + 1, "d": payload}
        for number, (socket, shard, count) in enumerate(self.sessions):
            if (int(guild) >> 22) % count == shard and session in {None, number}:
                with suppress(ConnectionError):  # it is closed
                    await socket.send_json(event)
        return shown

    async def _answer(self, request: web.Request) -> web.Response:
        id_, answer = request.match_info["id"], await _payload(request)
        kind, data = answer["type"], answer.get("data") or {}
        asked = self._asked[id_]
        if asked.answered_after is not None:
            self.twice += 1
            return _refused(ALREADY_ACKNOWLEDGED, 400)
        if time.monotonic() - asked.sent_at > FIRST_SECONDS:
            return _refused(UNKNOWN_INTERACTION, 404)
        asked.kind, asked.answered_after = kind, time.monotonic() - asked.sent_at
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

    async def _edit_in_channel(self, request: web.Request) -> web.Response:
        await request.read()
        self.edits += 1
        if self.edit_delays:
            await asyncio.sleep(self.edit_delays.pop(0))
        return await self._edit(request)

    async def _delete(self, request: web.Request) -> web.Response:
        self._shown[request.match_info["id"]].delete()
        return web.Response(status=204)

    async def _follow_up(self, request: web.Request) -> web.Response:
        self._asked[request.match_info["id"]].follow_up(await _payload(request))
        return json_response({**MESSAGE, "id": str(time.time_ns())})

    async def _file(self, request: web.Request) -> web.Response:
        self.downloads += 1
        self.most_downloads = max(self.most_downloads, self.downloads)
        await asyncio.sleep(self.file_seconds)
        self.downloads -= 1
        return web.Response(body=self._files[request.match_info["name"]])

    def _message(self, id_: str, data: Json) -> Json:
        """The message with this change; its id is that of the first interaction."""
        return {**MESSAGE, "id": id_, **self._shown[id_].data, **data, "attachments": []}


def _refused(code: int, status: int) -> web.Response:
    return json_response({"message": "refused", "code": code}, status=status)


async def _payload(request: web.Request) -> Json:
    body = await request.read()
    multipart = _PAYLOAD.search(body)
    return json.loads(multipart[1] if multipart else body)
