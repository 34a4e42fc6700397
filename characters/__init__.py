"""The core of the registry: characters, their store, and their portraits. It imports no Discord.

Each public name is imported when it is first used, so that `import characters.errors` is fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [
    "Character",
    "CharacterError",
    "GameSession",
    "Registry",
    "__version__",
    "open_registry",
]
__version__ = "0.2.0"

if TYPE_CHECKING:
    from characters.errors import CharacterError
    from characters.lobby.session import GameSession
    from characters.model import Character
    from characters.opening import open_registry
    from characters.registry import Registry
else:
    _MODULES = {
        "Character": "characters.model",
        "CharacterError": "characters.errors",
        "GameSession": "characters.lobby.session",
        "Registry": "characters.registry",
        "open_registry": "characters.opening",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_MODULES[name]), name)
