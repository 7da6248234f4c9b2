"""The local file system: what may be read from it, and where something may be placed in it."""
