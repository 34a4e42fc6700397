"""The core of the registry: characters, where they are kept, and their portraits. It knows no Discord."""
