"""`python -m commonkeep_cli`: the same as `commonkeep`."""

from .commands import main

main(prog_name="commonkeep")
