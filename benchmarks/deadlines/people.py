"""People: quick, slow, away, on holiday, wrong, forgetful, and some who decide at the last minute."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from benchmarks.deadlines.rebut import Rebut
from benchmarks.deadlines.world import START
from disputes.case import Decision, Verdict
from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.lifecycle import plan as planning
from disputes.policy.deadlines import LastChance
from disputes.repositories.plans import PlanChange

DECISIONS: tuple[Decision, ...] = ("approve",) * 5 + ("reject", "accept_loss", "redraft", "smart_disputes")
CHOICES: tuple[LastChance, ...] = ("file", "call", "accept", "smart_disputes")
KINDS = {"quick": 20, "slow": 18, "last minute": 12, "away": 26, "forgets": 8, "wrong": 8, "plans": 8}
HOLIDAY = (START + timedelta(days=74), START + timedelta(days=84))
LEAVES = START + timedelta(days=60)
"""When eve stops being a reviewer: what she chose counts for nothing from then on."""
LANES: tuple[tuple[int, int, str, LastChance, str], ...] = (
    (40, 70, "fraud", "file", "eve"),
    (90, 110, "fraud", "file", "bob"),
    (100, 125, "high value", "accept", "bob"),
    (120, 140, "subscription", "smart_disputes", "ada"),
)
"""From which day until which day who wants what to happen at the end to a lane of the own account."""


@dataclass(frozen=True)
class Act:
    """What somebody did that Rebut took."""

    at: datetime
    dispute_id: str
    what: str
    by: str


@dataclass
class People:
    """The reviewers. `acts` is what was taken, `refused` counts what was not."""

    rebut: Rebut
    acts: list[Act] = field(default_factory=list)
    refused: int = 0

    def plan(self) -> None:
        """Have lanes be given choices, and eve leave."""
        world = self.rebut.world
        world.at(LEAVES, self._leave)
        for first, last, lane, choice, by in LANES:
            world.at(START + timedelta(days=first), self._choose(lane, choice, by))
            world.at(START + timedelta(days=last), self._choose(lane, None, by))

    def welcome(self, dispute: Dispute) -> None:
        """Draw who looks at a dispute, and when."""
        world, chance = self.rebut.world, self.rebut.world.chance
        kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
        left = (dispute.due_by or world.true + timedelta(days=9)) - world.true
        share = {"quick": chance.uniform(0.01, 0.1), "last minute": 0.999}.get(kind, chance.uniform(0.1, 0.98))
        acts = {"away": None, "forgets": self._claim, "wrong": self._mistake, "plans": self._replan}
        act = acts.get(kind, self._decide)
        if act and left > timedelta():
            self._at(world.true + max(left * share, timedelta(minutes=3)), act, dispute.id)
        if kind == "wrong" and world.luck(0.5):
            self._at(world.true + left * 0.6, self._decide, dispute.id)

    def _at(self, when: datetime, act: Callable[[str], Awaitable[None]], dispute_id: str) -> None:
        """Act then; nobody does in the holidays, and where Rebut is down it is tried a little later."""
        world = self.rebut.world
        moment = HOLIDAY[1] if HOLIDAY[0] <= when < HOLIDAY[1] else when

        async def do() -> None:
            if world.is_down("rebut"):
                world.later(do, minutes=20)
                return
            try:
                await act(dispute_id)
            except Invalid:
                self.refused += 1

        world.at(moment, do)

    async def _claim(self, dispute_id: str) -> None:
        await self.rebut.deps.plans.claim(dispute_id, by="ada")
        self._note(dispute_id, "claim", "ada")

    async def _decide(self, dispute_id: str) -> None:
        decision = self.rebut.world.chance.choice(DECISIONS)
        await self._store(dispute_id, decision, back=0)

    async def _mistake(self, dispute_id: str) -> None:
        await self._store(dispute_id, "approve", back=1)

    async def _store(self, dispute_id: str, decision: Decision, *, back: int) -> None:
        deps, by = self.rebut.deps, self.rebut.world.chance.choice(("ada", "bob"))
        record = await deps.cases.find(dispute_id)
        if record is None:
            raise Invalid("There is no such case.")
        verdict = Verdict(decision=decision, by=by, at=deps.now(), version=record.version - back)
        await deps.verdicts.store(dispute_id, verdict)
        self._note(dispute_id, decision, by)
        await deps.queue.try_enqueue(dispute_id, account=record.account)

    async def _replan(self, dispute_id: str) -> None:
        chance, deps = self.rebut.world.chance, self.rebut.deps
        choice, by = chance.choice(CHOICES), chance.choice(("ada", "eve"))
        plan = await deps.plans.find(dispute_id)
        soon = {planning.REMINDER: deps.now() + timedelta(hours=1)} if plan and self.rebut.world.luck(0.5) else {}
        await deps.plans.change(dispute_id, PlanChange(choice=choice, times=soon), by=by)
        self._note(dispute_id, f"plan {choice}", by)

    async def _leave(self) -> None:
        del self.rebut.database.users["eve"]

    def _choose(self, lane: str, choice: LastChance | None, by: str) -> Callable[[], Awaitable[None]]:
        async def choose() -> None:
            await self.rebut.deps.last_chances.store(None, lane, choice, by=by)

        return choose

    def _note(self, dispute_id: str, what: str, by: str) -> None:
        self.acts.append(Act(self.rebut.world.true, dispute_id, what, by))
