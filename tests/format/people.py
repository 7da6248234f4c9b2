"""Alice, her friend Bob, the stranger Charlie, and a few things of theirs."""

from __future__ import annotations

from dataclasses import dataclass

from commonkeep_cli import crypto

from .vectors import shake


@dataclass(frozen=True)
class Person:
    """An account with its keys."""

    name: str

    @property
    def amk(self) -> crypto.AccountKey:
        return crypto.AccountKey(shake(self.name + " amk", 32))

    @property
    def user(self) -> crypto.UserId:
        return crypto.UserId(shake(self.name + " user", 16))

    @property
    def identity(self) -> crypto.Identity:
        return self.identity_of(1)

    def identity_of(self, gen: int) -> crypto.Identity:
        return crypto.identity.derive(self.amk, user=self.user, gen=gen)

    @property
    def author(self) -> crypto.Author:
        return self.identity.author

    @property
    def root(self) -> crypto.Folder:
        return crypto.node.root(self.amk, user=self.user)


ALICE, BOB, CHARLIE = Person("Alice"), Person("Bob"), Person("Charlie")


def file_meta(name: str = "report.pdf", *, content: str = "first") -> crypto.FileMeta:
    """Meta of a file; another `content` has another revision, size and root."""
    return crypto.FileMeta(
        name=name,
        mime="application/pdf",
        mtime=1_700_000_000_000,
        rev=crypto.RevId(shake(content + " rev", 16)),
        size=len(content),
        root=shake(content + " root", 32),
    )


def file_of(person: Person, name: str = "report.pdf") -> crypto.Node:
    """A file in the person's root folder."""
    return crypto.node.create(file_meta(name), folder=person.root, author=person.identity)


def folder_of(person: Person, name: str = "Papers") -> crypto.Node:
    """A folder in the person's root folder."""
    meta = crypto.FolderMeta(name, 1_700_000_000_000)
    return crypto.node.create(meta, folder=person.root, author=person.identity)
