"""Lobbies: who has a seat in a game session, and the session that starts."""
