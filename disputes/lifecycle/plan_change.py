"""What a person may change in the plan of a case, and why a change is refused, in sentences. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.lifecycle import bars_smart_disputes
from disputes.lifecycle.plan import CHANGEABLE, UNREAD, Plan
from disputes.policy.deadlines import LastChance
from disputes.repositories.cases import HistoryStep
from disputes.repositories.plans import PlanChange

LATEST = timedelta(minutes=10)
"""How long before the deadline the last timer that a person sets comes, so that what it starts can still be done."""


def read(choice: LastChance | None, times: Mapping[str, str | None]) -> PlanChange:
    """Return a change as a person wrote it, times in ISO 8601; None stands for no change. Raises `Invalid`."""
    return PlanChange(choice=choice, times={name: _read(name, said) for name, said in times.items() if said})


def check(plan: Plan, dispute: Dispute | None, change: PlanChange, now: datetime) -> str:
    """Return why a plan cannot be changed so, in one sentence; empty where it can.

    `dispute` is None where no run has read it yet; what depends on it is then left to the run at the last chance.
    """
    if change.choice is None and not change.times:
        return "Nothing is to be changed: name what happens at the last chance, or a time."
    barred = _bars(plan, dispute, change.choice) if change.choice else ""
    refusals = (why for name, at in change.times.items() for why in _of_time(plan, name, at, now))
    return barred or next(refusals, "") or _of_order(plan, change.times)


def describe(choice: LastChance | None, times: Mapping[str, datetime], *, by: str, now: datetime) -> HistoryStep:
    """Return the step of a plan that a person changed."""
    chosen = [f"at its last chance: {choice.replace('_', ' ')}"] if choice else []
    moved = [f"{name.replace('_', ' ')} at {at:%Y-%m-%d %H:%M} UTC" for name, at in times.items()]
    return HistoryStep(step="plan", at=now, note=f"{by} set {', '.join([*chosen, *moved]) or 'nothing'}")


def _read(name: str, said: str) -> datetime:
    try:
        at = datetime.fromisoformat(said)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise Invalid(f"The time of the {_words(name)} is none; write one as 2026-12-03T17:30:00-05:00.") from wrong
    raise Invalid(f"The time of the {_words(name)} names no zone; write one as 2026-12-03T17:30:00-05:00.")


def _bars(plan: Plan, dispute: Dispute | None, choice: LastChance) -> str:
    """Return why this can never happen to the dispute at its last chance."""
    if plan.stage == UNREAD:
        return "No run has read this dispute yet, so it is not known what could be chosen for its end."
    if choice == "accept" and plan.stage != "chargeback":
        return f"Only a chargeback is closed by accepting it, and this is {_a(plan.stage)}."
    return bars_smart_disputes(dispute) if choice == "smart_disputes" and dispute else ""


def _of_time(plan: Plan, name: str, at: datetime, now: datetime) -> Iterator[str]:
    open_timers = {timer.name for timer in plan.timers if timer.fired_at is None}
    if name not in CHANGEABLE or name not in open_timers:
        yield f"The plan has no {_words(name)} that is still to come."
    if at <= now:
        yield f"The {_words(name)} would be in the past."
    if plan.due_by and at > plan.due_by - LATEST:
        latest = f"{plan.due_by - LATEST:%Y-%m-%d %H:%M} UTC"
        yield f"The {_words(name)} would be too late: {latest} is ten minutes before the deadline."


def _of_order(plan: Plan, times: Mapping[str, datetime]) -> str:
    """Compare what is changed with all others: a short window alone may have others out of order."""
    known = {timer.name: timer.at for timer in plan.timers} | dict(times)
    rungs = [name for name in CHANGEABLE if name in known]
    for place, earlier in enumerate(rungs):
        for later in rungs[place + 1 :]:
            if {earlier, later} & set(times) and known[earlier] >= known[later]:
                return f"The {_words(earlier)} must come before the {_words(later)}."
    return ""


def _words(name: str) -> str:
    return "call to claim it" if name == "claimed" else name.replace("_", " ")


def _a(stage: str) -> str:
    return f"{'an' if stage[0] in 'aeio' else 'a'} {stage}"
