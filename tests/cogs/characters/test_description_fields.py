"""Long descriptions: in two fields of the form, and as text files."""

from typing import Any

import pytest
import simcord
from hypothesis import given
from hypothesis import strategies as st

from bot import CharacterBot
from characters.registry import Registry
from cogs.characters.description_fields import TEXT_INPUT_LIMIT, divided
from tests import images
from tests.cogs.characters.test_form import active, fields
from tests.people import answer, buttons, menu, pictures, read

LONG = "\n\n".join(f"Paragraph {number}. " + "Word after word. " * 30 for number in range(12))
LONGER = "One line of many.\n" * 700


@given(
    st.lists(
        st.sampled_from(["word", "\n", "\n\n", " \n \n\t", "   ", " " * 30, "x" * 900, "\u2003"]),
        max_size=60,
    )
)
def test_a_text_is_divided_without_loss_into_parts_without_outer_spaces(parts: list[str]) -> None:
    text = "".join(parts).strip(" \n\t")
    halves = divided(text)
    if halves is None:
        assert len(text) > 2 * TEXT_INPUT_LIMIT
        return
    first, between, second = halves
    assert first + between + second == text
    assert max(len(first), len(second)) <= TEXT_INPUT_LIMIT
    assert not between.strip()
    if between:
        assert not first.endswith((" ", "\n", "\t"))
        assert not second.startswith((" ", "\n", "\t"))


@pytest.mark.parametrize(
    ("text", "between"),
    [
        ("word " * 500 + "end.\n\nNew line\nhere" + " word" * 500, "\n\n"),
        ("word " * 500 + "end.\nNew line" + " word" * 500, "\n"),
        ("word " * 1000, " "),
        ("x" * 8000, ""),
    ],
)
def test_a_text_is_divided_between_paragraphs_else_lines_else_words(
    text: str, between: str
) -> None:
    halves = divided(text.strip())
    assert halves
    assert halves[1] == between


def second_of(shown: Any) -> str:
    """The custom_id of the second field."""
    (found,) = [each for each in fields(shown) if each.startswith("more:")]
    return found


def typed(shown: Any) -> dict[str, str]:
    """What the fields hold, as a client sends it back."""
    names = ("name", "description", second_of(shown))
    return {each: fields(shown)[each]["value"] for each in names}


async def open_form(ana: Any, channel: Any, registry: Registry, description: str) -> Any:
    await registry.create(ana.id, "Zed", description)
    return await ana.slash(channel, "character edit", name="Zed")


async def test_a_short_description_has_one_field(
    ana: Any, channel: Any, registry: Registry
) -> None:
    shown = await open_form(ana, channel, registry, "x" * 3000)
    assert set(fields(shown)) == {"name", "description", "portrait"}


@pytest.mark.parametrize("length", [3001, 4001, 6000, 8000])
async def test_a_long_one_has_two_and_what_is_left_as_it_is_is_no_change(
    ana: Any, channel: Any, registry: Registry, length: int
) -> None:
    text = (LONG * 2)[: length - 1].strip().ljust(length, "!")
    shown = await open_form(ana, channel, registry, text)
    labels = [each["label"] for each in shown.modal["components"]]
    assert labels == ["Name", "Description", "Description, continued", "Portrait"]
    result = await ana.submit_modal(shown, typed(shown))
    assert "Undo this change" not in buttons(answer(result))
    assert await registry.trash(ana.id) == []


async def test_what_is_typed_in_both_is_joined_and_a_cleared_part_leaves_the_other(
    ana: Any, channel: Any, registry: Registry
) -> None:
    shown = await open_form(ana, channel, registry, LONG)
    second = second_of(shown)
    await ana.submit_modal(shown, {**typed(shown), "description": "Short."})
    first_short = (await active(registry, ana)).description
    assert first_short == f"Short. \n\n{typed(shown)[second]}"
    for first, more, joined in (("A", "B", "A \n\nB"), ("", "B", "B"), ("A", "", "A")):
        zed = await active(registry, ana)
        shown._interaction.modal_consumed = False
        shown._interaction.modal["custom_id"] = f"gchr:form:{zed.char_id}:{zed.version}:"
        await ana.submit_modal(shown, {"name": "Zed", "description": first, second: more})
        assert (await active(registry, ana)).description == joined


