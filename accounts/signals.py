"""What other apps may listen to, each sent with `account=`. Opened and closed are sent inside the
transaction; a listener that raises undoes the opening or the closure."""

from django.dispatch import Signal

# The rows of the account are there: add what every account has.
account_opened = Signal()

# The 14 days are over, and no transaction is open: remove what is much, in short ones. It may be
# sent again.
account_due = Signal()

# The 14 days are over, and the rows of the account go when the last listener has returned: remove
# what points at it, or the database refuses the closure.
account_closed = Signal()
