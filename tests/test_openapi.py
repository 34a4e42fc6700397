"""The check of requests against Discord's OpenAPI description, which cog tests apply to all."""

from typing import Any

import pytest
from simcord import HttpLogEntry

from tests.openapi import DISCORD_OPENAPI, check, description

if description() is None:
    pytest.skip(
        f"{DISCORD_OPENAPI} is not set: no request is checked against Discord's description",
        allow_module_level=True,
    )

CALLBACK = "/interactions/1/token/callback"
ORIGINAL = "/webhooks/1/token/messages/@original"


def sent(path: str, json: Any = None, method: str = "POST", **params: Any) -> list[str]:
    """What is said about one request."""
    return check([HttpLogEntry(method, path, params, json, None)])


def message(*components: Any) -> dict[str, Any]:
    """An interaction's answer with one container."""
    return {
        "type": 4,
        "data": {"flags": 1 << 15, "components": [{"type": 17, "components": list(components)}]},
    }


def row(**changes: Any) -> dict[str, Any]:
    """A row with one button."""
    return {
        "type": 1,
        "components": [{"type": 2, "style": 1, "label": "Play", "custom_id": "play"} | changes],
    }


def form(**changes: Any) -> dict[str, Any]:
    """A modal with one text input."""
    field = {"type": 4, "style": 1, "custom_id": "name"} | changes
    label = {"type": 18, "label": "Name", "component": field}
    return {"type": 9, "data": {"custom_id": "form", "title": "A form", "components": [label]}}


def test_the_description_is_all_of_discord() -> None:
    found = description()
    assert found
    assert len(found.operations) > 200


@pytest.mark.parametrize(
    ("path", "json"),
    [
        (CALLBACK, message({"type": 10, "content": "Zed"}, row())),
        (CALLBACK, form()),
        (CALLBACK, {"type": 5, "data": {"flags": 64}}),
        (CALLBACK, {"type": 6}),
        (CALLBACK, {"type": 8, "data": {"choices": [{"name": "Zed", "value": "1"}]}}),
        (CALLBACK, {"type": 8, "data": {"choices": []}}),
        (
            "/webhooks/1/token",
            {"content": "Zed", "attachments": [{"id": 0, "filename": "zed.webp"}]},
        ),
    ],
)
def test_a_good_request_passes(path: str, json: Any) -> None:
    assert sent(path, json) == []


@pytest.mark.parametrize(
    ("path", "json", "complaint"),
    [
        (CALLBACK, message(row(custom_id="x" * 101)), "components[0].custom_id: 'xxx"),
        (CALLBACK, message(row(custom_id="x" * 101)), "is too long (maxLength 100)"),
        (
            CALLBACK,
            message(row(), row(disabled="no")),
            "components[1].components[0].disabled: 'no' is not of type",
        ),
        (
            CALLBACK,
            message(row(style=99)),
            "components[0].style: 99 is none of what is possible here",
        ),
        (CALLBACK, message({"type": 10}), "components[0]: 'content' is a required property"),
        (
            CALLBACK,
            message({"type": 99}),
            "components[0]: {'type': 99} is none of what is possible here",
        ),
        (CALLBACK, message({"content": "Zed"}), "components[0]: 'type' is a required property"),
        (CALLBACK, message(), "components[0].components: [] should be non-empty (minItems 1)"),
        (
            CALLBACK,
            form(max_length=4001),
            "component.max_length: 4001 is greater than the maximum of 4000",
        ),
        (
            CALLBACK,
            {"type": 8, "data": {"choices": [{"name": "", "value": "1"}]}},
            "choices[0].name: '' should be",
        ),
        (CALLBACK, {"type": 2}, "$: {'type': 2} is none of what is possible here"),
        (CALLBACK, None, "the body is missing"),
        ("/webhooks/1/token", {"content": "x" * 2001}, "$.content: 'xxx"),
        (
            "/applications/1/commands",
            {"description": "nameless"},
            "$: 'name' is a required property",
        ),
        (
            "/interactions/1/token",
            {"type": 6},
            "POST /interactions/1/token: there is no such route",
        ),
        ("/oauth2/applications/@me", None, "POST /oauth2/applications/@me: there is no such route"),
    ],
)
def test_a_bad_request_is_reported_with_its_route_and_place(
    path: str, json: Any, complaint: str
) -> None:
    (found,) = sent(path, json)
    assert found.startswith(f"POST {path}: ")
    assert complaint in found
    assert len(found) < 400


def test_every_error_of_what_was_meant_is_reported() -> None:
    assert len(sent(CALLBACK, message(row(label="x" * 81, custom_id="")))) == 2


def test_a_path_without_parameters_goes_before_one_with_them() -> None:
    found = description()
    assert found
    (first, *_) = (
        each
        for each in found.operations
        if each.path.fullmatch(ORIGINAL) and each.method == "PATCH"
    )
    assert first.path.pattern.endswith("@original")


def test_what_is_not_described_in_the_query_is_reported() -> None:
    assert sent(CALLBACK, {"type": 6}, with_response="1") == []
    assert sent(CALLBACK, {"type": 6}, wait=1) == [
        f"POST {CALLBACK}: ?wait: there is no such parameter"
    ]


def test_a_body_where_none_is_taken_is_reported() -> None:
    assert sent(ORIGINAL, None, "DELETE") == []
    assert sent(ORIGINAL, {}, "DELETE") == [f"DELETE {ORIGINAL}: no JSON is taken here"]
