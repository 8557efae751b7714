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
UNREAD = "unread"
"""The stage of the plan of a dispute that no run has read yet."""
STUCK = timedelta(minutes=2)
"""How long a run may work on a case before people are called on it all the same."""
SKEW = timedelta(minutes=1)
"""How far the clocks of two workers may differ before one of them counts as ahead."""
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

    `claim` is the reason and amount that a choice was made for: it ends with them.

    `choice` is what a named person (`chosen_by`) wants to happen to this case at the end, None where the policy
    decides. `contacted_at` is when a person first touched the case: claimed it, changed the plan or decided.
    """

    dispute_id: str
    stage: str
    claim: str = ""
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

    def find(self, name: str) -> Timer | None:
        """Return the timer of a name, or None."""
        return next((timer for timer in self.timers if timer.name == name), None)

    def at(self, name: str) -> datetime | None:
        """Return when a timer is due, None where the plan has none of that name."""
        return timer.at if (timer := self.find(name)) else None

    def attempt(self, now: datetime) -> int:
        """Return how often the last chance has come: itself, and each call after it; 0 before.

        A timer that fired has come, even by a clock that was a little ahead of this one.
        """
        ends = [timer for timer in self.timers if kind_of(timer.name) in {LAST_CHANCE, CALL}]
        return sum(timer.at <= now + (SKEW if timer.fired_at else timedelta()) for timer in ends)


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
    claim = f"{dispute.reason} {dispute.amount} {dispute.currency}"
    fresh = Plan(dispute_id=dispute.id, stage=dispute.stage, claim=claim, due_by=due, since=now, queue=rules.queue)
    same = old if old is not None and old.round == fresh.round else None
    since = same.since if same else now
    first = received_at if old is None or old.stage == UNREAD else since
    kept = {timer.name: timer for timer in same.timers if _stays(timer, now)} if same else {}
    moved = next((timer.at for name, timer in kept.items() if name == LAST_CHANCE and timer.by), None)
    times = dict(_times(due, since, rules, first=first))
    if moved is not None:
        times = {name: at for name, at in times.items() if kind_of(name) != CALL}
        times |= {timer.name: timer.at for timer in calls(moved, due)}
    if old is not None and (contact := _contact_of(old, dispute)) and CONTACT in times:
        kept[CONTACT] = contact
    extra = tuple(timer for name, timer in kept.items() if name not in times)
    timers = (*(kept.get(name) or Timer(name=name, at=at) for name, at in times.items()),)
    carried = {} if old is None else old.model_dump(include=_carried(old, dispute, claim))
    return fresh.model_copy(update={**carried, "since": since, "timers": _sorted((*timers, *extra))})


def without_date(old: Plan | None, dispute_id: str, now: datetime, *, received_at: datetime, rules: "Rules") -> Plan:
    """Return the plan of a case that an error stopped while its date is not known, or not any more."""
    first = received_at if old is None else now
    times = {name: Timer(name=name, at=at) for name, at in _times(None, now, rules, first=first)}
    if old is not None and (contact := old.find(CONTACT)):
        times[CONTACT] = contact
    known = old or Plan(dispute_id=dispute_id, stage=UNREAD, due_by=None, since=now, queue=rules.queue)
    changes = {"due_by": None, "since": now, "queue": rules.queue, "timers": _sorted((*times.values(),))}
    return known.model_copy(update=changes)


class Rules(Value):
    """What a plan is made of: the review queue, its ladder, and how many hours before a deadline are urgent."""

    queue: str
    ladder: Ladder
    urgent_hours: float


def _stays(timer: Timer, now: datetime) -> bool:
    """Return whether a timer outlives another draft as it is: what fired, what a person set, and the service level.

    What fired by a clock that was ahead is yet to fire.
    """
    fired = timer.fired_at is not None and timer.at <= now + SKEW
    return bool(fired or timer.by) or timer.name == CONTACT


def _contact_of(old: Plan, dispute: Dispute) -> Timer | None:
    """Return the service level that another round goes on with: the stage's own, or one that was missed unread."""
    contact = old.find(CONTACT)
    missed = old.stage == UNREAD and contact is not None and contact.fired_at is not None
    return contact if old.stage == dispute.stage or missed else None


def _carried(old: Plan, dispute: Dispute, claim: str) -> set[str]:
    """Return what outlives a changed date: all that people did, and their choice for this stage and claim."""
    people = {"claimed_by", "claimed_at", "contacted_at"}
    same = (old.stage, old.claim) == (dispute.stage, claim)
    return people | ({"choice", "chosen_by"} if same else set())


def _times(due: datetime | None, since: datetime, rules: Rules, *, first: datetime) -> Iterator[tuple[str, datetime]]:
    ladder = rules.ladder
    wait = timedelta(hours=ladder.contact) if ladder.contact is not None else None
    if due is None:
        yield from ([(CONTACT, first + wait)] if wait else [])
        yield from ((name, since + wait) for name, wait in _WITHOUT_DATE.items())
        return
    window = max(due - since, timedelta())
    hours = timedelta(hours=ladder.last_chance) * min(1.0, window / timedelta(hours=ladder.window))
    last = due - max(hours, min(MARGIN, window / 2))
    if wait:
        yield CONTACT, min(first + wait, since + (last - since) / 2)
    share = min(1.0, (last - since) / timedelta(hours=ladder.window - ladder.last_chance))
    for name in (CLAIMED, REMINDER, ESCALATION):
        yield name, last - timedelta(hours=getattr(ladder, name) - ladder.last_chance) * share
    yield URGENT, max(since, due - timedelta(hours=rules.urgent_hours))
    yield LAST_CHANCE, last
    yield from ((timer.name, timer.at) for timer in calls(last, due))
    # A little later, so that no clock that is behind finds the deadline still to come.
    yield PASSED, due + SKEW


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
