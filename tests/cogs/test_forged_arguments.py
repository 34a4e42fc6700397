"""A custom_id with an argument of a wrong form is answered with one sentence."""

import logging
from typing import Any

import pytest
import simcord
from discord import ui
from simcord.results import ResponseMessage

from tests.people import Press, at_once, read

FORGED = (
    *("page:{me}:abc", "page:{me}:9999999999999999999999", "trash:{me}:", "trash:{me}:1:2"),
    *("list:{me}:", "list:{me}:0x", "list:{me}:0r:", "list:{me}:0r" + "A" * 53, "show:{me}:none"),
    *(
        "list:{me}:0r=",
        "list:{me}:999999n_____",
        "search:{me}:-1r",
        "show-all:{me}:0",
        "star:{me}:",
    ),
    *("star:{me}:1:none", "star:{me}:2:none", "sort:{me}:0r", "page:{me}:0r", "open:{me}:0r"),
    *("import:{me}:x", "import:{me}:" + "a" * 12 + ":" + "b" * 12 + ":2", "again:{me}:none"),
    *("lobby-turn:{me}:x:0", "lobby-turn:{me}:1", "lobby-create:{me}:x", "play:{me}:none"),
    *("export:{me}:none", "delete:{me}:none", "undo:{me}:none", "edit:{me}:none"),
)


async def test_a_forged_button_is_one_sentence(
    world: simcord.Env, ana: Any, channel: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for forged in FORGED:
        view = ui.LayoutView(timeout=None)
        row: ui.ActionRow[Any] = ui.ActionRow()
        custom_id = f"gchr:{forged.format(me=ana.id)}"
        row.add_item(ui.Button(label="x", custom_id=custom_id))
        view.add_item(row)
        message = await world.bot.get_channel(channel.id).send(view=view)
        text = read(await ana.click(message, custom_id=custom_id))
        assert text, forged
        assert "Something went wrong" not in text, forged
        assert not [each for each in caplog.records if each.levelno >= logging.WARNING], forged
        assert not world.errors, forged


async def test_a_menu_without_a_choice_is_one_sentence(
    world: simcord.Env, ana: Any, channel: Any
) -> None:
    view = ui.LayoutView(timeout=None)
    row: ui.ActionRow[Any] = ui.ActionRow()
    custom_id = f"gchr:open:{ana.id}:0r"
    menu: ui.Select[Any] = ui.Select(custom_id=custom_id, min_values=0)
    menu.add_option(label="x")
    row.add_item(menu)
    view.add_item(row)
    message = await world.bot.get_channel(channel.id).send(view=view)
    assert "no longer works" in read(await ana.select(message, [], custom_id=custom_id))


@pytest.mark.parametrize(
    ("action", "value", "told"),
    [
        *(("page", each, "no longer works") for each in ("", "-1", "1e3", "9999999", "²")),
        *(("sort", each, "no longer works") for each in ("", "x", "rn")),
        ("open", "none", "not among yours"),
    ],
)
async def test_a_forged_choice_is_one_sentence(
    world: simcord.Env, ana: Any, channel: Any, action: str, value: str, told: str
) -> None:
    custom_id = f"gchr:{action}:{ana.id}:0r#abcd"
    view = ui.LayoutView(timeout=None)
    menu: ui.Select[Any] = ui.Select(custom_id=custom_id)
    menu.add_option(label="x", value=value or "x")
    view.add_item(ui.ActionRow(menu))
    message = await world.bot.get_channel(channel.id).send(view=view)
    shown = ResponseMessage(world, world.backend.get_message(channel.id, message.id))
    (result,) = await at_once(world, Press(ana, shown, custom_id, (value,)))
    assert told in read(result)
    assert not world.errors
