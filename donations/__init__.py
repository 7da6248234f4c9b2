"""Money in and out. The room stands; nothing is in it until gifts can be taken."""
