"""Who may call an address. `SignedIn` is the default everywhere.

A view gets its account by `account_of(request)` and asks nothing else about the caller.
"""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.errors import AccountClosing
from accounts.models import Account, Session
from commonkeep.errors import NoSession
from commonkeep.wire import milliseconds

if TYPE_CHECKING:  # it reads the default permissions, which are here, while it is being loaded
    from rest_framework.views import APIView


def session_of(request: Request) -> Session:
    """The session behind a request that passed `SignedIn`; NoSession without one."""
    if isinstance(request.auth, Session):
        return request.auth
    raise NoSession


def account_of(request: Request) -> Account:
    """The account behind a request that passed `SignedIn`; NoSession without one."""
    return session_of(request).account


class Anyone(BasePermission):
    """No session is needed. Such a view says `authentication_classes = ()` too, so that a stale
    cookie cannot keep anybody from signing in."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return True


class SignedInOrClosing(BasePermission):
    """A session is needed, and a closing account may do this too: read, undo, sign out."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        session_of(request)
        return True


class SignedIn(SignedInOrClosing):
    """A session is needed; a closing account may only use safe methods."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        closes_at = account_of(request).closes_at
        if closes_at is not None and request.method not in SAFE_METHODS:
            raise AccountClosing(closes_at=milliseconds(closes_at))
        return True
