"""The job queue. Losing a job loses nothing: the sweep enqueues again what no run has handled."""

from typing import Protocol


class JobQueue(Protocol):
    """Hands disputes to workers."""

    async def enqueue(self, dispute_id: str, *, account: str | None = None) -> None:
        """Ask a worker to run a dispute soon. Raises `TryAgain` when the queue does not take the job."""
        ...

    async def try_enqueue(self, dispute_id: str, *, account: str | None = None) -> bool:
        """Do the same after a commit, within two seconds; never raises. False when the job was left to the sweep."""
        ...
