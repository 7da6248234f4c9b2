"""Who somebody is: signing and sharing keys, their certificate, and when to believe it.

A client derives its own keys from the account key and never reads them from the server. Other
people's come as a `Certificate`, which proves nothing; only what passed one of the checks here
is a `Contact`, and only a contact can be shared with or be believed as an author.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, replace
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import base32, signature, xwing
from .certificate import Certificate
from .encoding import kd, u32
from .errors import Tampered
from .keys import AccountKey, Fingerprint, UserId

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Author:
    """A signing key that this client has reason to believe in, and whose it is."""

    user: UserId
    gen: int
    ed_pk: bytes


@dataclass(frozen=True, slots=True)
class Pin:
    """What is remembered of a contact, in the encrypted account state."""

    author: Author
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Contact:
    """A checked certificate: keys to share with and to believe."""

    author: Author
    xw_pk: bytes = field(repr=False)
    fingerprint: Fingerprint

    @property
    def user(self) -> UserId:
        return self.author.user

    @property
    def pin(self) -> Pin:
        return Pin(self.author, self.fingerprint)


@dataclass(frozen=True, slots=True)
class Identity:
    """The client's own secret keys of one generation; made by `derive`, never stored."""

    contact: Contact
    signing: Ed25519PrivateKey = field(repr=False)
    sharing: xwing.SecretKey = field(repr=False)
    certificate: Certificate

    @property
    def author(self) -> Author:
        return self.contact.author


def derive(amk: AccountKey, *, user: UserId, gen: int = 1) -> Identity:
    """The identity of an account. The same account key, user and generation give the same one."""
    fields = (user, u32(gen))
    signing = Ed25519PrivateKey.from_private_bytes(kd(amk.raw, "identity/ed25519", *fields))
    sharing = xwing.SecretKey(kd(amk.raw, "identity/xwing", *fields))
    unsigned = Certificate(
        user=user,
        gen=gen,
        ed_pk=signing.public_key().public_bytes_raw(),
        xw_pk=sharing.public,
        cert_sig=bytes(signature.SIGNATURE),
    )
    signed = replace(unsigned, cert_sig=signature.sign(signing, "identity", *unsigned.fields()))
    return Identity(_contact(signed), signing, sharing, signed)


def endorse(new: Identity, *, old: Identity) -> Certificate:
    """The certificate of a next generation, also signed by the one before it."""
    previous = signature.sign(old.signing, "identity", *new.certificate.fields())
    return replace(new.certificate, previous_sig=previous)


def first_contact(cert: Certificate) -> Contact:
    """Believe a certificate on first use; compare fingerprints for more.

    Raises Tampered unless its own key signed it and both keys can be used.
    """
    xwing.check_public(cert.xw_pk)
    signature.verify(cert.ed_pk, cert.cert_sig, "identity", *cert.fields())
    return _contact(cert)


def check(cert: Certificate, *, fingerprint: Fingerprint) -> Contact:
    """The contact behind a fingerprint that is pinned or was compared. Raises Tampered."""
    contact = first_contact(cert)
    if not hmac.compare_digest(contact.fingerprint, fingerprint):
        raise Tampered
    return contact


def check_successor(cert: Certificate, *, pin: Pin) -> Contact:
    """Accept new keys of a pinned contact, one generation on.

    Raises Tampered unless the pinned key signed them: a change without that is a hard stop.
    """
    old = pin.author
    if cert.previous_sig is None or (cert.user, cert.gen) != (old.user, old.gen + 1):
        raise Tampered
    signature.verify(old.ed_pk, cert.previous_sig, "identity", *cert.fields())
    return first_contact(cert)


def check_author(cert: Certificate, *, author: Author) -> Contact:
    """The contact behind a signing key alone, such as the owner named in a link.

    Raises Tampered unless the certificate is that key's own.
    """
    contact = first_contact(cert)
    if contact.author != author:
        raise Tampered
    return contact


def _contact(cert: Certificate) -> Contact:
    return Contact(
        author=Author(cert.user, cert.gen, cert.ed_pk),
        xw_pk=cert.xw_pk,
        fingerprint=cert.fingerprint(),
    )


def show(fingerprint: Fingerprint) -> str:
    """The first 20 bytes as 8 groups of 4 base32 symbols, for comparing by eye or by voice."""
    return base32.grouped(base32.write(fingerprint[:_SHOWN]), mark=" ")
