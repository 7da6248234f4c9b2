"""`manage.py fsck`: are all rows and all bytes what they should be?"""

import sys
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from storage.services import fsck


class Command(BaseCommand):
    help = "Compare rows and bytes both ways. Changes nothing; exits 1 when anything is found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--deep", action="store_true", help="read every byte and check its hash"
        )
        parser.add_argument(
            "--young",
            type=int,
            default=fsck.YOUNG.days,
            metavar="DAYS",
            help="pass over bytes without a row that are younger (default %(default)s)",
        )

    def handle(self, *args: Any, deep: bool, young: int, **options: Any) -> None:
        found = harm = 0
        for finding in fsck.check(deep=deep, young=timedelta(days=young)):
            found += 1
            harm += finding.harm
            self.stdout.write(f"{finding.kind}: {finding.what}")
        if not found:
            self.stdout.write("Rows and bytes agree.")
            return
        self.stdout.write(f"{found} found; {harm} of them touch somebody's files.")
        sys.exit(1)
