"""The evidence agent: asks every source at once, and says what is still missing."""

import asyncio
from collections.abc import Iterator, Sequence

from disputes.dispute import Dispute
from disputes.errors import DisputeError, LostLease
from disputes.evidence import Evidence, Fact, Gap, a_fact
from disputes.playbook import Playbook
from disputes.ports import Source


async def gather(
    dispute: Dispute, playbook: Playbook, sources: Sequence[Source], *, known: Evidence, seconds: float
) -> Evidence:
    """Give all facts and gaps. A source that fails or takes longer than `seconds` becomes a gap, never an exception."""
    finds = await asyncio.gather(*(_ask(source, dispute, seconds) for source in sources))
    evidence = Evidence(facts=tuple(_told(dispute)))
    for find in (*finds, known):
        evidence = evidence.plus(find)
    return evidence.plus(Evidence(gaps=tuple(_missing(dispute, evidence, playbook))))


async def _ask(source: Source, dispute: Dispute, seconds: float) -> Evidence:
    try:
        return await asyncio.wait_for(source.gather(dispute), seconds)
    except TimeoutError:
        return Evidence(gaps=(Gap(name=source.name, why=f"did not answer in {seconds:g} s", source=source.name),))
    except LostLease:
        raise
    except DisputeError as failed:
        return Evidence(gaps=(Gap(name=source.name, why=str(failed), source=source.name),))


def _told(dispute: Dispute) -> Iterator[Fact]:
    source = f"stripe:dispute/{dispute.id}"
    yield a_fact("dispute_amount", dispute.money, f"{source}:amount")
    yield a_fact("dispute_opened_at", dispute.created, f"{source}:created")


def _missing(dispute: Dispute, evidence: Evidence, playbook: Playbook) -> Iterator[Gap]:
    """Name each unproven point that every answer needs, or that answers this sub-reason best."""
    sub = playbook.sub_reason(dispute.network_code)
    lead = sub.lead if sub else ()
    for point in playbook.fitting(dispute, evidence):
        if (point.required or point.fatal or point.name in lead) and point.proof(evidence) is None:
            lost = [kind for kind in point.needs if evidence.first(kind) is None]
            why = point.missing or f"not on record: {', '.join(lost)}"
            asked = "playbook" if point.required or point.fatal else "sub-reason"
            yield Gap(name=point.name, why=why, source=asked, fatal=point.fatal)
