"""The commands of `python -m characters`, and what the operator sees of them."""
