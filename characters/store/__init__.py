"""The store: Redis or Valkey through our client, its keys and scripts, and the embedded server."""
