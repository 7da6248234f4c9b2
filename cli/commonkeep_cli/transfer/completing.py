"""Making a file of an upload whose parts are all held."""

from __future__ import annotations

from typing import Final

from .. import crypto
from ..api import content
from ..api.problems import ApiProblem
from ..crypto import segments
from .plan import Job
from .sending import Sending
from .small import sign

_TRIES: Final = 3


def complete(
    sending: Sending, job: Job, meta: crypto.FileMeta, *, id: crypto.NodeId, key: crypto.NodeKey
) -> crypto.Node:
    """Sign and complete; signed again, with no byte sent, where another device was faster."""
    api, author = sending.vault.api, sending.vault.identity
    size = segments.ct_len(meta.size)
    for _ in range(_TRIES - 1):
        node = sign(job, meta, id=id, key=key, author=author)
        try:
            content.complete(api, meta.rev, node.record, size=size)
        except ApiProblem as problem:
            if problem.code != "record-stale":
                raise
            _refresh(sending, job, problem)
        else:
            return node
    node = sign(job, meta, id=id, key=key, author=author)
    content.complete(api, meta.rev, node.record, size=size)
    return node


def _refresh(sending: Sending, job: Job, problem: ApiProblem) -> None:
    """Take the newer record of the file as the one to follow."""
    there = sending.listing(job.spot.entry).get(job.name)
    if there is None or job.existing is None or there.node != job.existing.node:
        raise problem
    job.existing = there
