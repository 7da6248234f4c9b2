"""Putting local files and folders into the drive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from ..vault.listings import Listings
from . import batches, folders, small, uploads
from .crew import Crew, spread
from .index import Local
from .plan import Job, Plan, Planner, Source, Twins
from .sending import Sending
from .small import Sealed

_SENDERS: Final = 3
_ROUNDS: Final = 3


def plan(sending: Sending, sources: Sequence[Source]) -> Plan:
    """What is to be done for the sources. Failures of single files are reported, not raised."""
    twins = Twins()
    with Listings(sending.vault, next=twins.below) as listings:
        planner = Planner(
            author=sending.vault.identity,
            listings=listings,
            twins=twins,
            known=sending.is_known,
            report=sending.report,
        )
        for source in sources:
            planner.add(source)
        return planner.plan


def carry_out(sending: Sending, plan: Plan) -> None:
    """Do it: folders, small files by the hundred, large files.

    Raises what concerns all files alike, such as no room or no session; the rest is reported.
    """
    sending.report.expect(len(plan.jobs), sum(job.found.size for job in plan.jobs))
    folders.make(sending, plan.folders)
    jobs = plan.jobs
    for _ in range(_ROUNDS):
        _send(sending, jobs)
        jobs = sending.looked_at_anew()
        if not jobs:
            return
    for job in jobs:
        sending.report.fail(job.found.path, "others keep changing it at the same time")


def _send(sending: Sending, jobs: Sequence[Job]) -> None:
    for job in jobs:
        if job.spot.lost:
            sending.report.fail(job.found.path, "its folder could not be made")
    ready = [job for job in jobs if not job.spot.lost]
    _send_small(sending, [job for job in ready if job.found.size <= small.MOST])
    large = [job for job in ready if job.found.size > small.MOST]
    if large:
        uploads.send(sending, large)


def _send_small(sending: Sending, jobs: Sequence[Job]) -> None:
    # This thread seals the next batch while others wait for the server to keep theirs.
    with Crew(_SENDERS) as crew:
        gathered = batches.gathered(_sealed(sending, jobs))
        spread(crew, (partial(_send_batch, sending, batch) for batch in gathered))


def _sealed(sending: Sending, jobs: Sequence[Job]) -> Iterator[Sealed]:
    author = sending.vault.identity
    for job in jobs:
        sealed = sending.guarded(job, partial(small.seal_file, job, author=author))
        if sealed is not None:
            yield sealed


def _send_batch(sending: Sending, batch: list[Sealed]) -> None:
    done = batches.send(
        sending.vault.api, batch, wrong=lambda one, why: sending.refused(one.job, why)
    )
    sending.report.moved(sum(one.size for one in done))
    sending.done([(Local.of(one.job.found.path, one.seen), one.node, one.rev) for one in done])
