"""How much the store keeps of a user; `characters.store.keys` says of which key.

Whole numbers, which scripts include by their names (`characters.store.scripts`).
"""

from characters import model

TRASH_SECONDS = model.TRASH_SECONDS
TRASH_ENTRIES, TRASH_BYTES = 200, 4 * 2**20
VERSIONS = 10  # earlier ones of one character, in the trash too; the oldest go
FOREIGN_BYTES = 4 * 2**20
# Drafts, and files that wait for consent, each; the oldest go.
WAITING_ENTRIES, WAITING_BYTES = 20, 2**20
# Lobbies that may name a user; the oldest go. No lobby is changed for thirty days.
LOBBIES, LOBBIES_SECONDS = 1000, 30 * 24 * 60 * 60
