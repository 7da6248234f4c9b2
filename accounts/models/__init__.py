"""Rows: who has an account, what opens it (sealed or hashed), and where it is signed in."""

from accounts.models.account import Account, AccountState, Certificate, Claim
from accounts.models.session import KnownDevice, Session
from accounts.models.slot import KeySlot, RecoveryTicket

__all__ = [
    "Account",
    "AccountState",
    "Certificate",
    "Claim",
    "KeySlot",
    "KnownDevice",
    "RecoveryTicket",
    "Session",
]
