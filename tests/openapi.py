"""What Discord's OpenAPI description says about the requests that a bot sent.

Discord publishes it as `specs/openapi.json` in https://github.com/discord/discord-api-spec. It has
types, lengths and required fields; it forbids no unknown field of a body, and knows no limit over a
whole message (40 components, 4,000 characters). simcord's log keeps of an upload only its
`payload_json`, which is what `application/json` describes too.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from simcord import HttpLogEntry

DISCORD_OPENAPI = "DISCORD_OPENAPI"
"""The environment variable that names the file. Where it is unset, nothing is checked."""


@cache
def description() -> "Description | None":
    """The description, or None where the environment names none. Raises OSError."""
    path = os.environ.get(DISCORD_OPENAPI)
    return Description(json.loads(Path(path).read_text("utf-8"))) if path else None


def check(requests: Iterable[HttpLogEntry]) -> list[str]:
    """A sentence for everything that differs from the description."""
    known = description()
    return (
        [complaint for request in requests for complaint in known.complaints(request)]
        if known
        else []
    )


@dataclass(frozen=True, eq=False)
class Operation:
    """What may be sent by one method to one path."""

    path: re.Pattern[str]
    method: str
    query: frozenset[str]
    body: Any  # a validator, or None where no JSON is taken
    needs_body: bool


class Description:
    """An OpenAPI 3.1 document, as read from JSON."""

    def __init__(self, document: dict[str, Any]) -> None:
        # Described as a string, but Discord numbers new attachments itself, as discord.py does:
        # https://discord.com/developers/docs/reference#uploading-files
        attachment = document["components"]["schemas"]["MessageAttachmentRequest"]
        attachment["properties"]["id"] = {"type": ["string", "integer"]}
        # Described as strings; Discord takes numbers too, as discord.py sends them.
        reference = document["components"]["schemas"]["MessageReferenceRequest"]
        for name in ("guild_id", "channel_id", "message_id"):
            reference["properties"][name] = {"type": ["string", "integer", "null"]}
        registry = Registry().with_resource("urn:discord", DRAFT202012.create_resource(document))
        # Fewest parameters first, so that …/messages/@original is not …/messages/{message_id}.
        paths = sorted(document["paths"].items(), key=lambda item: item[0].count("{"))
        self.operations = [
            _operation(path, method, item, registry)
            for path, item in paths
            for method in ("get", "put", "post", "patch", "delete")
            if method in item
        ]

    def complaints(self, request: HttpLogEntry) -> Iterator[str]:
        """One sentence for each thing that is wrong with the request."""
        name = f"{request.method} {request.path}"
        operation = next((each for each in self.operations if _is_at(each, request)), None)
        if operation is None:
            yield f"{name}: there is no such route"
            return
        for parameter in sorted(request.params.keys() - operation.query):
            yield f"{name}: ?{parameter}: there is no such parameter"
        if request.json is None:
            if operation.needs_body:
                yield f"{name}: the body is missing"
        elif operation.body is None:
            yield f"{name}: no JSON is taken here"
        else:
            for error in _errors(operation, json.dumps(request.json)):
                yield f"{name}: {error}"


@lru_cache(maxsize=1000)
def _errors(operation: Operation, body: str) -> tuple[str, ...]:
    """Remembered, as each bot sends the same commands first, and they are half of the work."""
    errors = operation.body.iter_errors(json.loads(body))
    return tuple(f"{error.json_path}: {_sentence(error)}" for error in errors)


def _is_at(operation: Operation, request: HttpLogEntry) -> bool:
    return operation.method == request.method and bool(operation.path.fullmatch(request.path))


def _operation(path: str, method: str, item: dict[str, Any], registry: Registry) -> Operation:
    operation = item[method]
    parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
    body = operation.get("requestBody", {})
    takes_json = "application/json" in body.get("content", {})
    operation = f"{path.replace('/', '~1')}/{method}"
    pointer = f"urn:discord#/paths/{operation}/requestBody/content/application~1json/schema"
    return Operation(
        path=re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))),
        method=method.upper(),
        query=frozenset(each["name"] for each in parameters if each["in"] == "query"),
        body=_Validator({"$ref": pointer}, registry=registry) if takes_json else None,
        needs_body=body.get("required", False),
    )


def _union(
    validator: Any, alternatives: list[Any], instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """Errors of the alternative that was meant, for jsonschema's oneOf and anyOf.

    Discord's alternatives differ by their `type`: errors of those with another one are ignored.
    For the same reason it is not checked that only one of a oneOf fits.
    """
    del schema
    meant: list[list[ValidationError]] = []
    for alternative in alternatives:
        errors = validator.descend(instance, alternative)
        first = next(errors, None)
        if first is None:
            return
        if not _is_of_another_type(first):
            meant.append([first, *errors])
    yield from min(
        meant, key=len, default=[ValidationError(f"{instance!r} is none of what is possible here")]
    )


def _is_of_another_type(error: ValidationError) -> bool:
    return list(error.path) == ["type"] or (not error.path and error.validator in {"type", "const"})


_Validator = extend(Draft202012Validator, {"oneOf": _union, "anyOf": _union})


def _sentence(error: ValidationError) -> str:
    """The error with its limit, if there is one, and without the middle of a long value."""
    limit = (
        f" ({error.validator} {error.validator_value})"
        if isinstance(error.validator_value, int)
        else ""
    )
    text = error.message
    return (text if len(text) <= 200 else f"{text[:100]} … {text[-100:]}") + limit
