"""What this app refuses, and with which words."""

from uuid import UUID

from commonkeep.errors import Problem
from commonkeep.wire import encode_id


class IdTaken(Problem):
    status, code = 409, "id-taken"
    detail = "An id that the client drew is in use already."
    hint = "Draw another id and try again."


class NameTaken(Problem):
    status, code = 409, "name-taken"
    detail = "Something of that name is in the folder already."
    hint = "Take another name, or replace the content of the node that `node` names."

    def __init__(self, node: UUID) -> None:
        super().__init__(node=encode_id(node))


class RecordStale(Problem):
    """Raised with `current`, the node as it is now."""

    status, code = 409, "record-stale"
    detail = "The record does not follow the current one: another device changed it first."
    hint = "Read `current`, make the change again on top of it, and sign anew."


class ParentGone(Problem):
    status, code = 409, "parent-gone"
    detail = "The folder is missing, in the trash, or no folder."
    hint = "Choose another folder and sign the record again; content need not be sent again."

    def __init__(self, parent: UUID) -> None:
        super().__init__(parent=encode_id(parent))


class Cycle(Problem):
    status, code = 409, "cycle"
    detail = "The folder would come to lie inside itself."
    hint = "Choose a folder that is not below the one to move."


class TooDeep(Problem):
    status, code = 409, "too-deep"
    detail = "There would be too many folders above something."
    hint = "Move it further up; `most` is the number of levels that a drive can have."


class InTrash(Problem):
    status, code = 409, "in-trash"
    detail = "It lies in the trash."
    hint = "Restore it first."


class NotInTrash(Problem):
    status, code = 409, "not-in-trash"
    detail = "It does not lie in the trash, or is being removed from it for good."
    hint = "Only what lies in the trash can be restored or removed for good."


class PartsMissing(Problem):
    """Raised with `missing`, a list of [first, last] part numbers."""

    status, code = 409, "parts-missing"
    detail = "Not all parts of the file are held."
    hint = "Send the parts that `missing` lists, then complete again."


class UploadExpired(Problem):
    status, code = 410, "upload-expired"
    detail = "The promise for this upload has ended, or was given back."
    hint = "Start the upload again with a new rev."


class ChangesExpired(Problem):
    status, code = 410, "changes-expired"
    detail = "The change feed no longer reaches back that far."
    hint = "List all folders anew, then follow the feed from the drive's present `change`."


class RangeNotSatisfiable(Problem):
    """Raised with `size`, the bytes that there are."""

    status, code = 416, "range-not-satisfiable"
    detail = "The range begins behind the end, or cannot be read."
    hint = "Ask for bytes below `size`, as one range."

    def headers(self) -> dict[str, str]:
        return {"Content-Range": f"bytes */{self.members['size']}"}


class LengthMismatch(Problem):
    """Raised with `expected` and `received`, both in bytes."""

    status, code = 422, "length-mismatch"
    detail = "The body is not as long as was said. Nothing of it was kept."
    hint = "Send it again, whole."


class HashMismatch(Problem):
    status, code = 422, "hash-mismatch"
    detail = "The body does not have the SHA-256 that was said. Nothing of it was kept."
    hint = "Send it again; if it stays, something on the way changes it."


class BadSignature(Problem):
    status, code = 422, "bad-signature"
    detail = "The record is not signed by the author it names."
    hint = "Sign it with the account's key; docs/format.md says over which bytes."


class WrongAuthor(Problem):
    status, code = 422, "wrong-author"
    detail = "The record names an author who may not write here."
    hint = "Name the account's own user id and the generation of its certificate."


class OverCeiling(Problem):
    """Raised with `used`, `reserved`, `ceiling` and `needed`, all in bytes."""

    status, code = 507, "over-ceiling"
    detail = (
        "There is no room for this. What is stored stays, and can be read, deleted and taken out."
    )
    hint = "Remove something for good: what lies in the trash and old versions count too."
