"""The worker process reads every format: all that it needs is imported before it has no rights."""

import subprocess
import sys

import pytest

from characters.errors import FileProblem, UnreadableFile
from characters.registry import Registry
from characters.transfer.formats.reading import read
from tests.operator import ROOT
from tests.transfer.formats.other_programs import FILES, V1
from tests.transfer.formats.samples import as_json


@pytest.mark.parametrize("name", FILES)
async def test_a_worker_reads_the_files_of_every_program(registry: Registry, name: str) -> None:
    assert await registry.importer.read(FILES[name]) == read(FILES[name])


def test_a_worker_starts_without_what_only_the_bot_needs() -> None:
    """The module asyncio alone would be a quarter of the time in which it starts."""
    program = "import sys, characters.transfer.formats.reading; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert not {"asyncio", "redis"} & {*done.stdout.split()}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
async def test_a_worker_reads_every_encoding(registry: Registry, encoding: str) -> None:
    data = as_json(V1).decode().encode(encoding)
    assert await registry.importer.read(data) == read(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"name: Ana\ncontext: &a [*a]", FileProblem.NOT_YAML),
        (b"name: 2001-01-01 00:00:00 +99:00", FileProblem.NOT_YAML),
        (b"name: \0", FileProblem.NOT_YAML),
        (b"\xff\xfe\0", FileProblem.NOT_JSON),
    ],
)
async def test_a_worker_refuses_a_damaged_file_with_the_reason(
    registry: Registry, data: bytes, expected: FileProblem
) -> None:
    with pytest.raises(UnreadableFile) as caught:
        await registry.importer.read(data)
    assert caught.value.problem is expected
