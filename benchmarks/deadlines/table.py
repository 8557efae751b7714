"""The figures of a half year that was played, and everything that must hold of it."""

from collections import Counter
from collections.abc import Callable, Mapping

from benchmarks.deadlines import checks, messages
from benchmarks.deadlines.evidence import Evidence

PROMISES: tuple[Callable[[Evidence], list[str]], ...] = (
    checks.none_is_left_unanswered,
    checks.stripe_answered_only_as_chosen,
    checks.queues_of_people_never_file_by_themselves,
    checks.each_timer_fires_once,
    checks.none_fires_late,
    messages.high_value_cases_alert_after_four_hours,
    messages.what_is_due_within_a_day_alerts_at_once,
    messages.none_is_lost,
    messages.none_is_delivered_twice,
    checks.filed_once_a_stage,
)


def failures(at: Evidence) -> Mapping[str, list[str]]:
    """Return what does not hold, by promise."""
    return {promise.__name__: bad for promise in PROMISES if (bad := promise(at))}


def rows(at: Evidence) -> list[tuple[str, str]]:
    """Return what was counted."""
    ends = Counter(checks.explain(at, one) for one in at.played.scenario.passed)
    late = [seconds for seconds, _ in checks.lateness(at)] or [0.0]
    told = Counter(message.event for _, message in at.database.told.values())
    parked = [states for states in at.database.states.values() if any(state == "parked" for _, state in states)]
    named = {"disputes that came": len(at.played.scenario.came), **_filed(at), **_people(at)}
    named |= {f"unanswered at the deadline: {why}": count for why, count in ends.items() if not why.startswith("BAD")}
    named |= {f"messages on {event}": count for event, count in sorted(told.items())}
    named |= {"digests": sum(key.startswith("digest:") for key in at.database.told)}
    named |= {"parked": len(parked), "parked and recovered": sum(states[-1][1] != "parked" for states in parked)}
    named |= {"deliveries that failed": at.played.rebut.targets.failed, "sweeps": at.played.rebut.sweeps}
    figures = [(name, f"{count}") for name, count in named.items()]
    worst, usual = late[0], late[len(late) // 100]
    return [*figures, ("lateness of timers in simulated seconds", f"p99 {usual:.1f}, at most {worst:.1f}")]


def _filed(at: Evidence) -> dict[str, int]:
    done = [one for one in at.database.filings.values() if one.state == "done"]
    last = {row.dispute_id for row in at.played.rebut.plans.log if row.name == "last_chance" and not row.dropped}
    alone = [one for one in done if one.automatic and one.action == "submit"]
    at_last = sum(one.dispute_id in last for one in alone)
    calls = Counter(call.what for call in at.stripe.calls)
    return {
        "filed by itself": len(alone) - at_last,
        "filed at the last chance": at_last,
        "filed by people": sum(not one.automatic and one.action == "submit" for one in done),
        "accepted": calls["close"],
        "handed to Smart Disputes": calls["hand_over"],
    }


def _people(at: Evidence) -> dict[str, int]:
    said = Counter(act.what.split()[0] for act in at.played.people.acts)
    return {f"people: {what}": count for what, count in said.items()} | {"people: refused": at.played.people.refused}
