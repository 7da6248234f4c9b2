from typing import Any

from django.apps import AppConfig


class StorageConfig(AppConfig):
    name = "storage"

    def ready(self) -> None:
        from accounts.services import export
        from accounts.signals import account_closed, account_due, account_opened
        from storage.services import drives, leaving

        def open_drive(account: Any, **_: Any) -> None:
            drives.open_for(account)

        def empty_drive(account: Any, **_: Any) -> None:
            leaving.empty_drive(account)

        def remove_drive(account: Any, **_: Any) -> None:
            leaving.remove_drive(account)

        account_opened.connect(open_drive, weak=False, dispatch_uid="storage.open_drive")
        account_due.connect(empty_drive, weak=False, dispatch_uid="storage.empty_drive")
        account_closed.connect(remove_drive, weak=False, dispatch_uid="storage.remove_drive")
        export.contribute("storage", leaving.export)
