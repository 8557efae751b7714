"""What the checks ask of a simulation that was played: who decided, who was told, what was down."""

from datetime import datetime, timedelta

from benchmarks.deadlines.people import LANES, LEAVES, Act
from benchmarks.deadlines.simulation import Simulation
from benchmarks.deadlines.world import START, Span
from disputes.dispute import Dispute
from disputes.policy import Lane
from disputes.repositories.cases import DECIDED
from disputes.repositories.outbox import OutboxMessage

SWEEP = 10.0
"""Seconds: a beat of five, and the job before or after it."""
WORKS = ("rebut", "redis")
LEAST = 120.0
"""Seconds in which a run that is put off by an outage comes to its end."""


class Evidence:
    """Look into a simulation. Times are the true ones."""

    def __init__(self, played: Simulation) -> None:
        self.played, self.world = played, played.world
        self.database, self.stripe = played.rebut.database, played.rebut.stripe
        self.told: dict[str, list[tuple[datetime, OutboxMessage]]] = {}
        for at, message in self.database.told.values():
            self.told.setdefault(message.dispute_id, []).append((at, message))
        self.acts: dict[str, list[Act]] = {}
        for act in played.people.acts:
            self.acts.setdefault(act.dispute_id, []).append(act)
        self.missed = {(one.dispute_id, one.due_by): one for one in played.scenario.passed}

    def lane(self, dispute: Dispute) -> Lane:
        """Return the lane of a dispute."""
        return self.played.rebut.deps.account(dispute.account).policy.lane(dispute)

    def state(self, dispute_id: str, at: datetime) -> str:
        """Return in which state a case was, empty before there was one."""
        return next((state for since, state in reversed(self.database.states[dispute_id]) if since <= at), "")

    def working(self, dispute_id: str) -> tuple[Span, ...]:
        """Return when a run worked on a case, or it was not known yet."""
        states = self.database.states[dispute_id]
        ends = [since for since, _ in states[1:]] + [self.played.end]
        return tuple((since, end) for (since, state), end in zip(states, ends, strict=True) if state == "working")

    def decided(self, dispute_id: str, at: datetime) -> bool:
        """Return whether a case was decided."""
        return self.state(dispute_id, at) in DECIDED

    def acted(self, dispute_id: str, before: datetime, *what: str) -> bool:
        """Return whether somebody did one of these things, or any, before a time."""
        return any(act.at <= before and (not what or act.what in what) for act in self.acts.get(dispute_id, ()))

    def chose(self, dispute: Dispute, at: datetime, choice: str) -> bool:
        """Return whether a reviewer of that time wanted this to happen at the end, to the case or to its lane."""
        plans = [act for act in self.acts.get(dispute.id, ()) if act.what.startswith("plan") and act.at <= at]
        if plans and plans[-1].what == f"plan {choice}" and _reviews(plans[-1].by, at):
            return True
        lane, days = self.lane(dispute).name, (at - START) / timedelta(days=1)
        rows = [row for row in LANES if row[0] <= days < row[1] and row[2] == lane and dispute.account is None]
        return any(row[3] == choice and _reviews(row[4], at) for row in rows)

    def urgent(self, dispute_id: str) -> list[datetime]:
        """Return when urgent messages on a dispute were stored."""
        return [at for at, message in self.told.get(dispute_id, ()) if message.urgent]

    def called(self, dispute_id: str, since: datetime, until: datetime) -> bool:
        """Return whether a call of the end reached a target in a time, by itself or in a digest."""
        keys = [m.key for at, m in self.told.get(dispute_id, ()) if m.event == "deadline" and since <= at <= until]
        sent = self.played.rebut.targets.sent
        digests = {self.database.gathered[key] for key in keys if key in self.database.gathered}
        return any(one.at <= until for key in (*keys, *digests) for one in sent.get(key, ()))

    def read(self, dispute_id: str) -> datetime:
        """Return when a dispute was first read, the end of all where it never was."""
        record = self.database.cases.get(dispute_id)
        steps = record.history if record else ()
        return next((step.at for step in steps if step.step == "load"), self.played.end)

    def planned(self, dispute_id: str) -> datetime:
        """Return since when a case has a plan: it was read, or parked unread."""
        parked = (since for since, state in self.database.states[dispute_id] if state == "parked")
        return min(self.read(dispute_id), next(parked, self.played.end))

    def seconds_up(self, dispute_id: str, since: datetime, until: datetime, *, known: datetime) -> float:
        """Return how long people could have been told; before what is told was `known`, Stripe's outages excuse too."""
        busy = self.working(dispute_id)
        before = self.world.up_seconds(since, min(known, until), *WORKS, "stripe", but=busy) if since < known else 0.0
        after = max(since, min(known, until))
        return before + (self.world.up_seconds(after, until, *WORKS, but=busy) if after < until else 0.0)

    def unable(self, since: datetime, until: datetime) -> bool:
        """Return whether a time held no two minutes in which Rebut and Stripe were both up."""
        return self.world.up_seconds(since, until, *WORKS, "stripe") < LEAST


def _reviews(by: str, at: datetime) -> bool:
    return by != "eve" or at < LEAVES
