"""An opened account: its keys in memory, its tree, and what this device remembers of it."""
