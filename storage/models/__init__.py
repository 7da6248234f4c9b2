"""Rows: a drive per account, its tree of signed records, and the bytes behind them."""

from storage.models.content import Blob, Extent, Part, Upload
from storage.models.drive import Drive
from storage.models.tree import Node, Revision, SignedRecord, Tombstone

__all__ = [
    "Blob",
    "Drive",
    "Extent",
    "Node",
    "Part",
    "Revision",
    "SignedRecord",
    "Tombstone",
    "Upload",
]
