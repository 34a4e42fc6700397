"""The playground in a real browser: a page with the hands of a player."""

import os
import re
import shutil
import sys
from asyncio import create_subprocess_exec, timeout
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.forked import ForkedProcess

ROOT = Path(__file__).parents[1]
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]
FLAGS += ["--no-first-run", "--disable-sync"]
ROBIN = 1456074443980800009  # the user id of the first player, which is always the same
# Tests in a browser have these marks.
IN_BROWSER = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to look with"),
    pytest.mark.asyncio(loop_scope="session"),
]
expect.set_options(timeout=15_000)  # milliseconds; a busy machine draws pages slowly


_TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Discord:
    """The simulated Discord, as the person sees it who looks at the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def resize(self, width: int, height: int) -> None:
        """Makes the window so large; what is in it stays."""
        await self.page.set_viewport_size({"width": width, "height": height})

    async def be(self, player: str) -> None:
        """Looks at the channel as another player."""
        await self._settled()
        await self.page.get_by_label("Viewing as").select_option(label=player)
        await self._settled()

    async def command(
        self, text: str, file: tuple[str, bytes] | None = None, **options: str
    ) -> None:
        """Types a slash command with its options and a file, and sends it."""
        await self._settled()
        seen = await self.messages.count()
        composer = self.page.locator("#channel-composer-input")
        await composer.fill(f"/{text}")
        await (
            self.page.get_by_role("listbox", name="Application commands")
            .get_by_role("option")
            .first.wait_for()
        )
        await composer.press("Enter")
        for name, value in options.items():
            field = self.page.locator("#channel-composer").get_by_label(name).first
            await self._ask_for(name, field)
            await field.fill(value)
        if file:
            name, data = file
            given = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
            field = self.page.locator("#channel-composer input[type=file].command-file-input")
            await self._ask_for("file", field)
            await field.set_input_files(given)
        await self.page.locator("#send-message").click()
        await self.messages.nth(seen).or_(self.form).first.wait_for()
        await self._settled()

    async def _ask_for(self, name: str, field: Locator) -> None:
        """An optional option of a command is not there before it is chosen."""
        if not await field.count():
            await self.page.locator(".command-ghost").click()  # "+2 options"
            options = self.page.locator("#command-suggestion-listbox")
            await options.get_by_role("option", name=name).click()

    async def press(self, label: str) -> None:
        """Presses the newest button with this label."""
        await self._settled()
        await self.page.get_by_role("button", name=label, exact=True).last.click()
        await self._settled()

    async def choose(self, option: str, menu: str = "") -> None:
        """Opens the newest select menu, or the newest with this text, and chooses an option."""
        await self._settled()
        menus = self.timeline.get_by_role("combobox", name=menu or None)
        await menus.last.click()
        await self.page.get_by_role("option", name=option).first.click()
        await self._settled()

    async def fill(self, label: str, text: str) -> None:
        """Fills in a field of the open form."""
        await self.form.get_by_role("textbox", name=label).fill(text)

    async def upload(self, name: str, data: bytes) -> None:
        """Gives the open form a file."""
        files = {"name": name, "mimeType": "image/png", "buffer": data}
        await self.form.locator("input[type=file]").set_input_files(files)

    async def submit(self) -> None:
        await self._settled()
        await self.form.get_by_role("button", name="Submit").click()
        await expect(self.form).to_have_count(0)
        await self._settled()

    async def sees(self, text: str | re.Pattern[str]) -> None:
        await expect(self.timeline.get_by_text(text).filter(visible=True).last).to_be_visible()

    @property
    def form(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def timeline(self) -> Locator:
        return self.page.locator("#channel-timeline")

    @property
    def messages(self) -> Locator:
        return self.page.locator("#channel-message-list > *")

    @property
    def newest_message(self) -> Locator:
        return self.messages.last

    async def _settled(self) -> None:
        """Until the page is done with the last action, as it says itself, and has drawn that.

        In the second frame it has also scrolled: what is pressed before may move away.
        """
        await self.page.wait_for_function("window.simcordPreview.ready", polling=50)
        await self.page.evaluate(_TWO_FRAMES)


@asynccontextmanager
async def playground(
    data_dir: Path, printed: list[str] | None = None, *, locale: str = "en-US"
) -> AsyncGenerator[str, None]:
    """`make run` without a token: yields the page's address, and stops it like Ctrl-C does.

    What it has printed is added to `printed`, with all warnings of Python's, also of its imports.
    """
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(data_dir),
        "BROWSER": "true",
        "DISCORD_TOKEN": "",
        "PLAYGROUND_LOCALE": locale,
        "PYTHONWARNINGS": "always,ignore:'audioop' is deprecated",  # discord.py imports it
    }
    if "PYTHONPATH" in os.environ:
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    if printed is None:
        process: Any = await ForkedProcess.start([str(ROOT / "bot.py")], ROOT, environment)
    else:
        process = await create_subprocess_exec(
            *(sys.executable, ROOT / "bot.py"),
            cwd=ROOT,
            env=environment,
            stdout=PIPE,
            stderr=STDOUT,
        )
    output = ""
    try:
        async with timeout(15):
            while not (address := re.search(r"open at (\S+)", output)):
                line = await process.stdout.readline()
                assert line, f"the playground did not open:\n{output}"
                output += line.decode()
        yield address[1]
    finally:
        process.terminate()
        rest, _ = await process.communicate()
        if printed is not None:
            printed.append(output + rest.decode())


@asynccontextmanager
async def browser(*flags: str) -> AsyncGenerator[Browser, None]:
    """A headless Chromium, for any number of visits one after the other."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, *flags], timeout=120_000
        )
        async with chromium:
            yield chromium


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncGenerator[Browser, None]:
    """One for all tests of a process. It loads no fonts, which are 32 MB for each visit."""
    async with browser("--disable-remote-fonts") as started:
        yield started


@asynccontextmanager
async def visit(
    browser: Browser, address: str, width: int = 1000, height: int = 900
) -> AsyncGenerator[Discord, None]:
    """Opens the page as a person who was never there before."""
    # The page forbids scripts from elsewhere, such as the question whether it is ready.
    person = await browser.new_context(viewport={"width": width, "height": height}, bypass_csp=True)
    async with person:
        page = await person.new_page()
        page.set_default_timeout(15_000)
        await page.goto(address)
        await page.locator("#channel-composer-input").wait_for()
        yield Discord(page)
