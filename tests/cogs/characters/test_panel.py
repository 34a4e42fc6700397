"""One living panel: from the list to a character, to its form and back, all in one message."""

import sys
from typing import Any

import pytest
import simcord
from redis.asyncio import Redis

from characters.registry import Registry
from tests import images
from tests.people import answer, buttons, choose, menu, pictures, read

PORTRAIT = ("a.png", images.png((300, 200)))
BACK = "Back to the list"


async def listed(player: Any, channel: Any) -> Any:
    return answer(await player.slash(channel, "character list"))


async def click(player: Any, panel: Any, label: str) -> Any:
    """Presses a button of the panel, which is redrawn."""
    result = await player.click(panel.message, label=label)
    assert answer(result).id == panel.id
    return answer(result)


async def opened(player: Any, panel: Any, label: str) -> Any:
    result = await choose(player, panel, "open", label)
    assert answer(result).id == panel.id
    return answer(result)


def messages(channel: Any, player: Any) -> list[int]:
    """What the player sees in the channel."""
    return [each.id for each in channel.history(viewer=player)]


async def test_opening_shows_a_character_in_the_same_message_and_plays_nobody(
    ana: Any, channel: Any, registry: Registry
) -> None:
    for name in ("Zed", "Yan"):
        await registry.create(ana.id, name)
    before = await registry.active(ana.id)
    sheet = await opened(ana, await listed(ana, channel), "Zed")
    assert "## Zed" in read(sheet)
    assert list(buttons(sheet)) == ["Play", "Edit", "Share", "Export", BACK, "Star", "Delete"]
    back = await click(ana, sheet, BACK)
    assert "### Yan" in read(back)
    assert await registry.active(ana.id) == before
    assert messages(channel, ana) == [sheet.id]


async def test_playing_keeps_the_sheet_open(ana: Any, channel: Any, registry: Registry) -> None:
    for name in ("Zed", "Yan"):
        await registry.create(ana.id, name)
    sheet = await opened(ana, await listed(ana, channel), "Zed")
    played = await click(ana, sheet, "Play")
    assert "## Zed" in read(played)
    assert "**playing**" in read(played)
    assert "Play" not in buttons(played)
    back = read(await click(ana, played, BACK))
    assert back.index("### Zed") < back.index("**playing**") < back.index("### Yan")


@pytest.mark.parametrize("picture", [{}, {"portrait": PORTRAIT}], ids=["text", "portrait"])
async def test_list_edit_and_back_is_one_message_in_all(
    ana: Any, channel: Any, registry: Registry, picture: dict[str, Any]
) -> None:
    await ana.slash(channel, "character create", name="Zed", portrait=PORTRAIT)
    (made,) = messages(channel, ana)
    panel = await listed(ana, channel)
    sheet = await opened(ana, panel, "Zed")
    for text in ("Small.", "Tall."):
        form = await ana.click(sheet.message, label="Edit")
        result = await ana.submit_modal(form, {"name": "Zed", "description": text, **picture})
        sheet = answer(result)
        assert sheet.id == panel.id
        assert not result.followups
        assert text in read(sheet)
        assert len(pictures(sheet)) == len(sheet.attachments) == 1
    back = await click(ana, sheet, BACK)
    assert "### Zed" in read(back)
    assert len(pictures(back)) == len(back.attachments) == 1
    assert messages(channel, ana) == [made, panel.id]
    assert (await registry.roster(ana.id)).characters[0].description == "Tall."


async def test_a_character_created_from_the_list_is_shown_there(ana: Any, channel: Any) -> None:
    panel = await listed(ana, channel)
    form = await ana.click(panel.message, label="Create a character")
    sheet = answer(await ana.submit_modal(form, {"name": "Zed", "portrait": PORTRAIT}))
    assert sheet.id == panel.id
    assert pictures(sheet)
    assert "### Zed" in read(await click(ana, sheet, BACK))
    assert messages(channel, ana) == [panel.id]


