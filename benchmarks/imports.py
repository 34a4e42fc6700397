"""How long `import game_characters` takes, beside `import redis.asyncio`: CPU time of a process."""

import resource
import subprocess
import sys

from benchmarks.race import Claim, Rounds, at_most

ROUNDS = 15


async def measure() -> list[Claim]:
    ours: Rounds = []
    theirs: Rounds = []
    for _ in range(ROUNDS):
        theirs.append(_seconds("redis.asyncio"))
        ours.append(_seconds("game_characters"))
    return [at_most(1.6, "import of game_characters beside redis.asyncio", ours, theirs)]


def _seconds(module: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
