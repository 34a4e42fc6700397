"""How long `import game_characters` takes, beside `import redis.asyncio`: CPU time of a process."""

import os
import resource
import subprocess
import sys

from benchmarks.race import Claim, at_most, race

ROUNDS = 15


async def measure() -> list[Claim]:
    async def ours() -> object:
        return _run("import game_characters")

    async def theirs() -> object:
        return _run("import redis.asyncio")

    await ours()  # compiles it, as an installation does
    times = await race(ours, theirs, rounds=ROUNDS, turns=1, clock=_processes)
    return [at_most(1.6, "import of game_characters beside redis.asyncio", *times)]


def _run(program: str) -> object:
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run([sys.executable, "-c", program], check=True, env=environment)


def _processes() -> float:
    """CPU seconds of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
