"""Disputes that go through every order of things over real records: what may happen to them, step by step."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from redis.asyncio import Redis

from disputes.case import Claim, Decision, Verdict
from disputes.errors import Stale, TryAgain
from disputes.repositories.cases import CaseRecord
from disputes.repositories.events import WebhookEvent
from disputes.review import verdict as verdicts
from graph.run import LeaseHeld, Runner
from graph.wiring.deps import Deps
from graph.wiring.runtime import Runtime
from simulator.scenarios import SCENARIOS
from tests.order.dispute import Seen, Taken, Watched
from tests.order.ports import Crash, End, Fuse, fuse

ROUNDS = 12
MOVES: dict[str, tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...]] = {
    "needs_response": (
        ("answered by hand", {"status": "under_review"}, ("updated",)),
        ("past due", {"due": -60}, ("updated",)),
        ("given more time", {"due": 432_000}, ("updated",)),
        ("lost", {"status": "lost"}, ("closed",)),
    ),
    "warning_needs_response": (
        ("escalated", {"status": "needs_response"}, ("updated", "funds_withdrawn")),
        ("answered by hand", {"status": "warning_under_review"}, ("updated",)),
        ("past due", {"due": -60}, ("updated",)),
        ("given more time", {"due": 432_000}, ("updated",)),
        ("closed", {"status": "warning_closed"}, ("closed",)),
    ),
    "under_review": (
        ("won", {"status": "won"}, ("funds_reinstated", "closed")),
        ("lost", {"status": "lost"}, ("closed",)),
    ),
    "warning_under_review": (
        ("escalated", {"status": "needs_response"}, ("updated", "funds_withdrawn")),
        ("closed", {"status": "warning_closed"}, ("closed",)),
    ),
    "lost": (
        ("won late", {"status": "won"}, ("funds_reinstated", "closed")),
        ("open to appeal", {"status": "appeal_needs_response"}, ("updated",)),
    ),
    "appeal_needs_response": (
        ("lost", {"status": "lost"}, ("closed",)),
        ("appealed by hand", {"status": "appeal_under_review"}, ("updated",)),
    ),
    "appeal_under_review": (("won", {"status": "won"}, ("funds_reinstated", "closed")),),
}


@dataclass
class Halted:
    """A worker that lost its lease in the middle and does not know it."""

    watched: Watched
    task: asyncio.Task[None]
    fuse: Fuse


@dataclass
class World:
    """One example's disputes. The servers are shared by all examples, so a tag keeps ids apart."""

    runtime: Runtime
    simulator: httpx.AsyncClient
    tag: str
    told: Counter[str]
    disputes: list[Watched] = field(default_factory=list)
    halted: list[Halted] = field(default_factory=list)

    @property
    def deps(self) -> Deps:
        return self.runtime.deps

    async def happen(self, scenario: str) -> Watched:
        objects = SCENARIOS[scenario].build(datetime.now(UTC), f"{self.tag}x{len(self.disputes)}")
        await self._post("/_sim/objects?silent=true", objects=objects)
        raw = next(thing for thing in objects if thing["object"] == "dispute")
        watched = Watched(raw["id"], raw.get("_account"), scenario, raw["status"], ["created"])
        self.disputes.append(watched)
        self.told["disputes"] += 1
        return watched

    async def move(self, watched: Watched, pick: int) -> None:
        """Let Stripe, the bank or somebody at the dashboard change a dispute."""
        fresh = await self.deps.stripe.dispute(watched.id, account=watched.account)
        if not (moves := MOVES.get(fresh.status)) or self._is_sending(watched):
            return
        what, given, facts = moves[pick % len(moves)]
        changes = dict(given)
        if due := changes.pop("due", None):
            changes |= {"due_by": int(datetime.now(UTC).timestamp()) + due, "past_due": due < 0}
        if what == "answered by hand":
            watched.by_hand += 1
            changes["submission_count"] = fresh.submissions + 1
        await self._post(f"/_sim/disputes/{watched.id}/set?silent={str(what != 'escalated').lower()}", **changes)
        after = await self.deps.stripe.dispute(watched.id, account=watched.account)
        watched.base = watched.submissions if after.stage != fresh.stage else watched.base
        watched.status, watched.moves = after.status, watched.moves + 1
        watched.posted += facts
        self.told["moves"] += 1

    def _is_sending(self, watched: Watched) -> bool:
        # Stripe compares nothing when it takes a submission, so who halts between the last look and the call can
        # only be stopped by Stripe's own rule of one submission; no order of ours decides that race.
        sending = {"submit", "close"}
        return any(one.watched is watched and one.fuse.where in sending for one in self.halted)

    async def hear(self, watched: Watched, pick: int, *, again: bool, renamed: bool) -> None:
        """Deliver one fact: any of those under way, or one that came before, under its own or another id."""
        known = watched.events
        if known and (again or not watched.posted):
            event = known[pick % len(known)]
            event = event.model_copy(update={"id": f"{event.id}r{len(known)}"}) if renamed else event
        else:
            if not watched.posted:
                return
            kind = watched.posted.pop(pick % len(watched.posted))
            made = datetime.now(UTC) - timedelta(minutes=pick)
            name = f"evt_{watched.id}_{len(known)}"
            event = WebhookEvent(id=name, type=f"charge.dispute.{kind}", dispute_id=watched.id, created=made)
            event = event.model_copy(update={"account": watched.account})
        fresh = await self.deps.events.store(event)
        assert fresh == (event.id not in {one.id for one in known})
        known.append(event)
        self.told["events"] += 1

    async def decide(self, watched: Watched, decision: Decision, *, by: str, late: bool, bad: bool) -> None:
        """Give a verdict on the version that is there, or on the one before it."""
        record = await self.deps.cases.find(watched.id)
        if record is None or record.case is None:
            return
        watched.numbers += 1
        note = f"n{watched.numbers}"
        given = _verdict(record, decision, by=by, bad=bad)
        given = given.model_copy(update={"note": note, "version": record.version - int(late)})
        pending = await self.deps.verdicts.pending(watched.id)
        fresh = await self.deps.stripe.dispute(watched.id, account=watched.account)
        try:
            await self.deps.verdicts.store(watched.id, given)
        except Stale:
            assert late or record.state != "waiting" or pending, "a waiting case cannot be decided"
            return
        assert not late, "a verdict on an old version was taken"
        sends = decision in {"approve", "edit"}
        packet = verdicts.apply(record.case, given).packet if sends else None
        timely = record.case.dispute.model_dump(include={"status", "due_by"}) == fresh.model_dump(
            include={"status", "due_by"}
        )
        watched.verdicts.append(Taken(given, packet, watched.moves, timely))
        self.told["verdicts"] += 1

    async def work(self, watched: Watched, *, workers: int = 1) -> None:
        """Let one or more workers have the dispute at once."""
        if await self.deps.events.is_pending(watched.id):
            await asyncio.gather(*(self._drive(self.runtime.runner, watched) for _ in range(workers)))

    async def stumble(self, watched: Watched, left: int, *, after: bool, end: End) -> None:
        """Let a worker have it that dies, or halts and loses its lease, at its `left`-th call."""
        if not await self.deps.events.is_pending(watched.id):
            return
        runs, blows = fuse(self.runtime.runner, self.deps, left=left, after=after, end=end)
        task = asyncio.create_task(self._drive(runs, watched))
        waits = asyncio.create_task(blows.halted.wait())
        await asyncio.wait({task, waits}, return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
        if task.done():
            await task
        else:
            self.halted.append(Halted(watched, task, blows))
        self.told[end] += int(blows.blown)

    async def release(self) -> None:
        """Let whoever halted first go on with what they think they hold."""
        if self.halted:
            one = self.halted.pop(0)
            one.fuse.released.set()
            await one.task
            await self.check(one.watched)

    async def flush(self) -> None:
        async with Redis.from_url(self.runtime.servers.redis_url) as redis:
            await redis.flushall()
        self.told["flushes"] += 1

    async def check(self, watched: Watched) -> Seen:
        """Look at everything there is and hold it against the last look."""
        fresh = await self.deps.stripe.dispute(watched.id, account=watched.account)
        if fresh.status != watched.status:
            watched.status = fresh.status
            watched.posted.append("updated")
        counts = await self._counts(watched) if fresh.status != "needs_response" else {}
        seen = Seen(
            record=await self.deps.cases.find(watched.id),
            fresh=fresh,
            filings=await self.deps.filings.of(watched.id),
            files=self.deps.policy.lane(fresh).files and fresh.stage in {"inquiry", "chargeback"},
            submissions=counts.get("submissions", watched.submissions),
            closes=counts.get("closes", watched.closes),
        )
        watched.check(seen)
        return seen

    async def rest(self) -> None:
        """Let everything arrive and be done, then hold every dispute against Stripe."""
        while self.halted:
            await self.release()
        for watched in self.disputes:
            await self._settle(watched)
            seen = await self.check(watched)
            watched.check_rest(seen)
            self.told["submissions"] += seen.submissions
            self.told["closes"] += seen.closes

    async def _settle(self, watched: Watched) -> None:
        for _ in range(ROUNDS):
            while watched.posted:
                await self.hear(watched, 0, again=False, renamed=False)
            if not await self.deps.events.is_pending(watched.id):
                return
            await self.work(watched)
            await self.check(watched)
        raise AssertionError("it never comes to rest")

    async def _drive(self, runs: Runner, watched: Watched) -> None:
        try:
            await runs.drive(watched.id, account=watched.account)
        except LeaseHeld:
            self.told["busy"] += 1
        except (TryAgain, Crash):
            self.told["again"] += 1

    async def _counts(self, watched: Watched) -> dict[str, int]:
        answer = await self.simulator.get("/_sim/counts")
        counts: dict[str, int] = answer.raise_for_status().json()["disputes"].get(watched.id, {})
        return counts

    async def _post(self, path: str, **body: Any) -> None:
        (await self.simulator.post(path, json=body)).raise_for_status()


def _verdict(record: CaseRecord, decision: Decision, *, by: str, bad: bool) -> Verdict:
    verdict = Verdict(decision=decision, by=by, at=datetime.now(UTC), fee_acknowledged=not bad)
    if decision != "edit" or record.case is None:
        return verdict
    kept = record.case.rebuttal.claims if record.case.rebuttal else ()
    letter = (Claim(text="We refunded 12.00 USD."),) if bad else kept
    return verdict.model_copy(update={"letter": letter, "fields": {"customer_name": f"Seen by {by}"}})
