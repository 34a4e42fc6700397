"""A few changed images and files; `make fuzz` reads many."""

import sys
from pathlib import Path

import pytest

from characters.registry import Registry
from characters.workers.process import Job
from tests.fuzz import fuzz
from tests.soak import trials


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_changed_images_and_files_are_read_or_refused(registry: Registry) -> None:
    count = trials(30, 300)
    result = await fuzz(registry, trials(60, 300), seed=7, most=count)
    assert not result.failure
    assert result.answers.total() == count
    assert len(result.answers) > 2


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_an_unforeseen_exception_is_found(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("at all")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Job, "run", broken)
    result = await fuzz(registry, 60, seed=7, most=60)
    assert "ZeroDivisionError" in result.failure
    assert not result.holds
