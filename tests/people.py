"""What users of the simulated Discord see, and what they send."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from discord.ui import LayoutView
from simcord import Env, interactions
from simcord.backend import serializers
from simcord.backend.models import Interaction
from simcord.results import InteractionResult, ResponseMessage


def answer(result: InteractionResult) -> ResponseMessage:
    """The message that answered, or the one that was redrawn."""
    messages = [*result.followups, *([result.response] if result.response else [])]
    assert messages, f"no answer: {result}"
    return messages[0]


def components(message: ResponseMessage) -> Iterator[dict[str, Any]]:
    """Every component of a message, nested ones too."""
    pending = list(message.components)
    while pending:
        component = pending.pop(0)
        yield component
        pending = [*component.get("components", []), *_accessory(component), *pending]


def _accessory(component: dict[str, Any]) -> list[dict[str, Any]]:
    return [component["accessory"]] if "accessory" in component else []


def read(result: InteractionResult | ResponseMessage) -> str:
    """All text of the answer, as Discord got it."""
    message = answer(result) if isinstance(result, InteractionResult) else result
    texts = [component["content"] for component in components(message) if component["type"] == 10]
    return "\n".join([message.content, *texts]).strip()


def buttons(message: ResponseMessage) -> dict[str, dict[str, Any]]:
    """Every button by its label."""
    return {
        component["label"]: component for component in components(message) if component["type"] == 2
    }


def menu(message: ResponseMessage, action: str = "") -> dict[str, Any]:
    """The one select menu, or the one with this action."""
    (found,) = (
        component
        for component in components(message)
        if component["type"] == 3 and f":{action}" in component["custom_id"]
    )
    return found


async def choose(
    player: Any, message: ResponseMessage, action: str, label: str
) -> InteractionResult:
    """Chooses the option with this label in the menu with this action."""
    found = menu(message, action)
    (value,) = (each["value"] for each in found["options"] if each["label"] == label)
    return await player.select(message.message, [value], custom_id=found["custom_id"])


def pictures(message: ResponseMessage) -> list[dict[str, Any]]:
    """Every thumbnail and gallery item, with `media.url` and `description`."""
    found: list[dict[str, Any]] = []
    for component in components(message):
        if component["type"] == 11:
            found.append(component)
        elif component["type"] == 12:
            found += component["items"]
    return found


async def press_everything(stranger: Any, place: Any, *messages: ResponseMessage) -> dict[str, str]:
    """Uses every button and menu of another user's messages; returns the answers by action."""
    answers: dict[str, str] = {}
    for message in messages:
        public = await place.send(view=LayoutView.from_message(message.message, timeout=None))
        for component in components(message):
            if not (custom_id := component.get("custom_id")) or component.get("disabled"):
                continue
            if component["type"] == 3:
                result = await stranger.select(
                    public, [component["options"][0]["value"]], custom_id=custom_id
                )
            else:
                result = await stranger.click(public, custom_id=custom_id)
            answers[custom_id.split(":")[1]] = read(result)
    return answers


class Press(NamedTuple):
    """A button or menu used, also in ways that Discord's clients do not offer."""

    who: Any
    message: ResponseMessage
    custom_id: str
    values: tuple[str, ...] = ()


async def at_once(world: Env, *presses: Press) -> list[InteractionResult]:
    """Sends all of them before the first is answered."""
    records: list[Interaction] = []
    for who, message, custom_id, values in presses:
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": 3 if values else 2}
        if values:
            data["values"] = list(values)
        record, payload = interactions.base_payload(
            world.backend,
            type=3,
            channel_id=message.channel_id,
            guild_id=who.guild.id,
            user_id=who.id,
            data=data,
        )
        stored = world.backend.get_message(message.channel_id, message.id)
        payload["message"] = dict(serializers.message_payload(world.backend, stored))
        record.source_message_id = stored.id
        world.backend.emit("INTERACTION_CREATE", payload)
        records.append(record)
    await world.settle(timeout=30)
    return [InteractionResult(world, record) for record in records]