@pytest.mark.parametrize("restart", [False, True])
async def test_a_refused_form_opens_again_with_both_parts(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry, *, restart: bool
) -> None:
    shown = await open_form(ana, channel, registry, LONG)
    changed = {**typed(shown), "name": "\u2800"}
    changed["description"] += "!"
    told = await ana.submit_modal(shown, {**changed, "portrait": ("a.png", images.png())})
    if restart:
        await world.restart_bot(CharacterBot(registry, shard_count=1))
    again = await ana.click(answer(told).message, label="Open the form again")
    assert len(again.modal["components"]) <= 5
    result = await ana.submit_modal(again, {**typed(again), "name": "Zed"})
    assert pictures(answer(result))
    second = changed[second_of(shown)]
    expected = f"{changed['description']} \n\n{second}"
    assert (await active(registry, ana)).description == expected


async def test_a_longer_one_is_kept_or_replaced_by_a_file(
    ana: Any, channel: Any, registry: Registry
) -> None:
    shown = await open_form(ana, channel, registry, LONGER)
    (label,) = [each for each in shown.modal["components"] if ".txt" in each["label"]]
    assert label["description"].startswith("It has 12,599 letters")
    assert len(label["description"]) <= 100
    await ana.submit_modal(shown, {"name": "Zedd"})
    assert (await active(registry, ana)).description == LONGER.strip()
    shown = await ana.slash(channel, "character edit", name="Zedd")
    text = "Zoë 😀\r\n" * 2000
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        shown = await ana.slash(channel, "character edit", name="Zedd")
        new = f"{encoding}\n{text}"
        file = ("description.txt", new.encode(encoding))
        await ana.submit_modal(shown, {"name": "Zedd", "description-file": file})
        assert (await active(registry, ana)).description == new.replace("\r", "").strip()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (images.png(), "is not plain text"),
        (b"caf\xe9 " * 10, "is not plain text"),
        (b"a\0b", "is not plain text"),
        (b"x" * 103_000, "at most 100 KB"),
        (b"x" * 21_000, "21,000 letters, and 20,000 is the most"),
    ],
)
async def test_a_file_that_can_not_be_the_description_loses_nothing(
    ana: Any, channel: Any, registry: Registry, data: bytes, sentence: str
) -> None:
    shown = await open_form(ana, channel, registry, LONGER)
    given = {"name": "Zedd", "portrait": ("a.png", images.png())}
    told = await ana.submit_modal(shown, {**given, "description-file": ("d.txt", data)})
    assert sentence in read(told)
    again = await ana.click(answer(told).message, label="Open the form again")
    assert fields(again)["name"]["value"] == "Zedd"
    result = await ana.submit_modal(
        again, {"name": "Zedd", "description-file": ("d.txt", b"Short.")}
    )
    assert "Short." in read(result)
    assert pictures(answer(result))


async def test_create_takes_a_file_with_a_name_or_in_the_form(
    ana: Any, channel: Any, registry: Registry
) -> None:
    file = ("d.txt", LONGER.encode())
    created = await ana.slash(channel, "character create", name="Zed", description_file=file)
    assert "the file has all of its 12,599 letters" in read(created)
    shown = await ana.slash(channel, "character create", description_file=file)
    assert "description-file" in fields(shown)
    await ana.submit_modal(shown, {"name": "Yan"})
    yan = await active(registry, ana)
    assert (yan.name, yan.description) == ("Yan", LONGER.strip())


async def test_a_text_given_with_the_command_survives_a_picture_in_the_form(
    ana: Any, channel: Any, registry: Registry
) -> None:
    shown = await ana.slash(channel, "character create", description="x" * 8001)
    assert "description" not in fields(shown)
    await ana.submit_modal(shown, {"name": "Zed", "portrait": ("a.png", images.png())})
    assert (await active(registry, ana)).description == "x" * 8001
    assert (await active(registry, ana)).image_path


async def test_edit_takes_a_file_and_it_can_be_undone(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed", "Tall.")
    file = ("d.txt", b"Small.")
    edited = await ana.slash(channel, "character edit", name="zed", description_file=file)
    assert "Small." in read(edited)
    assert "Tall." in read(await ana.click(answer(edited).message, label="Undo this change"))


async def test_a_file_for_one_of_several_waits_for_the_choice(
    ana: Any, channel: Any, registry: Registry
) -> None:
    luna = await registry.create(ana.id, "Luna", "A witch.")
    await registry.create(ana.id, "luna", "A cat.")
    file = ("d.txt", b"A bat.")
    asked = answer(await ana.slash(channel, "character edit", name="LUNA", description_file=file))
    await ana.select(asked.message, [luna.char_id], custom_id=menu(asked)["custom_id"])
    assert (await registry.get(ana.id, luna.char_id)).description == "A bat."
    assert {each.description for each in (await registry.roster(ana.id)).characters} == {
        "A bat.",
        "A cat.",
    }
