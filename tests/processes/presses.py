"""The data of what players send to the Discord of `discord_server`."""

from tests.discord_server import COMMAND, COMPONENT, SUBMIT
from tests.shown import Json, Shown

SUBCOMMAND, STRING, INTEGER, BOOLEAN, ATTACHMENT = 1, 3, 4, 5, 11  # the types of an option
BUTTON, MENU, TEXT, LABEL = 2, 3, 4, 18  # the types of a component


def command(name: str, /, **options: str | bool | Json) -> Json:
    """An option is a text, a truth value, an `option`, or an attachment with its `url`."""
    group, _, subcommand = name.partition(" ")
    given: list[Json] = []
    resolved: Json = {}
    for key, value in options.items():
        if isinstance(value, dict) and "url" in value:
            resolved = {"attachments": {value["id"]: {**value, "proxy_url": value["url"]}}}
            given.append({"type": ATTACHMENT, "name": key, "value": value["id"]})
        elif isinstance(value, dict):
            given.append({**value, "name": key})
        else:
            type_ = BOOLEAN if isinstance(value, bool) else STRING
            given.append({"type": type_, "name": key, "value": value})
    inner = {"type": SUBCOMMAND, "name": subcommand, "options": given}
    return {"id": "4", "type": 1, "name": group, "options": [inner], "resolved": resolved}


def option(value: int) -> Json:
    return {"type": INTEGER, "value": value}


def pressed(message: Shown, prefix: str, *values: str) -> Json:
    """The first button or menu of the message whose custom_id begins so."""
    data: Json = {"custom_id": message.custom_id(prefix), "component_type": BUTTON}
    if values:
        data |= {"component_type": MENU, "values": list(values)}
    return data


def submission(form: Shown, **texts: str) -> Json:
    fields = [
        {"type": LABEL, "component": {"type": TEXT, "custom_id": key, "value": text}}
        for key, text in texts.items()
    ]
    return {"custom_id": form.data["custom_id"], "components": fields}


def kind_of(data: Json) -> int:
    """The type of an interaction with these data."""
    if "component_type" in data:
        return COMPONENT
    return SUBMIT if "components" in data else COMMAND
