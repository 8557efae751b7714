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
from tests.disputes.lifecycle.rules import is_live
from tests.disputes.lifecycle.situations import FINE, READINGS, STATES, STATUSES, a_reading, situation

MOST_MOVES = 8
FRESH = a_reading("unchanged")

situations = st.builds(
    situation,
    st.sampled_from(STATES),
    st.sampled_from(STATUSES),
    st.tuples(*(st.sampled_from(axis) for axis in FINE)),
)
with_live_verdict = situations.filter(is_live)
readings = st.sampled_from([reading for reading in READINGS if reading != "unread"])


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
    """Return what a move can leave behind, as changes of the situation."""
    steps = at.record.history if at.record else ()
    drafted = at.record.case.dispute if at.record and at.record.case else FRESH
    ended = {"run": RunView(status="ended", steps=steps, dispute=drafted), "fresh": None}
    suspended = {"run": RunView(status="suspended", steps=steps, dispute=drafted), "fresh": None}
    applied = {"verdict": None}
    changes: dict[type, list[dict[str, Any]]] = {
        Refresh: [{"fresh": reading}],
        Discard: [{"run": RunView()}],
        Expire: [applied],
        Restore: [suspended],
        Continue: [ended, suspended],
        Resume: [{**ended, **applied}, {**suspended, **applied}],
        Start: [{**ended, **applied}, {**suspended, **applied}],
    }
    return changes[type(move)]


@given(situations, readings)
def test_every_drive_ends(at, reading):
    for drive in drives(at, a_reading(reading)):
        assert is_last(drive[-1][1])


@given(with_live_verdict, readings)
def test_a_persons_live_verdict_is_never_lost(at, reading):
    for drive in drives(at, a_reading(reading)):
        decided, move = next((step for step in drive if takes(at.verdict, step[1])), drive[-1])
        if isinstance(move, (Expire, Settle)):  # a settled record's new version leaves the verdict to the next drive
            assert decided.fresh
            assert decided.run.status in {"none", "ended"}
            assert decided.record.state in {"filed", "accepted", "rejected", "recorded", "closed"}
        else:
            assert move in (Resume(verdict=at.verdict), Start(verdict=at.verdict.version))


def takes(verdict, move):
    """Whether a move carries out a verdict, or marks it as applied."""
    return move in (Resume(verdict=verdict), Start(verdict=verdict.version), Expire(version=verdict.version))


@given(situations, readings)
def test_nothing_is_read_at_stripe_twice_without_a_run_in_between(at, reading):
    for drive in drives(at, a_reading(reading)):
        for decided, move in drive:
            assert decided.fresh is None or not isinstance(move, Refresh)
