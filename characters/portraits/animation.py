"""The one picture that stands for an animation."""

from PIL import Image, ImageFile

FRAMES_LIMIT = 10  # that are looked at
FRAME_PIXELS_LIMIT = 2 * 4096 * 4096  # of these frames together: 16 megapixels take 0.3 s of CPU
_NEARLY = 0.95  # of the largest drawn area


def is_animated(image: ImageFile.ImageFile) -> bool:
    try:
        return bool(getattr(image, "is_animated", False))
    except (OSError, SyntaxError, ValueError):  # a GIF whose second frame is damaged
        return False


def first_full_frame(image: ImageFile.ImageFile) -> Image.Image:
    """The first frame that has no empty place, among few; composed as a viewer would show it.

    Many animations begin with a frame that is empty, or only in part. Where all leave places empty,
    like a figure without a background, it is the first that draws nearly as much as any of them.
    """
    if not is_animated(image):
        image.load()
        return image
    frames: list[tuple[int, Image.Image]] = []
    pixels = image.width * image.height
    limit = max(1, min(FRAMES_LIMIT, FRAME_PIXELS_LIMIT // max(1, pixels)))
    for number in range(limit):
        try:
            image.seek(number)
            image.load()
        except (EOFError, OSError, SyntaxError, ValueError):
            if number == 0:
                raise
            break  # of a damaged file, the frames before
        drawn = _drawn_pixels(image)
        frames.append((drawn, image.copy()))
        if drawn == pixels:
            return frames[-1][1]
    most = max(drawn for drawn, _ in frames)
    return next(frame for drawn, frame in frames if drawn >= _NEARLY * most)


def _drawn_pixels(image: Image.Image) -> int:
    """How many pixels can be seen."""
    if not image.has_transparency_data:
        return image.width * image.height
    return image.width * image.height - image.convert("RGBA").getchannel("A").histogram()[0]
