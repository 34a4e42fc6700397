"""The answers that are being given: a bot that stops finishes them first."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import discord

SECONDS = 15.0  # until what is not finished is stopped
LAST_SECONDS = 3.0  # in which the player is told that it was

STOPPED = "game_characters.stopped"

_tasks: dict[asyncio.Task[Any], discord.Client] = {}


@contextmanager
def in_progress(client: discord.Client) -> Generator[None, None, None]:
    """The present task gives an answer of this bot inside."""
    task = asyncio.current_task()
    if task is None or task in _tasks:
        yield
        return
    _tasks[task] = client
    try:
        yield
    finally:
        del _tasks[task]


async def finish(client: discord.Client) -> None:
    """Returns when no answer of this bot is being given any more."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + SECONDS
    while (tasks := _of(client)) and (seconds := deadline - loop.time()) > 0:
        await asyncio.wait(tasks, timeout=seconds)
    for task in tasks:
        task.cancel(STOPPED)
    if tasks:
        await asyncio.wait(tasks, timeout=LAST_SECONDS)


def was_stopped(error: asyncio.CancelledError) -> bool:
    """Whether `finish` stopped the answer."""
    return STOPPED in error.args


def _of(client: discord.Client) -> set[asyncio.Task[Any]]:
    present = asyncio.current_task()
    return {task for task, owner in _tasks.items() if owner is client and task is not present}
