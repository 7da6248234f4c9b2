"""What the clock calls. Each looks at the rows for what is due, and may find nothing to do."""

from celery import shared_task

from accounts.services import closure, recovery, sessions


@shared_task(name="accounts.close_due")
def close_due() -> None:
    closure.carry_out_due()


@shared_task(name="accounts.forget")
def forget() -> None:
    sessions.forget_idle()
    recovery.forget_tickets()
