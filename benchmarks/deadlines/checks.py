"""What must hold after half a year, each a function that returns the disputes for which it does not."""

from collections import Counter
from datetime import datetime, timedelta

from benchmarks.deadlines.evidence import SWEEP, WORKS, Evidence
from benchmarks.deadlines.scenario import NEVER_LATE, Missed
from benchmarks.deadlines.stripe import Call
from disputes.lifecycle.plan import LAST_CHANCE

VERDICTS = {"submit": ("approve", "edit"), "close": ("accept_loss",), "hand_over": ("smart_disputes",)}
CHOICES = {"submit": "file", "close": "accept", "hand_over": "smart_disputes"}


def none_is_left_unanswered(at: Evidence) -> list[str]:
    """None had its deadline pass unanswered without a reason that people wanted or nobody could help."""
    return [said for one in at.played.scenario.passed if (said := explain(at, one)).startswith("BAD")]


def explain(at: Evidence, one: Missed) -> str:
    """Return why a dispute was unanswered at its deadline; `BAD` and a story where nothing explains it."""
    known = at.stripe.disputes[one.dispute_id]
    came = at.played.scenario.came[known.id]
    if one.by_stripe:
        return "left to Stripe"
    if one.due_by <= came:
        record = at.database.cases.get(known.id)
        steps = [step.note for step in record.history] if record else []
        return "came past due" if steps else f"BAD {known.id} came past due and is not recorded"
    if at.acted(known.id, one.due_by, "reject", "accept_loss"):
        return "a person decided so"
    return _explain_end(at, one, came)


def _explain_end(at: Evidence, one: Missed, came: datetime) -> str:
    fired = [row for row in at.played.rebut.plans.log if row.dispute_id == one.dispute_id and row.name == LAST_CHANCE]
    last = max((row.at for row in fired if row.at <= one.due_by), default=None)
    if last and at.called(one.dispute_id, last - timedelta(seconds=1), one.due_by):
        return "called to the end"
    planned = last or max(came, one.due_by - timedelta(hours=12))
    if at.unable(planned, one.due_by):
        return "nobody was there"
    if at.stripe.disputes[one.dispute_id].stage in NEVER_LATE:
        return "inquiry or appeal"
    states = [(f"{since:%m-%d %H:%M}", state) for since, state in at.database.states[one.dispute_id]]
    return f"BAD {one.dispute_id} came {came:%m-%d %H:%M}, due {one.due_by:%m-%d %H:%M}, last chance {last}, {states}"


def stripe_answered_only_as_chosen(at: Evidence) -> list[str]:
    """Stripe answered by itself only where the policy, or a named person, said so."""
    handed = {call.dispute_id for call in at.stripe.calls if call.what == "hand_over"}
    bad = []
    for one in at.played.scenario.passed:
        known = at.stripe.disputes[one.dispute_id]
        shared = at.played.rebut.deps.account(known.account).policy.submission_method == "prefer_manual"
        unable = at.unable(at.played.scenario.came[known.id], one.due_by)
        if (
            one.by_stripe
            and known.id not in handed
            and not (shared and one.by_stripe == "prefer_manual")
            and not unable
        ):
            came = at.played.scenario.came[known.id]
            states = at.database.states[known.id]
            bad.append(f"{known.id} {one.by_stripe} came {came:%m-%d %H:%M} due {one.due_by:%m-%d %H:%M} {states}")
    return bad


def queues_of_people_never_file_by_themselves(at: Evidence) -> list[str]:
    """Nothing that cannot be taken back was done without a verdict, a lane that may, or a reviewer's choice."""
    made = [call for call in at.stripe.calls if call.what in VERDICTS]
    return [f"{call.dispute_id} {call.what} {call.at}" for call in made if not _is_allowed(at, call)]


def _is_allowed(at: Evidence, call: Call) -> bool:
    known = at.stripe.disputes[call.dispute_id]
    lane = at.lane(known)
    policy = lane.files and (call.what == "submit" or lane.at_last == CHOICES[call.what])
    chosen = at.chose(known, call.at, CHOICES[call.what])
    return policy or chosen or at.acted(known.id, call.at, *VERDICTS[call.what])


def each_timer_fires_once(at: Evidence) -> list[str]:
    """No timer fired twice in its round, but for one that fired before its time, by a clock that was ahead."""
    rows = [row for row in at.played.rebut.plans.log if not row.dropped and row.fired >= row.at]
    fired = Counter((row.dispute_id, row.round, row.name) for row in rows)
    return [f"{key} fired {count} times" for key, count in fired.items() if count > 1]


def lateness(at: Evidence) -> list[tuple[float, str]]:
    """Return by how many seconds each timer was late, of those in which Rebut could have seen to it."""
    found = []
    for row in at.played.rebut.plans.log:
        since = max(row.at, row.written)
        busy = at.working(row.dispute_id)
        late = at.world.up_seconds(since, row.fired, *WORKS, but=busy) if since < row.fired else 0.0
        found.append(
            (late, f"{row.dispute_id} {row.name} {'dropped' if row.dropped else 'fired'} {row.at} {row.fired}")
        )
    return sorted(found, reverse=True)


def none_fires_late(at: Evidence) -> list[str]:
    """Every timer that was due while its case waited and Rebut was up fired within a sweep."""
    late = [f"{said}, {seconds:.0f} s" for seconds, said in lateness(at) if seconds > SWEEP]
    left = at.database.timers.unfired(at.played.end - timedelta(minutes=20))
    return late + [f"{dispute_id} {round_} {timer.name} never fired" for dispute_id, round_, timer in left]


def filed_once_a_stage(at: Evidence) -> list[str]:
    """No answer was submitted, and none closed, more than once a stage."""
    made = Counter(
        (call.dispute_id, call.stage, call.what) for call in at.stripe.calls if call.what in {"submit", "close"}
    )
    return [f"{key} {count} times" for key, count in made.items() if count > 1]
