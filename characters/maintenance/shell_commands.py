"""Commands for an operator's shell, for any bytes."""

import shlex

_PLAIN = {*range(ord(" "), 0x7F)} - {*b"\"\\'`"}  # bytes that stand for themselves in both quotes


def redis_command(*words: bytes) -> str:
    """A command that has redis-cli send these words.

    Words that a shell or a terminal can't pass on go through standard input, escaped as redis-cli
    reads them there; see https://redis.io/docs/latest/develop/tools/cli/#string-quoting-and-escaping.
    """
    try:
        texts = [word.decode() for word in words]
    except UnicodeDecodeError:
        return _through_input(words)
    if all(text.isprintable() and "`" not in text for text in texts):
        return f"redis-cli {shlex.join(texts)}"
    return _through_input(words)


def _through_input(words: tuple[bytes, ...]) -> str:
    quoted = " ".join(f'"{"".join(map(_escaped, word))}"' for word in words)
    return f"printf '%s\\n' '{quoted}' | redis-cli"


def _escaped(byte: int) -> str:
    return chr(byte) if byte in _PLAIN else f"\\x{byte:02x}"
