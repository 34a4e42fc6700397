"""What operators, and the bot once a day, do with a whole store and its assets; all of it safe beside living bots."""
