"""Files that players of other programs own, from the command to the roster."""

import json
from typing import Any

from characters.registry import Registry
from tests.people import answer, pictures, read
from tests.transfer.formats.samples import as_json, card, in_png, zip_of

PERSONAS = {
    "personas": {"1-Vera.png": "Vera", "user-default.png": "Ned"},
    "persona_descriptions": {
        "1-Vera.png": {"description": "A smith. {{user}} lost a hand.", "position": 0},
        "user-default.png": {"description": "", "position": 0},
    },
    "default_persona": "user-default.png",
}
DEAD = "https://127.0.0.1/a.png"
SYSTEM = {
    "version": 2,
    "switches": [{"timestamp": "2021-01-01T00:00:00Z", "members": []}],
    "groups": [],
    "members": [
        {
            "id": f"abc{number:02}",
            "name": f"vera{number}",
            "display_name": f"Vera {number}",
            "description": "A smith.",
            "avatar_url": DEAD,
            "created": f"2020-01-{number + 1:02}T00:00:00Z",
            "proxy_tags": [],
        }
        for number in range(30)
    ],
}


async def test_personas_become_characters(ana: Any, channel: Any, registry: Registry) -> None:
    file = ("personas_20260101.json", as_json(PERSONAS))
    plan = answer(await ana.slash(channel, "character import", file=file))
    assert "SillyTavern personas" in read(plan)
    assert "**2 new**: Ned, Vera" in read(plan) or "**2 new**: Vera, Ned" in read(plan)
    assert "1 of the new has no description in the file" in read(plan)
    await ana.click(plan.message, label="Import 2 new")
    roster = await registry.roster(ana.id)
    texts = {each.name: each.description for each in roster.characters}
    assert texts == {"Vera": "A smith. Vera lost a hand.", "Ned": ""}


async def test_a_zip_of_cards_brings_each_with_its_portrait(ana: Any, channel: Any) -> None:
    cards = {
        "cards/vera.png": in_png(card(name="Vera", personality="Gruff.", scenario="At sea.")),
        "cards/ned.png": in_png(card(name="Ned", description="{{char}} sings to {{user}}.")),
        "cards/broken.png": b"\x89PNG\r\n\x1a\n",
        "cards/readme.txt": b"Hello",
    }
    file = ("cards.zip", zip_of(cards))
    plan = answer(await ana.slash(channel, "character import", file=file))
    text = read(plan)
    assert "**2 new**: Vera, Ned" in text
    assert "**1 that can't be imported**\n- “broken\\.png”" in text
    assert "- “Vera”: Kept for other programs" in text
    assert "- “Ned”: Its text speaks of you once" in text
    await ana.click(plan.message, label="Import 2 new")
    shown = answer(await ana.slash(channel, "character show", name="Vera"))
    assert "Personality: Gruff" in read(shown)
    assert pictures(shown)
    ned = answer(await ana.slash(channel, "character show", name="Ned"))
    assert "Ned sings to" in read(ned)


async def test_a_pluralkit_export_with_dead_links_keeps_all_but_the_portraits(
    ana: Any, channel: Any, registry: Registry
) -> None:
    file = ("system.json", as_json(SYSTEM))
    plan = answer(await ana.slash(channel, "character import", file=file))
    assert "PluralKit export" in read(plan)
    assert "Switches are not kept" in read(plan)
    await ana.click(plan.message, label="Import 30 new")
    assert "**30** imported" in read(plan)
    assert read(plan).count("No public web server answered behind that link") == 1
    roster = await registry.roster(ana.id)
    assert {each.name for each in roster.characters} == {f"Vera {number}" for number in range(30)}
    assert {each.created_at for each in roster.characters} >= {1577836800.0}
    export = answer(await ana.slash(channel, "character export", format="pluralkit"))
    members = json.loads(await export.attachments[0].read())["members"]
    written = {each["id"]: each for each in members}
    for member in SYSTEM["members"]:
        assert {key: written[member["id"]][key] for key in member} == member
