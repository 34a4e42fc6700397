"""The part of Discord's HTTP API and gateway that a bot needs to log in and stay connected."""

import json
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler, Middleware

BOT = {
    "id": "1000000000000000001",
    "username": "registry",
    "discriminator": "0",
    "avatar": None,
    "bot": True,
}
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


OPEN = ("/gateway", "/interactions/", "/webhooks/", "/attachments/")  # paths without a token

Connected = Callable[[web.WebSocketResponse, tuple[int, int]], None]


def _ignore(_: web.WebSocketResponse, __: tuple[int, int]) -> None:
    pass


@asynccontextmanager
async def discord_api(
    token: str, routes: Iterable[web.RouteDef] = (), connected: Connected = _ignore
) -> AsyncGenerator[str, None]:
    """Yields the address that replaces `https://discord.com/api/v10`; it knows one bot.

    `connected` gets the connection of a bot that is ready for events, with the number of its shard
    and how many there are.
    """
    server = TestServer(web.Application(middlewares=[_authorized(token)]))
    router = server.app.router
    router.add_get("/users/@me", _me)
    router.add_get("/oauth2/applications/@me", _application)
    router.add_get("/gateway/bot", _gateway_address)
    router.add_put("/applications/{id}/commands", _register)
    router.add_get("/gateway", partial(_gateway, connected))
    router.add_routes(routes)
    async with server:
        yield str(server.make_url("")).rstrip("/")


def _authorized(token: str) -> Middleware:
    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        is_bot = request.headers.get("Authorization") == f"Bot {token}"
        if not is_bot and (request.path == "/gateway/bot" or not request.path.startswith(OPEN)):
            return json_response({"message": "401: Unauthorized", "code": 0}, status=401)
        return await handler(request)

    return check


def json_response(data: object, status: int = 200) -> web.Response:
    """Discord names no charset, and discord.py looks for exactly that."""
    return web.Response(
        body=json.dumps(data).encode(), content_type="application/json", status=status
    )


async def _me(_: web.Request) -> web.Response:
    return json_response(BOT)


async def _application(_: web.Request) -> web.Response:
    return json_response(APPLICATION)


async def _gateway_address(request: web.Request) -> web.Response:
    limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    address = {"url": f"ws://{request.host}/gateway", "shards": 1, "session_start_limit": limit}
    return json_response(address)


async def _register(request: web.Request) -> web.Response:
    commands = await request.json()
    extra = {"application_id": BOT["id"], "version": "1", "default_member_permissions": None}
    extra["description"] = ""  # of a menu, which has none of its own
    return json_response(
        [{"id": str(n), **extra, **command} for n, command in enumerate(commands, 1)]
    )


async def _gateway(connected: Connected, request: web.Request) -> web.StreamResponse:
    """The gateway itself, and to who asks without a WebSocket, its address."""
    if "Upgrade" not in request.headers:
        return json_response({"url": f"ws://{request.host}/gateway"})
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.send_json({"op": 10, "d": {"heartbeat_interval": 45_000}})
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            break
        match json.loads(message.data):
            case {"op": 1}:
                await socket.send_json({"op": 11})
            case {"op": 2, "d": identified}:
                shard, count = identified.get("shard", (0, 1))  # a bot without shards names none
                ready = {
                    "v": 10,
                    "user": BOT,
                    "guilds": [],
                    "session_id": "s",
                    "application": APPLICATION,
                }
                ready |= {
                    "shard": [shard, count],
                    "resume_gateway_url": f"ws://{request.host}/gateway",
                }
                await socket.send_json({"op": 0, "t": "READY", "s": 1, "d": ready})
                connected(socket, (shard, count))
            case _:
                pass
    return socket
