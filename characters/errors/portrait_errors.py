"""Why an image can't become a portrait."""

from enum import StrEnum

from characters.errors.base_errors import CharacterError


class PortraitRefused(CharacterError):
    """The image can't become a portrait. The character itself is not affected."""


class NotAnImage(PortraitRefused):
    message = "The file is no PNG, JPEG, WebP, GIF or AVIF."


class HeicImage(PortraitRefused):
    """A photo as iPhones keep it."""

    message = "The file is HEIC, which can't be decoded here."


class ImageTooLarge(PortraitRefused):
    """`limit` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The image has more than {limit} bytes.")
        self.limit = limit


class TooManyPixels(PortraitRefused):
    """`limit` in pixels."""

    def __init__(self, width: int, height: int, limit: int) -> None:
        super().__init__(f"The image has {width} × {height} pixels; at most {limit} are allowed.")
        self.width = width
        self.height = height
        self.limit = limit


class TooManyScans(PortraitRefused):
    """A progressive JPEG of more than `limit` scans, each of which costs as much as an image."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The JPEG has more than {limit} scans.")
        self.limit = limit


class DamagedImage(PortraitRefused):
    message = "The image can't be decoded."


class ImageTooComplex(PortraitRefused):
    """A worker process had not enough time or memory for it; it may be a sound image."""

    message = "The image needs more time or memory than there is for one."


class LinkProblem(StrEnum):
    MALFORMED = "it is no https URL"
    DECORATED = "it has a user name or a port"
    UNREACHABLE = "no public web server answered"
    SLOW = "the server took too long"
    REDIRECTED = "it is redirected too often"
    ENCODED = "the server sent a compressed answer"
    REFUSED = "the server answered with an error"
    TOO_LONG = "it is too long"
    OUT_OF_TIME = "the other links of the file took all the time"
    BUSY = "too many other links are being fetched"


class UnusableLink(PortraitRefused):
    """The image behind a URL can't be had; `status` is that of the HTTP answer, or 0."""

    def __init__(self, problem: LinkProblem, status: int = 0) -> None:
        super().__init__(f"The link can't be used: {problem}{f' ({status})' if status else ''}.")
        self.problem = problem
        self.status = status


class PortraitUnsaved(PortraitRefused):
    message = "The portrait could not be stored."
