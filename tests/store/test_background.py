"""Tasks that use the client of the store while nobody waits for them."""

import asyncio
from threading import Thread

from characters.store.background import Background


async def nothing() -> None:
    pass


def test_it_ends_in_the_turn_in_which_a_task_has() -> None:
    """In a thread: an event loop that is never left alone would end no test."""

    async def work() -> None:
        background = Background()
        background.begin(nothing())
        await asyncio.sleep(0)  # the task is done, and its callbacks are not
        await background.end()

    thread = Thread(target=asyncio.run, args=(work(),), daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
