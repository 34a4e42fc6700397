"""The files that need the most memory or time to read, and a program that measures them.

`python -m tests.transfer.formats.worst_files` prints for each the MiB of memory that it takes at
most to read it, beyond what the process had before, or "failed" after ten seconds.
"""

import base64
import io
import json
import os
import resource
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from characters.errors import UnreadableFile
from characters.transfer.formats.reading import read

LIMIT = 10 * 2**20
KEYS = [
    *(
        "name",
        "description",
        "data",
        "spec",
        "assets",
        "extensions",
        "type",
        "uri",
        "avatar",
        "game_characters",
    ),
    *(
        "record",
        "foreign",
        "card",
        "added",
        "replaced",
        "icon",
        "char_id",
        "created_at",
        "portrait",
        "pixels",
    ),
    *(
        "tuppers",
        "members",
        "switches",
        "groups",
        "avatar_url",
        "characters",
        "top",
        "mirror",
        "tupperbox",
    ),
    *(
        "kind",
        "persona",
        "attributes",
        "personality",
        "first_message",
        "char_name",
        "char_persona",
        "context",
        "bot",
        "personas",
        "persona_descriptions",
        "default_persona",
        "aiName",
        "character",
        "desc",
        "avatarUrl",
        "content",
        "entries",
        "mes",
        "brackets",
        "personaPrompt",
    ),
]


def encrypted(archive: bytes) -> bytes:
    """Every entry marked as encrypted, in both of its headers (APPNOTE 4.3.7 and 4.3.12)."""
    data = bytearray(archive)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.find(signature)
        while position >= 0:
            data[position + offset] |= 1
            position = data.find(signature, position + 4)
    return bytes(data)


def understated(archive: bytes) -> bytes:
    """Every entry with a size of one byte in its central header (APPNOTE 4.3.12)."""
    data = bytearray(archive)
    position = data.find(b"PK\x01\x02")
    while position >= 0:
        struct.pack_into("<I", data, position + 24, 1)
        position = data.find(b"PK\x01\x02", position + 4)
    return bytes(data)


