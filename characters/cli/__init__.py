"""The commands of `python -m characters`, and how their results are shown."""
