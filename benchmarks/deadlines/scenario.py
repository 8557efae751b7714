"""Which disputes come when, how Stripe and the banks go on with them, and which parts are down when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from benchmarks.deadlines.policies import METHODS
from benchmarks.deadlines.stripe import LEFT_TO_STRIPE, MemoryStripe
from benchmarks.deadlines.world import START, World, spread
from disputes.dispute import Dispute

REASONS = ("product_not_received",) * 5 + ("fraudulent", "fraudulent", "subscription_canceled", "general", "duplicate")
STRENGTHS = ("strong", "strong", "middling", "middling", "weak", "contradictory")
NEVER_LATE = ("inquiry", "appeal")
OUTAGES = {
    "stripe": ((14, 0.05, 2), (1, 23, 25)),
    "redis": ((8, 0.05, 2), (1, 5, 8)),
    "rebut": ((5, 0.2, 6), (1, 9, 11)),
    "chat": ((8, 0.8, 1.2), (1, 24, 30)),
    "mail": ((6, 0.8, 1.2), (1, 24, 30)),
    "handoff": ((6, 0.8, 1.2), (1, 24, 30)),
    "ahead": ((5, 0.2, 1),),
}
SHORT = timedelta(hours=2)
"""How long an outage at most is around whose edge a burst comes."""
TAIL = 25
"""How many days before the end the last dispute comes, so that each is seen to its deadline."""


@dataclass
class Missed:
    """A dispute that nobody had answered when its time was up, and whether Stripe then did."""

    dispute_id: str
    due_by: datetime
    by_stripe: str = ""


@dataclass
class Scenario:
    """Everything outside Rebut but people."""

    world: World
    stripe: MemoryStripe
    days: int
    passed: list[Missed] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)
    came: dict[str, datetime] = field(default_factory=dict)

    def plan(self, disputes: int, welcome: Callable[[Dispute], None]) -> None:
        """Draw the outages and arrivals; `welcome` hears of each dispute that opens."""
        spread(self.world, self.days, OUTAGES)
        self._flap("chat", 6)
        times = [time for number in range(disputes // 250) for time in self._burst(number)]
        rest = disputes - len(times)
        times += [START + timedelta(days=self.world.chance.uniform(0.5, self.days - TAIL)) for _ in range(rest)]
        for number, time in enumerate(sorted(times)):
            self.world.at(time, self._arrival(number, welcome))

    def _flap(self, part: str, hours: int) -> None:
        began = START + timedelta(days=self.world.chance.uniform(5, self.days - TAIL))
        every = timedelta(seconds=90)
        spans = [(began + every * 2 * n, began + every * (2 * n + 1)) for n in range(hours * 20)]
        self.world.spans[part] = sorted([*self.world.spans[part], *spans])

    def _burst(self, number: int) -> list[datetime]:
        """Return a hundred times within ten minutes, every second such burst around the edge of an outage."""
        chance = self.world.chance
        spans = [span for part in ("stripe", "redis", "rebut") for span in self.world.spans[part]]
        edges = [edge for span in spans if span[1] - span[0] < SHORT for edge in span]
        late = START + timedelta(days=self.days - TAIL)
        early = [edge for edge in edges if edge < late]
        free = START + timedelta(days=chance.uniform(1, self.days - TAIL))
        began = chance.choice(early) - timedelta(minutes=5) if early and number % 2 else free
        return [began + timedelta(seconds=chance.uniform(0, 600)) for _ in range(100)]

    def _arrival(self, number: int, welcome: Callable[[Dispute], None]) -> Callable[[], Any]:
        async def arrive() -> None:
            dispute = self._draw(number)
            self.came[dispute.id] = self.world.true
            self.stripe.open(dispute)
            self._watch(dispute)
            welcome(dispute)

        return arrive

    def _draw(self, number: int) -> Dispute:
        chance, now = self.world.chance, self.world.true.replace(microsecond=0)
        account = chance.choice([None, None, None, *list(METHODS)[1:]])
        low, high = chance.choice(((500, 4_999), (500, 4_999), (5_000, 50_000), (50_001, 400_000)))
        inquiry = self.world.luck(0.08)
        return Dispute(
            id=f"du_{number}_{chance.choice(STRENGTHS)}",
            account=account,
            status="warning_needs_response" if inquiry else "needs_response",
            reason=chance.choice(REASONS),
            amount=chance.randint(low, high),
            currency="usd",
            created=now - timedelta(seconds=chance.choice((2, 2, 2, 60))),
            due_by=self._due(now),
            network_code=None,
            submission_method=METHODS[account],
        )

    def _due(self, now: datetime) -> datetime | None:
        """Return a deadline two hours to three weeks away; now and then one that has passed, or none."""
        chance = self.world.chance
        first, last = chance.choices(((-100, -1), (2, 26), (26, 168), (168, 504), (0, 0)), (3, 12, 30, 51, 4))[0]
        return now + timedelta(seconds=round(chance.uniform(first, last) * 3600)) if last else None

    def _watch(self, dispute: Dispute) -> None:
        """Have the deadline of a dispute pass, and sometimes be moved before that."""
        if dispute.due_by is None:
            return
        due = dispute.due_by
        self.world.at(due, self._end(dispute.id, due))
        if due > self.world.true and self.world.luck(0.06):
            self.world.at(
                self.world.true + (due - self.world.true) * self.world.chance.uniform(0.05, 0.98),
                self._move(dispute.id),
            )

    def _move(self, dispute_id: str) -> Callable[[], Any]:
        async def move() -> None:
            known = self.stripe.disputes[dispute_id]
            if known.is_open and known.due_by:
                self.moved.add(dispute_id)
                later = known.due_by + timedelta(days=self.world.chance.randint(1, 6))
                self._watch(self.stripe.happen(dispute_id, "charge.dispute.updated", due_by=later))

        return move

    def _end(self, dispute_id: str, due: datetime) -> Callable[[], Any]:
        async def end() -> None:
            known = self.stripe.disputes[dispute_id]
            if not known.is_open or known.due_by != due:
                return
            missed = Missed(dispute_id, due)
            self.passed.append(missed)
            if known.submission_method in LEFT_TO_STRIPE and known.stage != "appeal":
                missed.by_stripe = str(known.submission_method)
                status = "under_review" if known.status == "needs_response" else "warning_under_review"
                self.stripe.happen(dispute_id, "charge.dispute.updated", status=status, submissions=1)
                self.decide_later(dispute_id)
            elif known.stage != "inquiry":
                self.stripe.happen(dispute_id, "charge.dispute.updated", past_due=True)
                self.world.later(self._lose(dispute_id), hours=self.world.chance.choice((0.1, 5, 60)))

        return end

    def _lose(self, dispute_id: str) -> Callable[[], Any]:
        async def lose() -> None:
            if self.stripe.disputes[dispute_id].is_open:
                self.stripe.happen(dispute_id, "charge.dispute.closed", status="lost")

        return lose

    def decide_later(self, dispute_id: str) -> None:
        """Have the bank decide on an answer some weeks later."""
        self.world.later(self._decide(dispute_id), days=self.world.chance.uniform(15, 70))

    def _decide(self, dispute_id: str) -> Callable[[], Any]:
        async def decide() -> None:
            known = self.stripe.disputes[dispute_id]
            if known.status == "warning_under_review":
                self._decide_inquiry(dispute_id)
            elif known.status.endswith("under_review"):
                status = self.world.chance.choice(("won", "lost"))
                self.stripe.happen(dispute_id, "charge.dispute.closed", status=status)
                if status == "lost" and known.stage != "appeal" and self.world.luck(0.2):
                    self._reopen(
                        dispute_id, "appeal_needs_response", self.world.chance.choice((timedelta(days=7), None))
                    )

        return decide

    def _decide_inquiry(self, dispute_id: str) -> None:
        if self.world.luck(0.3):
            self._reopen(dispute_id, "needs_response", timedelta(days=9))
        else:
            self.stripe.happen(dispute_id, "charge.dispute.closed", status="warning_closed")

    def _reopen(self, dispute_id: str, status: str, wait: timedelta | None) -> None:
        """Have an inquiry become a chargeback, or a lost dispute open to an appeal: with a date of its own, or none."""
        changes: dict[str, Any] = {"status": status, "past_due": False}
        if wait:
            changes["due_by"] = (self.world.true + wait).replace(microsecond=0)
        opened = self.stripe.happen(dispute_id, "charge.dispute.updated", **changes)
        if wait:
            self._watch(opened)
        else:
            self.world.later(self._lose(dispute_id), days=self.world.chance.uniform(5, 20))
