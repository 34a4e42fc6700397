"""The nightly backup of the page for operators, in a crontab."""

import asyncio
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from characters.registry import Registry
from tests.docs.pages import ROOT, block
from tests.player_input import USER
from tests.soak import trials

PAGE = "docs/operating.md"
CRON = shutil.which("cron", path=f"{os.environ['PATH']}:/usr/sbin")


def _crontab(folder: Path) -> str:
    """The line of the page, in this folder and with this Python."""
    line = block(PAGE, "0 4 * * *").strip()
    line = line.replace(".venv/bin/python", sys.executable)
    return line.replace("cd /srv/bot", f"cd {shlex.quote(str(folder))}")


async def test_the_line_for_a_crontab_makes_a_backup(
    registry: Registry, valkey_url: str, tmp_path: Path
) -> None:
    """Cron turns an unescaped % into a new line; an escaped one reaches the shell as %."""
    await registry.create(USER, "Ana")
    command = _crontab(tmp_path).removeprefix("0 4 * * * ")
    assert not re.search(r"(?<!\\)%", command)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "REDIS_URL": valkey_url,
    }
    await asyncio.to_thread(
        subprocess.run,
        ["sh", "-c", command.replace("\\%", "%")],
        check=True,
        env=environment,
        capture_output=True,
    )
    (backup,) = tmp_path.glob("backup-*.tar")
    assert re.fullmatch(r"backup-\d{4}-\d\d-\d\d\.tar", backup.name)


@pytest.mark.soak
@pytest.mark.skipif(CRON is None or os.geteuid() != 0, reason="needs cron, and root to start it")
async def test_cron_makes_the_backup(registry: Registry, valkey_url: str, tmp_path: Path) -> None:
    """Real cron, which looks once a minute: only in `make soak`."""
    if not trials(few=False, many=True):
        pytest.skip("takes a minute")
    await registry.create(USER, "Ana")
    (tmp_path / ".env").write_text(f"REDIS_URL={valkey_url}\n")
    line = _crontab(tmp_path).replace("0 4 * * *", "* * * * *")
    tab = f"PYTHONPATH={ROOT}\n{line}\n"
    spool = Path("/var/spool/cron/crontabs/root")
    before = spool.read_text() if spool.exists() else None
    await asyncio.to_thread(subprocess.run, ["crontab", "-"], input=tab, text=True, check=True)
    daemon = await asyncio.create_subprocess_exec(CRON or "", "-f")
    try:
        for _ in range(130):
            await asyncio.sleep(1)
            if [*tmp_path.glob("backup-*.tar")]:
                break
    finally:
        daemon.terminate()
        await daemon.wait()
        if before is None:
            spool.unlink()
        else:
            spool.write_text(before)
    assert [*tmp_path.glob("backup-*.tar")]
