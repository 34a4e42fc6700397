"""Lobbies whose characters are switched off: a host has unloaded `cogs.characters` alone."""

from typing import Any

import pytest
import simcord

from tests.people import answer, buttons, read

SENTENCE = "My characters are switched off at the moment. Please try again later."


async def test_each_button_is_answered_with_one_sentence_and_logged_as_one_line(
    world: simcord.Env, ana: Any, channel: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await ana.slash(channel, "character create", name="Zed")
    lobby = answer(await ana.slash(channel, "lobby open"))
    await world.bot.unload_extension("cogs.characters")
    world.bot.character_registry = None
    labels = [label for label, button in buttons(lobby).items() if not button.get("disabled")]
    results = [await ana.click(lobby.message, label=label) for label in labels]
    results.append(await ana.slash(channel, "lobby open"))
    assert {"Leave", "Change character", "Host: close"} <= {*labels}
    for result in results:
        assert read(result) == SENTENCE
        assert result.ephemeral
    assert "Traceback" not in caplog.text
    assert not world.errors
    await world.bot.unload_extension("cogs.lobby")  # so that later tests load both anew
