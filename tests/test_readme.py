"""What the README shows is run here."""

import re
from pathlib import Path
from typing import Any

from characters.registry import Registry
from tests.people import answer

README = (Path(__file__).parents[1] / "README.md").read_text()


def example(defines: str) -> str:
    """The block of Python that defines a name."""
    (found,) = (
        each for each in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if defines in each
    )
    return found


async def test_a_main_bot_hears_of_a_session_in_ten_lines(
    ana: Any, channel: Any, registry: Registry
) -> None:
    source = example("class Games")
    assert len([line for line in source.splitlines() if line]) <= 10
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 - our own README
    bot = channel._env.bot

    await bot.add_cog(names["Games"](bot))
    await registry.create(ana.id, "Ana the Bold")
    lobby = answer(await ana.slash(channel, "lobby open", title="The Sunken Keep"))
    await ana.click(lobby.message, label="Join")
    await ana.click(lobby.message, label="Start")
    assert (
        channel.last_message.content
        == f"**The Sunken Keep** begins, with Ana the Bold (<@{ana.id}>)."
    )
