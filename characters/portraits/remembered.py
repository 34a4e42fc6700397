"""Images that are kept in memory, within bounds."""

from collections.abc import Hashable


class RememberedImages:
    """At most `entries` images of together `size` bytes; the longest unused go first."""

    def __init__(self, entries: int, size: int) -> None:
        self._entries = entries
        self._size = size
        self._images: dict[Hashable, bytes] = {}
        self._used = 0

    def get(self, key: Hashable) -> bytes | None:
        image = self._images.pop(key, None)
        if image is not None:
            self._images[key] = image  # the last one is the latest used
        return image

    def put(self, key: Hashable, image: bytes) -> None:
        self.drop(key)
        self._images[key] = image
        self._used += len(image)
        while len(self._images) > self._entries or self._used > self._size:
            self.drop(next(iter(self._images)))

    def drop(self, key: Hashable) -> None:
        self._used -= len(self._images.pop(key, b""))
