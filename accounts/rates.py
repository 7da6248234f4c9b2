"""How often what may be tried, and by whom: the one table. docs/settings.md shows it to operators.

A stranger who guesses at a login fills the bucket of his own network with it. The owner has
another network, or a device that was signed in before, and those have buckets of their own.
"""

from rest_framework.request import Request

from accounts.models import Session
from accounts.services import sessions
from commonkeep.throttling import Rate, address, network, spend

MINUTE, HOUR = 60, 3600

SIGN_UP = Rate("sign-up", number=60, seconds=HOUR)
LOOK_UP = Rate("look-up", number=300, seconds=15 * MINUTE)
SIGN_IN_LOGIN = Rate("sign-in-login", number=10, seconds=15 * MINUTE)
SIGN_IN_ADDRESS = Rate("sign-in-address", number=100, seconds=15 * MINUTE)
SIGN_IN_DEVICE = Rate("sign-in-device", number=10, seconds=15 * MINUTE)
RECOVERY_LOGIN = Rate("recovery-login", number=10, seconds=HOUR)
RECOVERY_ADDRESS = Rate("recovery-address", number=60, seconds=HOUR)
PROOF = Rate("proof", number=10, seconds=15 * MINUTE)


def sign_up(request: Request) -> None:
    """Also how often one address can ask whether a login is taken."""
    spend(SIGN_UP, address(request))


def look_up(request: Request) -> None:
    """Prelogin, and the user id for a recovery: the answers say nothing, but cost a little."""
    spend(LOOK_UP, address(request))


def sign_in(request: Request, *, login: str, device_token: bytes | None) -> None:
    """A device that was signed in to this very account counts alone, whatever others do."""
    known = sessions.known_device(login, token=device_token)
    if known is not None:
        spend(SIGN_IN_DEVICE, str(known.pk))
        return
    spend(SIGN_IN_ADDRESS, address(request))
    spend(SIGN_IN_LOGIN, login, network(request))


def recovery(request: Request, *, login: str) -> None:
    spend(RECOVERY_ADDRESS, address(request))
    spend(RECOVERY_LOGIN, login, network(request))


def recovery_finish(request: Request) -> None:
    spend(RECOVERY_ADDRESS, address(request))


def proof(session: Session) -> None:
    """Password tries inside a session, so that a stolen one is no better place to guess."""
    spend(PROOF, str(session.pk))
