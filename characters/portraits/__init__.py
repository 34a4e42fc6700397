"""Portraits: how they are made, where their files are kept, and how they are shown."""
