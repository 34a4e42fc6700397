"""Runs every benchmark, or those that are named, and prints their claims with the figures.

The exit status is 1 if one fails.
"""

import asyncio
import sys

from benchmarks import (
    active,
    backup,
    cluster_party,
    concurrent,
    gallery_page,
    imports,
    interactions,
    memory,
    party,
    pictures,
    records,
    rosters,
    scans,
    stranger,
)
from benchmarks.race import Claim

BENCHMARKS = (
    *(
        active.measure,
        concurrent.measure,
        records.measure,
        party.measure,
        cluster_party.measure,
        rosters.measure,
    ),
    *(memory.measure, scans.measure, imports.measure, backup.measure),
    *(interactions.measure, gallery_page.measure, stranger.measure, pictures.measure),
)


async def main() -> int:
    claims: list[Claim] = []
    wanted = sys.argv[1:]  # names of modules, such as `active`; all without any
    for measure in BENCHMARKS:
        if not wanted or measure.__module__.removeprefix("benchmarks.") in wanted:
            claims += await measure()
    width = max(len(claim.what) for claim in claims)
    for claim in claims:
        print(f"{'ok  ' if claim.holds else 'FAIL'}  {claim.what:<{width}}  {claim.measured}")
    return 0 if all(claim.holds for claim in claims) else 1


sys.exit(asyncio.run(main()))
