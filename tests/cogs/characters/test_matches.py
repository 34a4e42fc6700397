"""A name that several characters fit: a menu of them does what the command was for."""

from typing import Any

import pytest

from characters.registry import Registry
from cogs.characters.texts import label
from tests.people import answer, menu, read


@pytest.fixture
async def lunas(ana: Any, registry: Registry) -> dict[str, str]:
    """The ids of three characters, by their description; the last one is played."""
    created = {
        text: await registry.create(ana.id, name, text)
        for name, text in [("Luna", "A witch."), ("luna", "A cat."), ("Zed", "A tall knight.")]
    }
    return {text: each.char_id for text, each in created.items()}


async def asked(ana: Any, channel: Any, command: str, **options: Any) -> Any:
    """The menu that the command answers with."""
    told = await ana.slash(channel, f"character {command}", name="LUNA", **options)
    assert "2 of your characters match “LUNA”" in read(told)
    shown = menu(answer(told))
    described = [(each["label"], each["description"]) for each in shown["options"]]
    assert sorted(described) == [("Luna", "A witch."), ("luna", "A cat.")]
    return answer(told)


async def choose(ana: Any, message: Any, char_id: str) -> Any:
    return await ana.select(message.message, [char_id], custom_id=menu(message)["custom_id"])


async def test_show_opens_the_chosen_one_and_plays_nobody(
    ana: Any, channel: Any, registry: Registry, lunas: dict[str, str]
) -> None:
    shown = await choose(ana, await asked(ana, channel, "show"), lunas["A witch."])
    assert "A witch." in read(shown)
    active = await registry.active(ana.id)
    assert active
    assert active.name == "Zed"


async def test_share_shows_the_chosen_one_to_the_channel(
    ana: Any, channel: Any, lunas: dict[str, str]
) -> None:
    message = await asked(ana, channel, "show", share=True)
    shared = await choose(ana, message, lunas["A witch."])
    assert "A witch." in read(shared)
    assert not shared.ephemeral


async def test_activate_plays_the_chosen_one(
    ana: Any, channel: Any, registry: Registry, lunas: dict[str, str]
) -> None:
    await choose(ana, await asked(ana, channel, "activate"), lunas["A witch."])
    active = await registry.active(ana.id)
    assert active
    assert active.char_id == lunas["A witch."]


async def test_edit_opens_the_form_of_the_chosen_one(
    ana: Any, channel: Any, lunas: dict[str, str]
) -> None:
    shown = await choose(ana, await asked(ana, channel, "edit"), lunas["A cat."])
    assert shown.modal["title"] == "Edit luna"


async def test_delete_deletes_the_chosen_one(
    ana: Any, channel: Any, registry: Registry, lunas: dict[str, str]
) -> None:
    told = await choose(ana, await asked(ana, channel, "delete"), lunas["A cat."])
    assert "is deleted" in read(told)
    assert [each.description for each in await registry.trash(ana.id)] == ["A cat."]


async def test_export_sends_the_chosen_one(ana: Any, channel: Any, lunas: dict[str, str]) -> None:
    message = await asked(ana, channel, "export", format="json")
    sent = await choose(ana, message, lunas["A cat."])
    (file,) = answer(sent).attachments
    assert b"A cat." in await file.read()


async def test_a_choice_that_is_gone_or_forged_is_refused(
    ana: Any, channel: Any, registry: Registry, lunas: dict[str, str]
) -> None:
    message = await asked(ana, channel, "show")
    await registry.delete(ana.id, lunas["A cat."])
    assert "not among yours" in read(await choose(ana, message, lunas["A cat."]))


async def test_more_than_a_menu_holds_are_the_best_matches(
    ana: Any, channel: Any, registry: Registry
) -> None:
    for number in range(30):
        await registry.create(ana.id, f"{number} Luna" if number % 10 else f"Luna {number}")
    told = await ana.slash(channel, "character show", name="luna")
    assert "30 of your characters match" in read(told)
    assert "These 25 match best" in read(told)
    labels = [each["label"] for each in menu(answer(told))["options"]]
    assert len(labels) == 25
    assert {"Luna 0", "Luna 10", "Luna 20"} == set(labels[:3])


async def test_names_are_offered_and_found_without_accents_beginnings_first(
    ana: Any, channel: Any, registry: Registry
) -> None:
    for name in ("Kolya Łuk", "Łukasz", "Zoë", "Balu"):
        await registry.create(ana.id, name)
    choices = await ana.autocomplete(channel, "character show", "name", "lu")
    assert [each["name"] for each in choices] == ["Łukasz", "Kolya Łuk", "Balu"]
    assert "## Zoë" in read(await ana.slash(channel, "character show", name="zoe"))


@pytest.mark.usefixtures("lunas")
async def test_a_label_that_a_client_sends_instead_of_its_value_is_understood(
    ana: Any, channel: Any, registry: Registry
) -> None:
    choices = await ana.autocomplete(channel, "character show", "name", "luna")
    for text in ("A cat.", "A witch."):
        (sent,) = [each["name"] for each in choices if text in each["name"]]
        assert text in read(await ana.slash(channel, "character show", name=sent))
    (zed,) = (await registry.roster(ana.id)).find("zed")
    sent = label(zed, alone=False)
    assert sent == "Zed · A tall knight."
    assert "A tall knight" in read(await ana.slash(channel, "character activate", name=sent))


async def test_what_a_player_typed_does_not_become_layout(ana: Any, channel: Any) -> None:
    told = read(await ana.slash(channel, "character show", name="**Zed**\n# x"))
    assert r"“\*\*Zed\*\* …”" in told