async def test_what_is_refused_is_told_in_the_panel_and_gone_after_success(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed")
    panel = await listed(ana, channel)
    sheet = await opened(ana, panel, "Zed")
    form = await ana.click(sheet.message, label="Edit")
    told = answer(await ana.submit_modal(form, {"name": "\u3164", "description": "Tall."}))
    assert told.id == panel.id
    assert list(buttons(told)) == ["Open the form again", BACK]
    again = await ana.click(told.message, label="Open the form again")
    assert "Tall." in str(again.modal)
    saved = answer(await ana.submit_modal(again, {"name": "Zedd", "description": "Tall."}))
    assert saved.id == panel.id
    assert "## Zedd" in read(saved)
    assert "Open the form again" not in buttons(saved)
    assert messages(channel, ana) == [panel.id]


async def test_a_notice_of_a_command_becomes_the_sheet(ana: Any, channel: Any) -> None:
    told = answer(await ana.slash(channel, "character create", name="\u3164", portrait=PORTRAIT))
    again = await ana.click(told.message, label="Open the form again")
    saved = answer(await ana.submit_modal(again, {"name": "Zed"}))
    assert saved.id == told.id
    assert pictures(saved)
    assert messages(channel, ana) == [told.id]


async def test_a_conflict_is_shown_in_the_panel(ana: Any, channel: Any, registry: Registry) -> None:
    zed = await registry.create(ana.id, "Zed")
    panel = await listed(ana, channel)
    form = await ana.click((await opened(ana, panel, "Zed")).message, label="Edit")
    other = await ana.slash(channel, "character edit", name=zed.char_id)
    await ana.submit_modal(other, {"name": "Zed", "description": "Small."})
    told = answer(await ana.submit_modal(form, {"name": "Zed", "description": "Huge."}))
    assert told.id == panel.id
    assert "changed while you were editing" in read(told)
    again = await ana.click(told.message, label="Open the form again")
    saved = answer(await ana.submit_modal(again, {"name": "Zed", "description": "Huge."}))
    assert saved.id == panel.id
    assert "Huge." in read(saved)


async def test_a_form_of_a_lobby_leaves_the_lobby_alone(ana: Any, bob: Any, channel: Any) -> None:
    lobby = answer(await ana.slash(channel, "lobby open"))
    form = await bob.click(lobby.message, label="Join")
    told = await bob.submit_modal(form, {"name": "\u3164"})
    assert told.ephemeral
    assert answer(told).id != lobby.id
    again = await bob.click(answer(told).message, label="Open the form again")
    saved = answer(await bob.submit_modal(again, {"name": "Zed"}))
    assert saved.id == answer(told).id
    assert "1 of 8 seats" in read(lobby)


async def test_deleting_undoing_and_restoring_lead_back(
    ana: Any, channel: Any, registry: Registry
) -> None:
    for name in ("Zed", "Yan"):
        await registry.create(ana.id, name)
    panel = await listed(ana, channel)
    deleted = await click(ana, await opened(ana, panel, "Zed"), "Delete")
    assert list(buttons(deleted)) == ["Undo", BACK]
    restored = await click(ana, deleted, "Undo")
    assert "## Zed" in read(restored)
    again = await click(ana, restored, "Delete")
    assert "### Zed" not in read(await click(ana, again, BACK))
    trash = answer(await ana.slash(channel, "character restore"))
    assert "### Yan" in read(await click(ana, trash, BACK))
    trash = answer(await ana.slash(channel, "character restore"))
    sheet = answer(await choose(ana, trash, "restore", "1. Zed"))
    assert sheet.id == trash.id
    assert "### Zed" in read(await click(ana, sheet, BACK))


async def test_an_empty_trash_leads_back(ana: Any, channel: Any, registry: Registry) -> None:
    await registry.create(ana.id, "Zed")
    trash = answer(await ana.slash(channel, "character restore"))
    assert "### Zed" in read(await click(ana, trash, BACK))


async def test_an_export_takes_the_place_of_the_sheet_and_leads_back(
    ana: Any, channel: Any
) -> None:
    await ana.slash(channel, "character create", name="Zed", portrait=PORTRAIT)
    panel = await listed(ana, channel)
    files = await click(ana, await opened(ana, panel, "Zed"), "Export")
    assert {each.filename for each in files.attachments} == {"Zed.png", "Zed.json"}
    sheet = await click(ana, files, "Back to the character")
    assert "## Zed" in read(sheet)
    assert len(pictures(sheet)) == len(sheet.attachments) == 1
    files = await click(ana, sheet, "Export")
    assert "### Zed" in read(await click(ana, files, BACK))


@pytest.mark.parametrize("command", ["export", "forget"])
async def test_other_answers_lead_to_the_list(
    ana: Any, channel: Any, registry: Registry, command: str
) -> None:
    await registry.create(ana.id, "Zed")
    result = await ana.slash(channel, f"character {command}")
    told = next(each for each in [result.response, *result.followups] if buttons(each))
    assert "### Zed" in read(await click(ana, told, BACK))


async def test_an_import_leads_to_the_list(ana: Any, channel: Any) -> None:
    file = ("t.json", b'{"tuppers": [{"name": "Zed"}], "groups": []}')
    plan = answer(await ana.slash(channel, "character import", file=file))
    assert list(buttons(plan)) == ["Import 1 new", BACK]
    done = await click(ana, plan, "Import 1 new")
    assert "**1** imported" in read(done)
    assert "### Zed" in read(await click(ana, done, BACK))


async def test_an_error_leaves_the_panel_usable(ana: Any, channel: Any, registry: Registry) -> None:
    zed = await registry.create(ana.id, "Zed")
    panel = await listed(ana, channel)
    sheet = await opened(ana, panel, "Zed")
    await registry.erase(ana.id, zed.char_id)
    told = await ana.click(sheet.message, label="Star")
    assert told.ephemeral
    assert answer(told).id != panel.id
    assert "not among yours" in read(told)
    assert "No characters yet" in read(await click(ana, sheet, BACK))


async def test_a_refused_note_does_not_take_the_edit_with_it(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed")
    sheet = await opened(ana, await listed(ana, channel), "Zed")
    form = await ana.click(sheet.message, label="Edit")
    world.inject_error("POST", "/interactions/*", status=404, code=10062, message="late", times=1)
    await ana.submit_modal(form, {"name": "Zedd", "portrait": PORTRAIT})
    (zed,) = (await registry.roster(ana.id)).characters
    assert zed.name == "Zedd"
    assert zed.has_portrait


async def test_while_a_portrait_is_prepared_the_panel_says_so(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed")
    sheet = await opened(ana, await listed(ana, channel), "Zed")
    form = await ana.click(sheet.message, label="Edit")
    before = len(world.http_requests)
    await ana.submit_modal(form, {"name": "Zed", "portrait": PORTRAIT})
    note, done = world.http_requests[before:]
    assert note.json["type"] == 7  # an update of the message
    assert "Preparing the portrait…" in str(note.json)
    assert "## Zed" in str(done.json)


async def test_a_late_form_is_offered_in_the_panel(
    ana: Any, channel: Any, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(*_: object) -> bool:
        return False

    await registry.create(ana.id, "Zed")
    panel = await listed(ana, channel)
    sheet = await opened(ana, panel, "Zed")
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["cogs.characters.form"], "open_form", late)
        told = await click(ana, sheet, "Edit")
    assert list(buttons(told)) == ["Open the form", BACK]
    form = await ana.click(told.message, label="Open the form")
    assert answer(await ana.submit_modal(form, {"name": "Zedd"})).id == panel.id
    assert messages(channel, ana) == [panel.id]


# -- stars -----------------------------------------------------------------------------------------


async def test_a_star_is_kept_and_is_neither_use_nor_edit(
    ana: Any, channel: Any, registry: Registry
) -> None:
    for name in ("Zed", "Yan", "Xia"):
        await registry.create(ana.id, name)
    before = (await registry.roster(ana.id)).find("zed")[0]
    active = await registry.active(ana.id)
    panel = await listed(ana, channel)
    sheet = await opened(ana, panel, "Zed")
    form = await ana.click(sheet.message, label="Edit")
    starred = await click(ana, sheet, "Star")
    assert "⭐ starred" in read(starred)
    assert "Unstar" in buttons(starred)
    after = await registry.get(ana.id, before.char_id)
    assert after.record == {**before.record, "favourite": True}
    assert after.version == before.version
    assert await registry.active(ana.id) == active
    text = read(await click(ana, starred, BACK))
    assert text.index("### Xia") < text.index("### Zed") < text.index("### Yan")
    saved = await ana.submit_modal(form, {"name": "Zed", "description": "Tall."})
    assert "Tall." in read(saved)
    unstarred = await click(ana, answer(saved), "Unstar")
    assert "starred" not in read(unstarred)
    assert "favourite" not in (await registry.get(ana.id, before.char_id)).record


async def test_a_star_survives_the_trash(ana: Any, channel: Any, registry: Registry) -> None:
    zed = await registry.create(ana.id, "Zed")
    await registry.star(ana.id, zed.char_id, favourite=True)
    await registry.delete(ana.id, zed.char_id)
    assert (await registry.restore(ana.id, zed.char_id)).is_favourite
    assert channel


async def test_starring_while_the_game_changes_the_record_loses_neither(
    ana: Any, registry: Registry, valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    zed = await registry.create(ana.id, "Zed")
    run = registry._store.client.run

    async def meanwhile(script: str, *arguments: Any) -> Any:
        if script == "replace":
            monkeypatch.undo()
            theirs = zed.with_fields(level=7).to_json()
            await valkey.hset(f"game:characters:{ana.id}", zed.char_id, theirs)
        return await run(script, *arguments)

    monkeypatch.setattr(registry._store.client, "run", meanwhile)
    starred = await registry.star(ana.id, zed.char_id, favourite=True)
    assert starred.record == {**zed.record, "level": 7, "favourite": True}


# -- a full roster ---------------------------------------------------------------------------------


async def test_a_full_roster_says_why_and_offers_ways_out(
    ana: Any, channel: Any, room_for_one: Registry
) -> None:
    zed = await room_for_one.create(ana.id, "Yan")
    await room_for_one.delete(ana.id, zed.char_id)
    await room_for_one.create(ana.id, "Zed")
    panel = await listed(ana, channel)
    assert "You have 1 of 1 characters, so you can't create another one" in read(panel)
    assert buttons(panel)["Create a character"]["disabled"]
    trash = await click(ana, panel, "Trash")
    assert menu(trash)["options"][0]["label"] == "1. Yan"
    told = await choose(ana, trash, "restore", "1. Yan")
    assert "Delete one to make room" in read(told)
    panel = await click(ana, trash, BACK)
    back = await click(ana, await click(ana, await opened(ana, panel, "Zed"), "Delete"), BACK)
    assert "No characters yet" in read(back)


async def test_a_few_characters_have_few_controls(
    ana: Any, channel: Any, registry: Registry
) -> None:
    for number in range(6):
        await registry.create(ana.id, f"Hero {number}")
    panel = await listed(ana, channel)
    assert list(buttons(panel)) == ["Create a character"]
    assert len(menu(panel)["options"]) == 6
