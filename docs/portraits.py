"""Portraits for the pictures: hooded figures before a moon, each in other colours."""

import io
import random
from colorsys import hls_to_rgb

from PIL import Image, ImageDraw, ImageFilter

SIZE = 640


def portrait(hue: float) -> bytes:
    """A square PNG; the hue runs from 0 to 1."""
    image = _sky(hue)
    draw = ImageDraw.Draw(image)
    glow = Image.new("L", (SIZE, SIZE))
    ImageDraw.Draw(glow).ellipse((170, 60, 490, 380), fill=120)
    image.paste(_colour(hue + 0.08, 0.85), mask=glow.filter(ImageFilter.GaussianBlur(40)))
    draw.ellipse((220, 90, 450, 320), fill=_colour(hue + 0.08, 0.85))
    for width, light in ((250, 0.20), (205, 0.28)):
        draw.ellipse((320 - width, 420, 320 + width, 1100), fill=_colour(hue, light))
    draw.polygon([(320, 150), (190, 460), (450, 460)], fill=_colour(hue, 0.24))
    draw.ellipse((205, 215, 435, 500), fill=_colour(hue, 0.24))
    draw.ellipse((245, 270, 395, 470), fill=_colour(hue + 0.5, 0.08))
    for x in (285, 340):
        draw.ellipse((x, 345, x + 22, 375), fill=_colour(hue + 0.5, 0.75))
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


def _sky(hue: float) -> Image.Image:
    image = Image.new("RGB", (SIZE, SIZE))
    draw = ImageDraw.Draw(image)
    for y in range(SIZE):
        draw.line((0, y, SIZE, y), fill=_colour(hue - 0.1 * y / SIZE, 0.18 + 0.37 * y / SIZE))
    dice = random.Random(hue)  # noqa: S311 - stars, not secrets
    for _ in range(70):
        x, y = dice.randrange(SIZE), dice.randrange(SIZE // 2)
        draw.ellipse((x, y, x + 2, y + 2), fill=_colour(hue, 0.9))
    return image


def _colour(hue: float, light: float) -> tuple[int, ...]:
    return tuple(round(255 * part) for part in hls_to_rgb(hue % 1, light, 0.5))
