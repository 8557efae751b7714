"""The disputes of an example on real records, and the steps that may happen to them."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from redis.asyncio import Redis

from disputes.case import Choice, Claim, Decision, Verdict
from disputes.errors import Stale, TryAgain
from disputes.repositories.cases import CaseRecord
from disputes.repositories.events import WebhookEvent
from disputes.review.verdict import apply as apply_verdict
from graph.permission.guard import LeaseHeld
from graph.run import Runner
from graph.wiring.deps import Deps
from graph.wiring.runtime import Runtime
from simulator.scenarios import SCENARIOS
from tests.order.dispute import AcceptedVerdict, Snapshot, WatchedDispute
from tests.order.ports import Crash, FailureKind, FailurePoint, failing_runner

SETTLE_ROUNDS = 12
CHANGES: dict[str, tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...]] = {
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
class HaltedWorker:
    """A worker that lost its lease during a run and does not know it."""

    dispute: WatchedDispute
    task: asyncio.Task[None]
    failure_point: FailurePoint


@dataclass
class OrderEnvironment:
    """The disputes of one example. All examples share the servers, so `tag` keeps their ids apart."""

    runtime: Runtime
    simulator: httpx.AsyncClient
    tag: str
    counts: Counter[str]
    disputes: list[WatchedDispute] = field(default_factory=list)
    halted: list[HaltedWorker] = field(default_factory=list)

    @property
    def deps(self) -> Deps:
        return self.runtime.deps

    async def open_dispute(self, scenario: str) -> WatchedDispute:
        objects = SCENARIOS[scenario].build(datetime.now(UTC), f"{self.tag}x{len(self.disputes)}")
        await self._post("/_sim/objects?silent=true", objects=objects)
        raw = next(obj for obj in objects if obj["object"] == "dispute")
        dispute = WatchedDispute(raw["id"], raw.get("_account"), scenario, raw["status"], ["created"])
        self.disputes.append(dispute)
        self.counts["disputes"] += 1
        return dispute

    async def change_dispute(self, dispute: WatchedDispute, pick: int) -> None:
        """Change a dispute as Stripe, the bank or somebody at the dashboard would."""
        fresh = await self.deps.stripe.dispute(dispute.id, account=dispute.account)
        if not (options := CHANGES.get(fresh.status)) or self._is_submitting(dispute):
            return
        name, fields, event_types = options[pick % len(options)]
        changes = dict(fields)
        if due := changes.pop("due", None):
            changes |= {"due_by": int(datetime.now(UTC).timestamp()) + due, "past_due": due < 0}
        if name == "answered by hand":
            dispute.answered_by_hand += 1
            changes["submission_count"] = fresh.submissions + 1
        await self._post(f"/_sim/disputes/{dispute.id}/set?silent={str(name != 'escalated').lower()}", **changes)
        after = await self.deps.stripe.dispute(dispute.id, account=dispute.account)
        if after.stage != fresh.stage:
            # Counted now: a worker may have filed since the last look.
            dispute.submissions_before_stage = (await self._simulator_counts(dispute)).get("submissions", 0)
        dispute.status, dispute.change_count = after.status, dispute.change_count + 1
        dispute.undelivered += event_types
        self.counts["moves"] += 1

    async def write_in_dashboard(self, dispute: WatchedDispute, *, submits: bool) -> None:
        """Write a sentence into the dispute as somebody at the dashboard would, and send it to the bank or not."""
        fresh = await self.deps.stripe.dispute(dispute.id, account=dispute.account)
        if not fresh.is_open or fresh.stage == "appeal" or self._is_submitting(dispute):
            return
        self.counts["dashboard"] += 1
        data = {"evidence[uncategorized_text]": f"By hand {self.counts['dashboard']}", "submit": str(submits).lower()}
        headers = {"Authorization": "Bearer sk_test_tests"}
        if dispute.account:
            headers["Stripe-Account"] = dispute.account
        answer = await self.simulator.post(f"/v1/disputes/{dispute.id}", data=data, headers=headers)
        if answer.is_client_error:  # Stripe takes no answer at this stage
            return
        if submits:
            dispute.answered_by_hand += 1
            dispute.submissions_before_stage += 1
            dispute.submissions += 1
        after = await self.deps.stripe.dispute(dispute.id, account=dispute.account)
        dispute.status, dispute.change_count = after.status, dispute.change_count + 1
        dispute.undelivered.append("updated")

    def _is_submitting(self, dispute: WatchedDispute) -> bool:
        # Stripe compares nothing when it accepts a submission, so a worker that halts between its last read and the
        # call can only be stopped by Stripe's own rule of one submission; Rebut cannot decide that race.
        sending = {"after intend", "before submit", "before close"}
        return any(worker.dispute is dispute and worker.failure_point.where in sending for worker in self.halted)

    async def deliver_event(self, dispute: WatchedDispute, pick: int, *, repeated: bool, new_id: bool) -> None:
        """Deliver one webhook event: an undelivered one, or an earlier one again, under its own or a new id."""
        delivered = dispute.events
        if delivered and (repeated or not dispute.undelivered):
            event = delivered[pick % len(delivered)]
            event = event.model_copy(update={"id": f"{event.id}r{len(delivered)}"}) if new_id else event
        else:
            if not dispute.undelivered:
                return
            kind = dispute.undelivered.pop(pick % len(dispute.undelivered))
            made = datetime.now(UTC) - timedelta(minutes=pick)
            name = f"evt_{dispute.id}_{len(delivered)}"
            event = WebhookEvent(
                provider="stripe", id=name, type=f"charge.dispute.{kind}", dispute_id=dispute.id, created=made
            )
            event = event.model_copy(update={"account": dispute.account})
        fresh = await self.deps.events.store(event)
        assert fresh == (event.id not in {earlier.id for earlier in delivered})
        delivered.append(event)
        self.counts["events"] += 1

    async def decide(self, dispute: WatchedDispute, decision: Decision, *, by: str, late: bool, bad: bool) -> None:
        """Store a verdict on the current version, or on the one before it."""
        record = await self.deps.cases.find(dispute.id)
        if record is None or record.case is None:
            return
        dispute.verdict_count += 1
        note = f"n{dispute.verdict_count}"
        verdict = _verdict(record, decision, by=by, bad=bad)
        # What somebody wrote in the dashboard goes or stays by a word of the reviewer.
        says: Choice = "keep" if dispute.verdict_count % 2 else "replace"
        sends = decision in {"approve", "edit"}
        theirs = {one.field: says for one in record.case.held.theirs} if sends else {}
        verdict = verdict.model_copy(update={"note": note, "theirs": theirs, "version": record.version - int(late)})
        pending = await self.deps.verdicts.pending(dispute.id)
        fresh = await self.deps.stripe.dispute(dispute.id, account=dispute.account)
        try:
            await self.deps.verdicts.store(dispute.id, verdict)
        except Stale:
            assert late or record.state != "waiting" or pending, "a waiting case cannot be decided"
            return
        assert not late, "a verdict on an old version was taken"
        packet = apply_verdict(record.case, verdict).packet if sends else None
        up_to_date = record.case.dispute.model_dump(include={"status", "due_by"}) == fresh.model_dump(
            include={"status", "due_by"}
        )
        dispute.verdicts.append(AcceptedVerdict(verdict, packet, dispute.change_count, up_to_date))
        self.counts["verdicts"] += 1

    async def run_workers(self, dispute: WatchedDispute, *, workers: int = 1) -> None:
        """Let one or more workers run the dispute at the same time."""
        if await self.deps.events.is_pending(dispute.id):
            await asyncio.gather(*(self._drive(self.runtime.runner, dispute) for _ in range(workers)))

    async def run_failing_worker(self, dispute: WatchedDispute, left: int, *, after: bool, end: FailureKind) -> None:
        """Let a worker run the dispute that dies, or halts and loses its lease, at its `left`-th call."""
        if not await self.deps.events.is_pending(dispute.id):
            return
        runner, failure = failing_runner(self.runtime.runner, self.deps, left=left, after=after, end=end)
        task = failure.drive = asyncio.create_task(self._drive(runner, dispute))
        waits = asyncio.create_task(failure.halted.wait())
        await asyncio.wait({task, waits}, return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
        if task.done():
            await asyncio.wait({task})
            if not task.cancelled():
                task.result()
        else:
            self.halted.append(HaltedWorker(dispute, task, failure))
        self.counts[end] += int(failure.failed)

    async def release_worker(self) -> None:
        """Let the worker that halted first continue without its lease."""
        if self.halted:
            worker = self.halted.pop(0)
            worker.failure_point.released.set()
            await worker.task
            await self.check(worker.dispute)

    async def flush(self) -> None:
        async with Redis.from_url(self.runtime.servers.redis_url) as redis:
            await redis.flushall()
        self.counts["flushes"] += 1

    async def check(self, dispute: WatchedDispute) -> Snapshot:
        """Take a snapshot of a dispute and check it against the one before."""
        fresh = await self.deps.stripe.dispute(dispute.id, account=dispute.account)
        if fresh.status != dispute.status:
            dispute.status = fresh.status
            dispute.undelivered.append("updated")
        counts = await self._simulator_counts(dispute) if fresh.status != "needs_response" else {}
        snapshot = Snapshot(
            record=await self.deps.cases.find(dispute.id),
            fresh=fresh,
            filings=await self.deps.filings.of(dispute.id),
            files=self.deps.policy.lane(fresh).files and fresh.stage in {"inquiry", "chargeback"},
            submissions=counts.get("submissions", dispute.submissions),
            closes=counts.get("closes", dispute.closes),
        )
        dispute.check(snapshot)
        return snapshot

    async def finish(self) -> None:
        """Deliver all events, run all workers, then check every dispute against Stripe."""
        while self.halted:
            await self.release_worker()
        for dispute in self.disputes:
            await self._settle(dispute)
            snapshot = await self.check(dispute)
            dispute.check_rest(snapshot)
            self.counts["submissions"] += snapshot.submissions
            self.counts["closes"] += snapshot.closes

    async def _settle(self, dispute: WatchedDispute) -> None:
        for _ in range(SETTLE_ROUNDS):
            while dispute.undelivered:
                await self.deliver_event(dispute, 0, repeated=False, new_id=False)
            if not await self.deps.events.is_pending(dispute.id):
                return
            await self.run_workers(dispute)
            await self.check(dispute)
        raise AssertionError("the dispute never comes to rest")

    async def _drive(self, runner: Runner, dispute: WatchedDispute) -> None:
        try:
            await runner.drive(dispute.id, account=dispute.account)
        except LeaseHeld:
            self.counts["busy"] += 1
        except (TryAgain, Crash):
            self.counts["again"] += 1

    async def _simulator_counts(self, dispute: WatchedDispute) -> dict[str, int]:
        answer = await self.simulator.get("/_sim/counts")
        counts: dict[str, int] = answer.raise_for_status().json()["disputes"].get(dispute.id, {})
        return counts

    async def _post(self, path: str, **body: Any) -> None:
        (await self.simulator.post(path, json=body)).raise_for_status()


def _verdict(record: CaseRecord, decision: Decision, *, by: str, bad: bool) -> Verdict:
    verdict = Verdict(decision=decision, by=by, at=datetime.now(UTC), fee_acknowledged=not bad)
    if decision != "edit" or record.case is None:
        return verdict
    claims = record.case.rebuttal.claims if record.case.rebuttal else ()
    letter = (Claim(text="We refunded 12.00 USD."),) if bad else claims
    return verdict.model_copy(update={"letter": letter, "fields": {"customer_name": f"Seen by {by}"}})
