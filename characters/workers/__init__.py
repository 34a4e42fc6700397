"""Worker processes, which read the files and images of strangers for the bot."""
