"""A bot that is killed while it writes portraits leaves whole files only."""

import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from characters.portraits.assets import OURS_OR_THUMBNAIL
from tests.soak import trials

WRITER = """
import asyncio, hashlib, random, sys
from pathlib import Path
from characters.portraits.folder import FolderAssets

def sound(size):
    rest = random.randbytes(size)
    return hashlib.sha256(rest).digest() + rest

async def main():
    assets = FolderAssets(Path(sys.argv[1]))
    print("ready", flush=True)
    while True:
        await assets.save(sound(300_000), sound(10_000))

asyncio.run(main())
"""


def is_whole(file: Path) -> bool:
    data = file.read_bytes()
    return hashlib.sha256(data[32:]).digest() == data[:32]


@pytest.mark.soak
def test_no_file_is_torn(tmp_path: Path) -> None:
    chance, written = random.Random(5), 0
    for _ in range(trials(5, 500)):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout
            assert writer.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.005, 0.08))
            writer.kill()
        files = [each for each in tmp_path.iterdir() if OURS_OR_THUMBNAIL.fullmatch(each.name)]
        assert [each.name for each in files if not is_whole(each)] == []
        written += len(files)
        for each in tmp_path.iterdir():
            each.unlink()
    assert written > 0
