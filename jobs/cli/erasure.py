"""Erases the evidence of one person where it is no longer needed."""

import re
from collections.abc import AsyncIterator

from disputes import text
from disputes.errors import Invalid
from disputes.model import Value
from disputes.privacy import erasure
from graph.wiring.runtime import Runtime

_PERSON = re.compile(r"cus_[A-Za-z0-9]{1,200}|[^\s@]{1,200}@[^\s@]{1,200}")


class ErasureResult(Value):
    """Whether one case of the person was erased, and `why` it was not."""

    dispute_id: str
    erased: bool
    why: str = ""

    @property
    def sentence(self) -> str:
        """The result as a sentence for people."""
        if self.erased:
            return f"{self.dispute_id}: erased; its ledger, filings and hashes stay."
        return f"{self.dispute_id}: kept, since {self.why}."


async def erase(runtime: Runtime, person: str, *, by: str) -> AsyncIterator[ErasureResult]:
    """Erase the evidence of a Stripe customer (`cus_...`) or an e-mail address, and yield the result of each case.

    Files go first and the case last, so that what a crash left is found again. Raises `Invalid` for what names nobody.
    """
    if not _PERSON.fullmatch(person.strip()):
        raise Invalid("Name one person: a Stripe customer id (cus_...) or an e-mail address.")
    for dispute_id in await runtime.deps.cases.of_person(person):
        yield await _erase_case(runtime, dispute_id, by)


async def report(runtime: Runtime, person: str, *, by: str) -> tuple[list[str], int]:
    """Erase, and return a sentence for each case and the exit status: 1 when a case keeps its evidence, else 0."""
    results = [result async for result in erase(runtime, person, by=text.line(by, limit=80))]
    sentences = [result.sentence for result in results] or ["No case holds evidence of this person."]
    return sentences, int(not all(result.erased for result in results))


async def _erase_case(runtime: Runtime, dispute_id: str, by: str) -> ErasureResult:
    deps = runtime.deps
    async with deps.leases.hold(dispute_id) as fence:
        record = await deps.cases.find(dispute_id)
        if fence is None or record is None:
            return ErasureResult(dispute_id=dispute_id, erased=False, why="a worker has it in hand; ask again soon")
        if why := erasure.reason_to_keep(record):
            claim = "a legal claim it is needed for is not decided (GDPR, article 17(3)(e))"
            return ErasureResult(dispute_id=dispute_id, erased=False, why=f"{why}: {claim}")
        if deps.storage:
            await deps.storage.forget(dispute_id)
        await runtime.runner.forget(dispute_id)
        await deps.cases.erase(erasure.erase(record, by=by, now=deps.now()), fence=fence)
        return ErasureResult(dispute_id=dispute_id, erased=True)
