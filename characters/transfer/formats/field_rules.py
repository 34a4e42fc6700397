"""What the readers of a format take in a field, and how the originals come back.

A rule returns the value as the readers take it, or LEFT_OUT. What differs from the original stands
in our note, by field, as {"was": the original, "now": a digest of what stands in the field}, so
that it comes back unless somebody has changed the field since.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from characters.json_data import to_json
from characters.transfer.formats.json_text import Json, as_list, as_object
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import digest

LEFT_OUT = object()
Rule = Callable[[Any], Any]
Rules = Mapping[str, Rule]

_DIGEST = 16  # letters


def fitted(fields: Json, rules: Rules) -> tuple[Json, Json]:
    """The fields as the rules want them, and the originals of those that differ."""
    taken, originals = dict(fields), Json()
    for key, rule in rules.items():
        if key not in fields:
            continue
        value = rule(fields[key])
        if value is LEFT_OUT:
            del taken[key]
        elif value != fields[key]:
            taken[key] = value
        else:
            continue
        originals[key] = fields[key]
    return taken, originals


def replaced(originals: Json, written: Json) -> Json:
    """The part of our note that says what `written` replaces."""
    return {key: {"was": value, "now": _state(written, key)} for key, value in originals.items()}


def before_export(item: Json, note: Json, defaults: Json) -> Json:
    """The fields that the item had before we wrote it as its readers want it.

    What somebody has changed since then stays.
    """
    fields = dict(item)
    for key in as_list(note.get("added")):
        if isinstance(key, str) and (key not in defaults or item.get(key) == defaults[key]):
            fields.pop(key, None)
    for key, value in as_object(note.get("replaced")).items():
        original = as_object(value)
        if "was" in original and original.get("now") == _state(item, key):
            fields[key] = original["was"]
    return fields


def losses_of(name: str, originals: Json, written: Json) -> list[Loss]:
    """What of the originals the readers don't see; `name` is the character's."""
    found: list[Loss] = []
    for key, original in originals.items():
        value = written.get(key)
        if isinstance(original, str) and isinstance(value, str):
            found.append(Loss(LossKind.SHORTENED_THERE, name, what=key, count=len(value)))
        elif original not in (None, "", [], {}) and not isinstance(value, str):
            found.append(Loss(LossKind.LEFT_OUT_THERE, name, what=key))
    return found


def shortened(text: str, limit: int) -> str:
    """At most `limit` UTF-16 code units, as C# and JavaScript count; no halves of symbols."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")


def text(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else LEFT_OUT


def text_up_to(limit: int) -> Rule:
    """Databases take no NUL."""

    def rule(value: Any) -> Any:
        value = text(value)
        return value if value is LEFT_OUT else shortened(value.replace("\0", ""), limit)

    return rule


def texts(value: Any) -> Any:
    if not isinstance(value, list):
        return LEFT_OUT
    return [each for each in as_list(value) if isinstance(each, str)]


def texts_by_name(value: Any) -> Any:
    if not isinstance(value, dict):
        return LEFT_OUT
    return {key: each for key, each in as_object(value).items() if isinstance(each, str)}


def flag(value: Any) -> Any:
    return value if isinstance(value, bool) else LEFT_OUT


def number(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else LEFT_OUT
    return value if type(value) is int else LEFT_OUT


def number_or_text(value: Any) -> Any:
    return value if isinstance(value, str) else number(value)


def count(value: Any) -> Any:
    """A whole number that a column of 32 bits takes."""
    return value if type(value) is int and 0 <= value < 2**31 else LEFT_OUT


def one_of(*values: str) -> Rule:
    return lambda value: value if isinstance(value, str) and value in values else LEFT_OUT


def null_or(rule: Rule) -> Rule:
    return lambda value: None if value is None else rule(value)


def any_object(value: Any) -> Any:
    return as_object(value) if isinstance(value, dict) else LEFT_OUT


def object_of(rules: Rules, required: Json) -> Rule:
    """An object with these fields; `required` are those that it must have, and their defaults."""

    def rule(value: Any) -> Any:
        if not isinstance(value, dict):
            return LEFT_OUT
        taken, _ = fitted(as_object(value), rules)
        return {**required, **taken}

    return rule


def list_of(rule: Rule) -> Rule:
    """A list, without the entries that are left out."""

    def taken(value: Any) -> Any:
        if not isinstance(value, list):
            return LEFT_OUT
        entries = [rule(each) for each in as_list(value)]
        return [each for each in entries if each is not LEFT_OUT]

    return taken


def _state(fields: Json, key: str) -> str:
    return digest(to_json(fields[key]))[:_DIGEST] if key in fields else ""
