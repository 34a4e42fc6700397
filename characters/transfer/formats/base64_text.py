"""Base64 as programs write it: also with the URL-safe alphabet, in lines, or without padding."""

import base64
import re

_URL_SAFE = bytes.maketrans(b"-_", b"+/")  # RFC 4648, section 5
_OTHER = re.compile(rb"[^A-Za-z0-9+/]+")


def decode_base64(text: bytes) -> bytes:
    """Raises ValueError."""
    letters = _OTHER.sub(b"", text.translate(_URL_SAFE))
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))
