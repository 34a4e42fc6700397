"""Runs every benchmark, or those that are named, and prints their claims in one table.

The exit status is 1 if one fails. With `--peers`, measures what could be used instead of this
project, and writes `docs/benchmarks.md`.
"""

import asyncio
import sys
import time

from benchmarks import (
    active,
    backup,
    cluster_party,
    concurrent,
    gallery_page,
    imports,
    interactions,
    lobby_redraw,
    many_lobbies,
    memory,
    party,
    pictures,
    records,
    rosters,
    scans,
    stranger,
)
from benchmarks.machine import HGET_SECONDS, slowness
from benchmarks.race import Claim, duration
from characters.workers.spares import end_spares

BENCHMARKS = (
    *(active.measure, concurrent.measure, records.measure, party.measure, cluster_party.measure),
    *(memory.measure, imports.measure, many_lobbies.measure, scans.measure),
    *(backup.measure, rosters.measure, gallery_page.measure, lobby_redraw.measure),
    *(pictures.measure, interactions.measure, stranger.measure),
)
HEADING = ("verdict", "what", "figure", "95 % of medians", "limit and its room", "ours : theirs")


async def main(wanted: list[str]) -> int:
    """`wanted` are names of modules, such as `active`; all without any."""
    claims: list[Claim] = []
    slower = await slowness()
    for measure in BENCHMARKS:
        name = measure.__module__.removeprefix("benchmarks.")
        if not wanted or name in wanted:
            start = time.monotonic()
            claims += await measure()
            end_spares()  # they would take memory and time of the next one
            print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    slower = min(slower, await slowness())  # a machine may be busy for a while
    claims = [claim.on_machine(slower) for claim in claims]
    _print(claims)
    if any(each.is_noise for each in claims):
        print("noise: the limit lies within the interval, so this run does not tell; run it again.")
    if any(each.is_slow for each in claims):
        print(
            f"slow: a limit in seconds, of a machine on which a bare HGET takes "
            f"{duration(HGET_SECONDS)}; here it takes {slower:.2f} times as long."
        )
    return 0 if all(claim.holds for claim in claims) else 1


def _print(claims: list[Claim]) -> None:
    rows = [HEADING]
    rows += [
        (each.verdict, each.what, each.figure, each.spread, each.limit, each.detail)
        for each in claims
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


if __name__ == "__main__":
    if sys.argv[1:] == ["--peers"]:
        from benchmarks import peers

        sys.exit(asyncio.run(peers.main()))
    sys.exit(asyncio.run(main(sys.argv[1:])))
