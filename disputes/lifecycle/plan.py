"""The plan of a case: who is called when before its deadline, and what happens at the end. Pure.

Every time is worked out from Stripe's `due_by` in UTC, so no change of clocks moves one; zones are for people's eyes.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from disputes.dispute import Dispute
from disputes.model import Value
from disputes.policy.deadlines import Ladder, LastChance

CONTACT, CLAIMED, REMINDER, ESCALATION, URGENT = "contact", "claimed", "reminder", "escalation", "urgent"
LAST_CHANCE, CALL, PASSED, RETRY = "last_chance", "call", "passed", "retry"
CHANGEABLE = (CLAIMED, REMINDER, ESCALATION, LAST_CHANCE)
"""The timers whose time a person may change."""
RUNS = (LAST_CHANCE, PASSED, RETRY)
"""The timers that start a run in place of calling people: the run tells what came of it."""
MARGIN = timedelta(hours=1)
"""How long before the deadline the last chance comes at the latest, where the window is two hours or more."""
_CALLS, _LEAST = 6, timedelta(minutes=10)
_LONGEST_PAUSE, _SHORTEST_PAUSE = timedelta(hours=1), timedelta(minutes=2)
_WITHOUT_DATE = {REMINDER: timedelta(days=1), ESCALATION: timedelta(days=3)}


class Timer(Value):
    """One moment of a plan. `fired_at` is when it was acted on, None before; `by` is who moved it, empty for nobody."""

    name: str
    at: datetime
    fired_at: datetime | None = None
    by: str = ""


class Plan(Value):
    """What happens on a case until it is decided. `since` is when this stage and deadline were first seen.

    `choice` is what a named person (`chosen_by`) wants to happen to this case at the end, None where the policy
    decides. `contacted_at` is when a person first touched the case: claimed it, changed the plan or decided.
    """

    dispute_id: str
    stage: str
    due_by: datetime | None
    since: datetime
    queue: str
    timers: tuple[Timer, ...] = ()
    choice: LastChance | None = None
    chosen_by: str = ""
    claimed_by: str = ""
    claimed_at: datetime | None = None
    contacted_at: datetime | None = None

    @property
    def round(self) -> str:
        """What the timers are for: the stage and its deadline. Another one starts the ladder anew."""
        return f"{self.stage}:{self.due_by:%Y%m%dT%H%M%S}" if self.due_by else self.stage

    def at(self, name: str) -> datetime | None:
        """Return when a timer is due, None where the plan has none of that name."""
        return next((timer.at for timer in self.timers if timer.name == name), None)

    def is_last_chance(self, now: datetime) -> bool:
        """Return whether the last chance has come."""
        at = self.at(LAST_CHANCE)
        return at is not None and at <= now


def kind_of(name: str) -> str:
    """Return what a timer is, without the number of a repeated one."""
    return name.partition(":")[0]


def deadline(dispute: Dispute, now: datetime) -> datetime | None:
    """Return until when an answer counts: an appeal's date is only known where it is still to come (reference 1.8)."""
    stale = dispute.stage == "appeal" and dispute.due_by is not None and dispute.due_by <= now
    return None if stale else dispute.due_by


def renew(old: Plan | None, dispute: Dispute, now: datetime, *, received_at: datetime, rules: "Rules") -> Plan:
    """Return the plan of an open dispute: the old one with what a person set, or a new one for another round."""
    due = deadline(dispute, now)
    fresh = Plan(dispute_id=dispute.id, stage=dispute.stage, due_by=due, since=now, queue=rules.queue)
    same = old if old is not None and old.round == fresh.round else None
    since = same.since if same else now
    first = received_at if old is None else since
    kept = {timer.name: timer for timer in same.timers if _stays(timer)} if same else {}
    moved = next((timer.at for name, timer in kept.items() if name == LAST_CHANCE and timer.by), None)
    times = dict(_times(due, since, rules, first=first))
    if moved is not None:
        times = {name: at for name, at in times.items() if kind_of(name) != CALL}
        times |= {timer.name: timer.at for timer in calls(moved, due)}
    timers = (*(kept.get(name) or Timer(name=name, at=at) for name, at in times.items()),)
    extra = tuple(timer for name, timer in kept.items() if name not in times)
    carried = {} if old is None else old.model_dump(include=_carried(old, dispute))
    return fresh.model_copy(update={**carried, "since": since, "timers": _sorted((*timers, *extra))})


class Rules(Value):
    """What a plan is made of: the review queue, its ladder, and how many hours before a deadline are urgent."""

    queue: str
    ladder: Ladder
    urgent_hours: float


def _stays(timer: Timer) -> bool:
    """Return whether a timer outlives another draft as it is: what fired, what a person set, and the service level."""
    return bool(timer.fired_at or timer.by) or timer.name == CONTACT


def _carried(old: Plan, dispute: Dispute) -> set[str]:
    """Return what outlives a changed date: all that people did at this stage."""
    people = {"claimed_by", "claimed_at", "contacted_at"}
    return people | ({"choice", "chosen_by"} if old.stage == dispute.stage else set())


def _times(due: datetime | None, since: datetime, rules: Rules, *, first: datetime) -> Iterator[tuple[str, datetime]]:
    ladder = rules.ladder
    if ladder.contact is not None:
        yield CONTACT, first + timedelta(hours=ladder.contact)
    if due is None:
        yield from ((name, since + wait) for name, wait in _WITHOUT_DATE.items())
        return
    window = max(due - since, timedelta())
    hours = timedelta(hours=ladder.last_chance) * min(1.0, window / timedelta(hours=ladder.window))
    last = due - max(hours, min(MARGIN, window / 2))
    share = min(1.0, (last - since) / timedelta(hours=ladder.window - ladder.last_chance))
    for name in (CLAIMED, REMINDER, ESCALATION):
        yield name, last - timedelta(hours=getattr(ladder, name) - ladder.last_chance) * share
    yield URGENT, max(since, due - timedelta(hours=rules.urgent_hours))
    yield LAST_CHANCE, last
    yield from ((timer.name, timer.at) for timer in calls(last, due))
    yield PASSED, due


def calls(last: datetime, due: datetime | None) -> Iterator[Timer]:
    """Yield the calls after the last chance, each when half of what was left has gone; none without a deadline."""
    if due is None:
        return
    left = (due - last) / 2
    for number in range(1, _CALLS + 1):
        if left < _LEAST:
            return
        yield Timer(name=f"{CALL}:{number}", at=due - left)
        left /= 2


def _sorted(timers: tuple[Timer, ...]) -> tuple[Timer, ...]:
    return tuple(sorted(timers, key=lambda timer: (timer.at, timer.name)))


def retry_at(plan: Plan | None, now: datetime) -> datetime:
    """Return when a case is run again that an outage stopped: within the hour, sooner near a deadline."""
    left = plan.due_by - now if plan and plan.due_by and plan.due_by > now else _LONGEST_PAUSE * 4
    return now + min(_LONGEST_PAUSE, max(_SHORTEST_PAUSE, left / 4))
