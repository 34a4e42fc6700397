"""`doctor` as an operator runs it: with a bot that is well, and with everything wrong."""

import asyncio
import json
from pathlib import Path
from typing import Any

from characters.store.embedded import embedded_valkey
from tests.forked import Forked
from tests.gateway import discord_api
from tests.operator import ROOT
from tests.servers import free_port

TOKEN = "canary-token"
START = """
import sys
from characters.doctor import discord_access
discord_access.API = sys.argv.pop(1)
from characters.__main__ import main
sys.exit(main())
"""


def doctor(folder: Path, api: str, *options: str, **settings: str) -> tuple[int, str, str]:
    environment = {"PYTHONPATH": str(ROOT), "COLUMNS": "200", **settings}
    process = Forked(["-c", START, api, "doctor", *options], folder, environment)
    out, err = process.communicate(timeout=60)
    assert "canary" not in out + err
    assert "Traceback" not in err
    return process.wait(), out, err


async def test_where_all_is_well_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "data" / "assets").mkdir(parents=True)
    async with embedded_valkey(tmp_path / "data"), discord_api(TOKEN) as api:
        status, out, err = await asyncio.to_thread(doctor, tmp_path, api)
    assert out.splitlines()[-1] == "All is well."
    assert (status, err) == (0, "")
    for name in ("game-characters", "appendonly", "maxmemory-policy", "ASSETS_DIR", "reachable"):
        assert name in out


def test_whatever_fails_the_rest_is_told(tmp_path: Path) -> None:
    (tmp_path / "cogs").mkdir()
    (tmp_path / "cogs" / "__init__.py").touch()
    settings = {
        "DISCORD_TOKEN": TOKEN,
        "REDIS_URL": f"redis://:canary@127.0.0.1:{free_port()}",
        "ASSETS_DIR": "/dev/null",
        "LOG_LEVEL": "LOUD",
    }
    nowhere = "http://127.0.0.1:9"
    status, out, err = doctor(tmp_path, nowhere, "--json", **settings)
    assert (status, err) == (1, "")
    document: dict[str, Any] = json.loads(out)
    wrong = {(fact["subject"], fact["name"]) for fact in document["facts"] if fact["advice"]}
    assert wrong == {
        ("settings", "wrong value"),
        ("store", "reachable"),
        ("assets", "location"),
        ("Discord", "reachable"),
        ("names", "cogs"),
    }
    assert document["wrong"] == len(wrong)
    status, out, err = doctor(tmp_path, nowhere, **settings)
    assert status == 1
    assert "LOG_LEVEL is 'LOUD'; it must be DEBUG" in out
    assert "5 things to correct." in err
