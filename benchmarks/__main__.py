"""Runs every benchmark and prints its claims with the figures; exit status 1 if one fails."""

import asyncio
import sys

from benchmarks import (
    active,
    backup,
    gallery_page,
    interactions,
    party,
    pictures,
    rosters,
    stranger,
)
from benchmarks.race import Claim

BENCHMARKS = (
    *(active.measure, party.measure, rosters.measure),
    *(backup.measure, interactions.measure, gallery_page.measure),
    *(stranger.measure, pictures.measure),
)


async def main() -> int:
    claims: list[Claim] = []
    for measure in BENCHMARKS:
        claims += await measure()
    width = max(len(claim.what) for claim in claims)
    for claim in claims:
        print(f"{'ok  ' if claim.holds else 'FAIL'}  {claim.what:<{width}}  {claim.measured}")
    return 0 if all(claim.holds for claim in claims) else 1


sys.exit(asyncio.run(main()))
