"""What holds of every sequence of moves, whatever the situation it begins in."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from disputes.lifecycle.moves import (
    Continue,
    Discard,
    Expire,
    Refresh,
    Restore,
    Resume,
    RunView,
    Settle,
    Start,
    is_last,
    next_move,
)
from tests.disputes.lifecycle.rules import version_of
from tests.disputes.lifecycle.situations import FINE, READINGS, STATES, STATUSES, a_reading, a_record, situation

MOST_MOVES = 8
FRESH = a_reading("unchanged")

situations = st.builds(
    situation,
    st.sampled_from(STATES),
    st.sampled_from(STATUSES),
    st.tuples(*(st.sampled_from(axis) for axis in FINE)),
)
readings = st.sampled_from([reading for reading in READINGS if reading != "unread"])


def with_verdict(verdict, states):
    """Every situation in which a person could have taken the verdict that waits."""
    stored, threads, _, fresh, filings = FINE
    drafted = tuple(name for name in stored if not name.startswith("no case"))
    axes = (drafted, threads, (verdict,), fresh, filings)
    fine = st.tuples(*(st.sampled_from(axis) for axis in axes))
    return st.builds(situation, st.sampled_from(states), st.sampled_from(STATUSES), fine)


with_ruling = with_verdict("approve", ("waiting", "parked"))
with_call = with_verdict("redraft", ("waiting", "parked", "rejected", "recorded"))


def drives(at, reading, before=()):
    """Yield every sequence of moves from a situation, each with the situation it was decided in."""
    move = next_move(at)
    drive = (*before, (at, move))
    assert len(drive) <= MOST_MOVES, [type(step).__name__ for _, step in drive]
    if is_last(move):
        yield drive
        return
    for changes in after(at, move, reading):
        yield from drives(at.model_copy(update=changes), reading, drive)


def after(at, move, reading):
    """Return what a move that is not the last can leave behind, as changes of the situation."""
    above = move.above if isinstance(move, (Restore, Discard)) else 0
    higher = max(version_of(at), above) + 1
    ran = [ran_to(at, "filed", "ended", higher), ran_to(at, "waiting", "suspended", higher)]
    known = at.record or a_record("working", "no case", version=0)
    same = ran_to(at, known.state, "suspended", version_of(at)) | {"verdict": at.verdict}
    noted = {"verdict": None, "record": known.model_copy(update={"version": higher})}
    changes: dict[type, list[dict[str, Any]]] = {
        Refresh: [{"fresh": reading}],
        Discard: [{"run": RunView()} | (noted if is_told(move) else {})],
        Expire: [{"verdict": None} | (noted if at.record else {})],
        Restore: [ran_to(at, "waiting", "suspended", higher) if is_told(move) else same],
        Continue: ran,
        Resume: ran,
    }
    return changes[type(move)]


def is_told(move):
    """Whether a thread's end makes a new version of its case: whoever's verdict waited is told that it lapsed."""
    if isinstance(move, Restore):
        return bool(move.reason)
    return isinstance(move, Discard) and bool(move.refused or move.above)


def ran_to(at, state, status, version):
    """Return what a run leaves that saved its case: any verdict is carried out, or lapsed with a word."""
    known = at.record or a_record("working")
    record = known.model_copy(update={"state": state, "version": version})
    drafted = record.case.dispute if record.case else FRESH
    run = RunView(status=status, version=version, steps=record.history, dispute=drafted)
    return {"record": record, "run": run, "verdict": None, "fresh": None}


@given(situations, readings)
def test_every_drive_ends(at, reading):
    for drive in drives(at, a_reading(reading)):
        assert is_last(drive[-1][1])


@given(situations, readings)
def test_only_a_sealed_thread_of_our_shape_and_the_version_on_record_goes_on(at, reading):
    for drive in drives(at, a_reading(reading)):
        for decided, move in drive:
            if isinstance(move, (Continue, Resume)):
                assert decided.run.sealed
                assert not decided.run.older
                assert decided.run.version == version_of(decided)


@given(situations, readings)
def test_only_a_verdict_on_the_version_on_record_is_carried_out(at, reading):
    for drive in drives(at, a_reading(reading)):
        for decided, move in drive:
            if isinstance(move, Resume):
                assert move.verdict.version == version_of(decided)
                assert move.verdict.decision != "redraft"


@given(situations, readings)
def test_no_version_that_a_run_of_ours_reached_is_used_again(at, reading):
    for drive in drives(at, a_reading(reading)):
        for decided, move in drive:
            if decided.run.sealed and decided.run.version > version_of(decided) and not isinstance(move, Expire):
                assert isinstance(move, (Restore, Discard))
                assert move.above == decided.run.version


@given(with_ruling, readings)
def test_a_persons_ruling_is_carried_out_or_ends_with_a_version_that_says_why(at, reading):
    for drive in drives(at, a_reading(reading)):
        _, move = next(step for step in drive if ends_verdict(step[1]))
        assert isinstance(move, (Resume, Continue)) or (isinstance(move, Restore) and move.reason)


@given(with_call, readings)
def test_a_persons_call_for_a_new_draft_is_heard_or_told_to_be_over(at, reading):
    for drive in drives(at, a_reading(reading)):
        decided, move = next(step for step in drive if ends_verdict(step[1]))
        if isinstance(move, (Expire, Settle)):  # a settled record's new version ends it with a message
            assert decided.fresh
            assert decided.record.state in {"rejected", "recorded"}
        else:
            assert move == Start() or is_told(move)


def ends_verdict(move):
    """Whether a verdict that waits is over after a move, carried out or not: whoever saves the case ends it."""
    return isinstance(move, (Resume, Continue, Start, Expire, Settle)) or is_told(move)


@given(situations, readings)
def test_nothing_is_read_at_stripe_twice_without_a_run_in_between(at, reading):
    for drive in drives(at, a_reading(reading)):
        for decided, move in drive:
            assert decided.fresh is None or not isinstance(move, Refresh)
