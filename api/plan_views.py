"""How the API shows plans and choices for the last chance. Times are aware UTC, and words in the merchant's zone."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from disputes.lifecycle.plan import Plan, Timer
from disputes.messages import countdown
from disputes.policy.deadlines import Chosen, LastChance, write
from graph.plan_changes import LaneChoice, PlannedCase


class TimerView(BaseModel):
    """One moment of a plan: `by` is who moved it, empty for nobody, and `fired_at` is null while it is to come."""

    name: str
    at: datetime
    local: str = Field(description="The same moment in words, on the merchant's clocks.")
    fired_at: datetime | None
    by: str

    @classmethod
    def of(cls, timer: Timer, zone: str) -> Self:
        """Build the view of a timer."""
        return cls(**dict(timer), local=write(timer.at, zone))


class LastChanceView(BaseModel):
    """What happens at the last chance, and who wants it; `by` is empty where the policy says so."""

    choice: LastChance
    by: str

    @classmethod
    def of(cls, chosen: Chosen) -> Self:
        """Build the view of a choice."""
        return cls(**dict(chosen))


class PlanSummary(BaseModel):
    """The plan in brief: until when, what comes next, and who takes care of it."""

    due: str
    next: TimerView | None
    claimed_by: str
    contacted_at: datetime | None

    @classmethod
    def of(cls, plan: Plan, now: datetime, zone: str) -> Self:
        """Build the summary of a plan."""
        coming = (TimerView.of(timer, zone) for timer in plan.timers if timer.fired_at is None)
        due = countdown.write_due(plan.due_by, now, zone)
        return cls(due=due, next=next(coming, None), claimed_by=plan.claimed_by, contacted_at=plan.contacted_at)


class PlanView(BaseModel):
    """When people are called on a case, and what happens at the end.

    `last_chance` is null until a run has read the dispute; `due` is the deadline in words.
    """

    stage: str
    due_by: datetime | None
    due: str
    timezone: str
    queue: str
    timers: list[TimerView]
    last_chance: LastChanceView | None
    claimed_by: str
    claimed_at: datetime | None
    contacted_at: datetime | None

    @classmethod
    def of(cls, found: PlannedCase, now: datetime) -> Self:
        """Build the view of a case's plan."""
        plan, zone = found.plan, found.zone
        same = ("stage", "due_by", "queue", "claimed_by", "claimed_at", "contacted_at")
        return cls(
            **{name: getattr(plan, name) for name in same},
            due=countdown.write_due(plan.due_by, now, zone),
            timezone=zone,
            timers=[TimerView.of(timer, zone) for timer in plan.timers],
            last_chance=found.last and LastChanceView.of(found.last),
        )


class StoredChoiceView(BaseModel):
    """What a person stored for a lane, and when; it counts only while they are a reviewer."""

    choice: LastChance
    by: str
    at: datetime


class LaneView(BaseModel):
    """A lane of an account's policy, null being the own one.

    `policy` is what the policy says, `stored` what a person wants instead, `last_chance` what counts.
    """

    account: str | None
    lane: str
    queue: str
    policy: LastChance
    stored: StoredChoiceView | None
    last_chance: LastChanceView

    @classmethod
    def of(cls, lane: LaneChoice) -> Self:
        """Build the view of a lane."""
        stored = lane.stored and StoredChoiceView(choice=lane.stored.choice, by=lane.stored.by, at=lane.stored.at)
        same = {name: getattr(lane, name) for name in ("account", "lane", "queue", "policy")}
        return cls(**same, stored=stored, last_chance=LastChanceView.of(lane.chosen))


class LaneList(BaseModel):
    """Every lane, the own account's first."""

    lanes: list[LaneView]
