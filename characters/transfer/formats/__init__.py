"""File formats: Character Cards, the exports of Tupperbox and PluralKit, and our own archive.

`reading.read` reads any of them; a `portable.Portable` is a character in any of them.
"""
