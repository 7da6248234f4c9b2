"""The command line of Commonkeep: it encrypts before it sends and checks before it shows."""
