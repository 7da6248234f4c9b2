"""Certificates: the public keys that an account says are its own, held to their signature."""

from dataclasses import dataclass
from uuid import UUID

from accounts.errors import BadSignature
from accounts.models import Account, Certificate
from commonkeep.format import is_signed, u32


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """gen from 1, Ed25519 key 32, X-Wing key 1,216, signature 64 bytes."""

    gen: int
    ed_pk: bytes
    xw_pk: bytes
    sig: bytes


def check(new: NewCertificate, *, user: UUID) -> None:
    """Raises BadSignature unless the certificate signs itself for this user."""
    fields = (user.bytes, u32(new.gen), new.ed_pk, new.xw_pk)
    if not is_signed(new.ed_pk, new.sig, "identity", *fields):
        raise BadSignature


def write(account: Account, new: NewCertificate) -> Certificate:
    return account.certificates.create(gen=new.gen, ed_pk=new.ed_pk, xw_pk=new.xw_pk, sig=new.sig)


def author_key(account_id: UUID, *, gen: int) -> bytes | None:
    """The Ed25519 key (32 bytes) that signs for this account in this generation; None if there is
    no such generation."""
    row = Certificate.objects.filter(account_id=account_id, gen=gen).only("ed_pk").first()
    return None if row is None else bytes(row.ed_pk)
