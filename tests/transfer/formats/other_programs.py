"""A file of every program whose files are read and not written; each holds Ana, who is tall."""

import base64
from typing import Any

from PIL import Image

from characters.transfer.formats.png_text import with_texts
from tests import images
from tests.transfer.formats.samples import PNG, as_json, card, in_charx, in_png, zip_of

BACKYARD = {
    "character": {"aiName": "Ana", "aiDisplayName": "Ana the smith", "aiPersona": "Tall."},
    "version": 4,
}
V1 = {"name": "Ana", "description": "Tall."}


def with_comment(image_format: str, comment: bytes) -> bytes:
    """A picture with this UserComment in its Exif data."""
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = comment
    return images.encode(images.picture(), image_format, exif=exif.tobytes())


def byaf(*characters: tuple[str, Any]) -> bytes:
    """A Backyard archive; each of the characters has a portrait."""
    folders = [f"characters/{number}" for number in range(len(characters))]
    manifest = {
        "schemaVersion": 1,
        "characters": [f"{each}/character.json" for each in folders],
        "scenarios": ["scenarios/1.json", "scenarios/gone.json"],
    }
    files = {"manifest.json": as_json(manifest), "scenarios/1.json": as_json({"messages": []})}
    for folder, (name, persona) in zip(folders, characters, strict=True):
        files[f"{folder}/character.json"] = as_json(
            {
                "schemaVersion": 1,
                "name": name,
                "displayName": "Ana the smith",
                "isNSFW": False,
                "persona": persona,
                "loreItems": [{"key": "forge", "value": "Hot."}],
                "images": [{"path": f"images/{image}.png"} for image in ("gone", "ana", "b")],
            }
        )
        files[f"{folder}/images/ana.png"] = PNG
        files[f"{folder}/images/b.png"] = PNG
    return zip_of(files)


FILES: dict[str, bytes] = {
    "sillytavern_personas": as_json(
        {
            "personas": {"1-Ana.png": "Ana"},
            "persona_descriptions": {"1-Ana.png": {"description": "Tall.", "position": 0}},
            "default_persona": "1-Ana.png",
        }
    ),
    "risuai_persona": with_texts(
        PNG,
        {
            "persona": base64.b64encode(
                as_json({"name": "Ana", "personaPrompt": "Tall.", "note": "mine"})
            )
        },
    ),
    "marinara persona": as_json(
        {"type": "marinara_persona", "version": 1, "data": {**V1, "tags": "smith"}}
    ),
    "marinara character": as_json({"type": "marinara_character", "version": 1, "data": card()}),
    "marinara profile": as_json(
        {"type": "marinara_profile", "version": 1, "data": {"characters": [], "personas": [V1]}}
    ),
    "simply_plural": as_json(
        {"members": [{"_id": "m", "name": "Ana", "desc": "Tall.", "pronouns": "she"}]}
    ),
    "agnai": as_json(
        {
            "kind": "character",
            "name": "Ana",
            "description": "Tall.",
            "persona": {"kind": "text", "attributes": {"text": [""]}},
            "greeting": "Aye?",
        }
    ),
    "pygmalion": as_json({"char_name": "Ana", "char_persona": "Tall.", "char_greeting": "Aye?"}),
    "janitor": as_json(
        {"name": "Ana", "description": "A blurb", "personality": "Tall.", "first_message": "Aye?"}
    ),
    "backyard": byaf(("Ana", "Tall.")),
    "backyard in a PNG": with_comment("PNG", b"ASCII\0\0\0" + base64.b64encode(as_json(BACKYARD))),
    "text_generation_webui": b"name: Ana\ngreeting: |-\n  Aye?\ncontext: |-\n  Tall.\n",
    "tavernai": with_comment("WEBP", as_json(V1)),
    "cards as a list": as_json([card(), V1]),
    "cards in lines": as_json(card()) + b"\r\n\n" + as_json(V1),
    "cards in a ZIP": zip_of(
        {"a.json": as_json(card()), "b/b.png": in_png(card()), "c.charx": in_charx(card())}
    ),
    "a JPEG with a ZIP": images.jpeg() + in_charx(card()),
    "bare tuppers": as_json([{**V1, "brackets": ["a:", ""]}]),
}
