"""Portable formats: Character Cards, Tupperbox and PluralKit files, and our own archive.

`reading.read` and `writing` are the doors; a `portable.Portable` is what goes through them.
"""
