"""The evidence agent: queries every source concurrently, and records what is still missing as gaps."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime

from disputes.dispute import Dispute
from disputes.errors import DisputeError, LostLease, PaymentUnread
from disputes.evidence import Evidence, Fact, Gap, absences, build_fact, conclusions, disputed_part
from disputes.evidence.absences import Answered
from disputes.playbook import Playbook
from disputes.policy import SourceLimits
from disputes.ports.sources import Source


async def gather(  # noqa: PLR0913 - all but three by keyword
    dispute: Dispute,
    playbook: Playbook,
    sources: Sequence[Source],
    *,
    initial: Evidence,
    limits: SourceLimits,
    now: datetime,
) -> Evidence:
    """Return all facts and gaps, round after round, since a fact of one source may be the key to query another by.

    What follows from them is worked out (`disputes.evidence.conclusions`), and what a source that answered does not
    hold is told as of `now` (`disputes.evidence.absences`). Each source has `limits.seconds`, all rounds together
    `limits.budget`. One that takes longer is queried once more when the others are done. One that fails, times out or
    could not be queried becomes a gap. Raises `PaymentUnread` where Stripe does not show the payment for now, and
    `LostLease`.
    """
    rounds = _Rounds(dispute, sources, initial, limits)
    while ready := rounds.ready():
        await rounds.query(ready)
    evidence = rounds.evidence.plus(initial).plus(Evidence(gaps=tuple(rounds.unanswered())))
    evidence = evidence.plus(Evidence(facts=tuple(_name_claim(dispute, playbook))))
    evidence = evidence.plus(Evidence(facts=tuple(disputed_part.facts(dispute, evidence))))
    evidence = conclusions.conclude(evidence)
    evidence = evidence.plus(Evidence(facts=tuple(absences.find(rounds.answered, evidence, now))))
    return evidence.plus(Evidence(gaps=tuple(_missing(dispute, evidence, playbook))))


class _Rounds:
    """The sources still to be queried, the evidence so far, and the time left."""

    def __init__(self, dispute: Dispute, sources: Sequence[Source], initial: Evidence, limits: SourceLimits) -> None:
        self._dispute, self._initial, self._limits = dispute, initial, limits
        self._waiting, self._late, self._tried = list(sources), list[Source](), set[str]()
        self._end = asyncio.get_running_loop().time() + limits.budget
        self.evidence = Evidence(facts=tuple(_dispute_facts(dispute)))
        self.answered: list[Answered] = []

    def ready(self) -> list[Source]:
        """Return every source with a known key; without any, those that timed out; none when the time is up."""
        if self._seconds <= 0:
            return []
        evidence = self.evidence.plus(self._initial)
        ready = [source for source in self._waiting if not source.keys or any(map(evidence.of, source.keys))]
        return ready or self._late

    async def query(self, ready: list[Source]) -> None:
        """Query these sources concurrently, and add what they return to the evidence."""
        self._waiting = [source for source in self._waiting if source not in ready]
        self._late = [source for source in self._late if source not in ready]
        evidence, seconds = self.evidence.plus(self._initial), self._seconds
        answers = await asyncio.gather(*(_query(source, self._dispute, evidence, seconds) for source in ready))
        for source, answer in zip(ready, answers, strict=True):
            if answer is None and source.name not in self._tried:
                self._late.append(source)
            else:
                late = Evidence(gaps=(_gap(source, f"did not answer in {seconds:g} s"),))
                self.evidence = self.evidence.plus(late if answer is None else answer)
                if answer is not None and all(gap.absent for gap in answer.gaps):
                    self.answered.append(Answered(name=source.name, offers=source.offers))
            self._tried.add(source.name)

    def unanswered(self) -> Iterator[Gap]:
        """Yield a gap for each source that did not answer, with why."""
        for source in self._late:
            yield _gap(source, f"did not answer in {self._limits.seconds:g} s")
        for source in self._waiting:
            unknown = f"none of {', '.join(source.keys)} is known" if len(source.keys) > 1 else _unknown_key(source)
            yield _gap(source, f"was not asked: {unknown if self._seconds > 0 else 'the time for all sources was up'}")

    @property
    def _seconds(self) -> float:
        return min(self._limits.seconds, self._end - asyncio.get_running_loop().time())


async def _query(source: Source, dispute: Dispute, evidence: Evidence, seconds: float) -> Evidence | None:
    """Return the source's evidence, or None when it does not answer in time."""
    try:
        return await asyncio.wait_for(source.gather(dispute, evidence), seconds)
    except TimeoutError:
        return None
    except (LostLease, PaymentUnread):
        raise
    except DisputeError as error:
        return Evidence(gaps=(_gap(source, str(error)),))


def _gap(source: Source, why: str) -> Gap:
    return Gap(name=source.name, why=why, source=source.name)


def _unknown_key(source: Source) -> str:
    return f"{''.join(source.keys)} is not known"


def _dispute_facts(dispute: Dispute) -> Iterator[Fact]:
    source = f"stripe:dispute/{dispute.id}"
    yield build_fact("dispute_amount", dispute.money, f"{source}:amount")
    yield build_fact("dispute_opened_at", dispute.created, f"{source}:created")


def _name_claim(dispute: Dispute, playbook: Playbook) -> Iterator[Fact]:
    """Yield the claim as the network names it, with its code; nothing where the network gave no code."""
    if named := playbook.name_code(dispute.network, dispute.network_code):
        yield build_fact("network_claim", named, f"stripe:dispute/{dispute.id}:network_reason_code")


def _missing(dispute: Dispute, evidence: Evidence, playbook: Playbook) -> Iterator[Gap]:
    """Yield a gap for each unproven point that every answer needs, or that answers this sub-reason best."""
    sub = playbook.find_sub_reason(dispute.network_code)
    lead = sub.lead if sub else ()
    for point in playbook.find_points(dispute, evidence):
        if (point.required or point.fatal or point.name in lead) and point.find_proof(evidence) is None:
            absent = [kind for kind in point.needs if not evidence.has(kind)]
            why = point.missing or f"not on record: {', '.join(absent)}"
            origin = "playbook" if point.required or point.fatal else "sub-reason"
            yield Gap(name=point.name, why=why, source=origin, fatal=point.fatal)
