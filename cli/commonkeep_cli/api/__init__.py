"""HTTP: one function per address, answers decoded strictly before anybody sees them."""