def _filled(start: str, item: str, end: str, size: int = LIMIT - 100) -> bytes:
    return (start + item * ((size - len(start) - len(end)) // len(item.encode())) + end).encode()


def _zip(files: list[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return packed.getvalue()


def _png(kind: bytes, content: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + _chunk(kind, content)


def _webp(comment: bytes) -> bytes:
    """With a UserComment in its Exif data."""
    exif = b"II*\0" + struct.pack("<IHHHII", 8, 1, 0x9286, 7, len(comment), 22) + comment
    return b"RIFF\0\0\0\0WEBPEXIF" + struct.pack("<I", len(exif)) + exif


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def _archive(count: int, card: bytes, image: bytes) -> bytes:
    entries = [{"card": f"{n}.json", "portrait": f"{n}.png"} for n in range(count)]
    manifest = json.dumps(
        {"format": "game_characters", "version": 1, "characters": entries}
    ).encode()
    files = [
        (f"{n}.{kind}", data)
        for n in range(count)
        for kind, data in (("json", card), ("png", image))
    ]
    return _zip([("manifest.json", manifest), *files])


def _dense(start: str, end: str) -> bytes:
    """As many values as are allowed, of the type that takes the most memory, and a long string."""
    objects = "".join(f'{{"k{number}":{{}}}},' for number in range(199_000))
    rest = LIMIT - 1000 - len(start) - len(objects) - len(end)
    return (start + objects + '"' + "a" * (rest - 10) + '😀"' + end).encode()


WORST: dict[str, Callable[[], bytes]] = {
    "one string with an emoji": lambda: _filled('{"name":"Ana","description":"😀', "a", '"}'),
    "a half symbol, so that the slow parser reads it": lambda: _filled(
        '{"name":"Ana","description":"\\ud800😀', "a", '"}'
    ),
    "a half symbol among objects": lambda: _dense('{"name":"\\ud800","description":"","x":[', "]}"),
    "objects": lambda: _dense('{"name":"Ana","description":"","x":[', "]}"),
    "objects as members": lambda: _dense('{"tuppers":[', "]}"),
    "lists, as many as are allowed": lambda: _filled(
        '{"name":"Ana","description":"","x":[', "[],", "1]}", 1_490_000
    ),
    "members": lambda: _filled('{"tuppers":[', '{"name":"A"},', "1]}", 4_000_000),
    "an emoji in each of many strings": lambda: _filled(
        '{"name":"Ana","description":"","x":[', '"aaaaaaaaa😀",', "1]}"
    ),
    "keys": lambda: (
        b'{"name":"Ana","description":"","x":{%s}}'
        % b",".join(b'"%d":0' % n for n in range(480_000))
    ),
    "a card in tEXt": lambda: _png(
        b"tEXt",
        b"chara\0"
        + base64.b64encode(_filled('{"name":"Ana","description":"😀', "a", '"}', 7 * 2**20)),
    ),
    "a card in zTXt": lambda: _png(
        b"zTXt",
        b"chara\0\0"
        + zlib.compress(
            base64.b64encode(_filled('{"name":"A","description":"😀', "a", '"}', 3 * 2**20 - 99))
        ),
    ),
    "a picture of nothing but cards": lambda: (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"tEXt", b"chara\0") * 570_000
    ),
    "many equal members": lambda: _filled('{"tuppers":[', '{"name":"A"},', "1]}", 64_000),
    "a portrait as a data URI": lambda: _filled(
        '{"name":"Ana","description":"","assets":[{"type":"icon","uri":"data:image/png;base64,',
        "AAAA",
        '"}]}',
    ),
    "an archive of large portraits": lambda: _archive(
        499, b'{"name":"Ana","description":"","x":"y"}', bytes(104_000)
    ),
    "a charx with a large portrait": lambda: _zip(
        [
            (
                "card.json",
                b'{"name":"A","description":"","assets":[{"type":"icon","uri":"embeded://i.png"}]}',
            ),
            ("i.png", bytes(49 * 2**20)),
        ]
    ),
    "a charx with a large card and a large portrait": lambda: _zip(
        [
            (
                "card.json",
                _dense(
                    '{"name":"A","description":"","assets":[{"type":"icon","uri":"embeded://i.png"}],"x":[',
                    "]}",
                ),
            ),
            ("i.png", bytes(39 * 2**20)),
        ]
    ),
    "an archive with dense cards": lambda: _archive(
        400, _filled('{"name":"A","description":"","x":[', "{},", "1]}", 2400), bytes(100_000)
    ),
    "a card as the numbers of its bytes": lambda: _webp(b"1," * (2**21 - 100) + b"1"),
    "UTF-16": lambda: (
        b"\xff\xfe"
        + _filled('{"name":"Ana","x":"\U0001f600', "é", '"}', 6 * 2**20)
        .decode()
        .encode("utf-16-le")
    ),
    "cards in lines": lambda: _filled("", '{"name":"A","description":"","x":{}}\n', "", 180_000),
    "a list of objects as cards": lambda: _dense("[", "]"),
    "a card with its name in many places": lambda: _filled(
        '{"name":"' + "a" * 1000 + '","description":"', "<bot>", '"}'
    ),
    "a character with its name in many places": lambda: _filled(
        '{"char_name":"' + "a" * 1000 + '","char_persona":"', "<bot>", '"}'
    ),
    "YAML": lambda: _filled("name: Ana\ncontext: [", "{a: b},", "]", 23_000),
    "YAML with a long text": lambda: _filled("name: Ana\ncontext: ", "é ", "", 2**20),
    "YAML with many keys": lambda: b"name: Ana\n? " * 50_000,
    "a ZIP of charx files": lambda: _zip(
        [
            (f"{number}.charx", _zip([("card.json", b'{"name":"A","description":"","x":{}}')]))
            for number in range(450)
        ]
    ),
    "a ZIP of a charx with a large portrait": lambda: _zip(
        [
            (
                "a.charx",
                _zip(
                    [
                        (
                            "card.json",
                            b'{"data":{"name":"A","assets":[{"type":"icon","uri":"embeded://i"}]}}',
                        ),
                        ("i", bytes(19 * 2**20)),
                    ]
                ),
            )
        ]
    ),
    "a JPEG before many headers": lambda: b"\xff\xd8\xff" + b"PK\3\4" * 2_000_000 + b"PK\5\6",
    "many entries": lambda: _zip([(str(number), b"") for number in range(90_000)]),
}


def _memory(field: str) -> float:
    """MiB, after proc(5)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition(f"{field}:")[2].split()[0]) / 1024


def measure(file: Path) -> int:
    """The MiB that it takes to read the file, with the file itself.

    Not ru_maxrss, which a child process inherits from its parent.
    """
    before = _memory("VmRSS")
    with suppress(UnreadableFile):
        read(file.read_bytes())
    return round(_memory("VmHWM") - before)


def make(name: str, file: Path) -> None:
    data = WORST[name]()
    if len(data) > LIMIT:
        raise ValueError(name)
    file.write_bytes(data)


def in_child(work: Callable[[], object]) -> str:
    """What the work returns, as a text, in a process of its own with ten seconds of a processor."""
    reader, writer = os.pipe()
    if not (child := os.fork()):
        resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
        os.write(writer, str(work()).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        answer = stream.read()
    _, status = os.waitpid(child, 0)
    return "" if status else answer


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "file")
        for name in sorted(WORST):
            in_child(partial(make, name, file))
            print(in_child(partial(measure, file)) or "failed", name, sep="\t")


if __name__ == "__main__":
    main()
