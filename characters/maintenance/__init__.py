"""What operators do with a whole store and its assets, beside running bots."""
