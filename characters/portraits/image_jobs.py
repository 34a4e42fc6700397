"""The jobs of the portraits: one module, so that one spare worker serves whichever comes next."""

from characters.portraits.collage import make_collage
from characters.portraits.identifying import identify
from characters.portraits.rendering import make_focused, make_png, make_portrait

__all__ = ["identify", "make_collage", "make_focused", "make_png", "make_portrait"]
