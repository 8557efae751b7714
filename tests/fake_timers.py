"""The rows of timers, kept in memory in the order in which they are due."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from operator import itemgetter

from disputes.lifecycle.plan import Timer

Entry = tuple[datetime, str, int, str, str]
Row = tuple[str, str, Timer]
_AT = itemgetter(0)


class FakeTimers:
    """Timers by dispute, round and name. Those to come and those that fired are each in order, to be found at once."""

    def __init__(self) -> None:
        self._rounds: dict[str, dict[str, dict[str, Timer]]] = {}
        self._places: dict[tuple[str, str], int] = {}
        self._unfired: list[Entry] = []
        self._fired: list[Entry] = []

    def of(self, dispute_id: str, round_: str) -> dict[str, Timer]:
        """Return the timers of a round by name."""
        return dict(self._rounds.get(dispute_id, {}).get(round_, {}))

    def rounds(self, dispute_id: str) -> list[str]:
        """Return the rounds of a dispute."""
        return list(self._rounds.get(dispute_id, ()))

    def put(self, dispute_id: str, round_: str, timer: Timer) -> None:
        """Keep a timer, in place of the one of its name."""
        self.end(dispute_id, round_, timer.name)
        self._rounds.setdefault(dispute_id, {}).setdefault(round_, {})[timer.name] = timer
        insort(self._order(timer), self._entry(dispute_id, round_, timer))

    def end(self, dispute_id: str, round_: str, name: str) -> None:
        """Forget a timer, if there is one."""
        timer = self._rounds.get(dispute_id, {}).get(round_, {}).pop(name, None)
        if timer is not None:
            order = self._order(timer)
            del order[bisect_left(order, self._entry(dispute_id, round_, timer))]

    def unfired(self, until: datetime | None = None) -> Iterator[Row]:
        """Yield dispute, round and timer of all that are yet to fire, the earliest first; none may change meanwhile."""
        end = None if until is None else bisect_right(self._unfired, until, key=_AT)
        return map(self._find, islice(self._unfired, end))

    def fired(self, after: datetime) -> list[Row]:
        """Return dispute, round and timer of all that fired though they are due after a moment."""
        return [self._find(entry) for entry in self._fired[bisect_right(self._fired, after, key=_AT) :]]

    def _order(self, timer: Timer) -> list[Entry]:
        return self._unfired if timer.fired_at is None else self._fired

    def _entry(self, dispute_id: str, round_: str, timer: Timer) -> Entry:
        place = self._places.setdefault((dispute_id, round_), len(self._places))
        return timer.at, timer.name, place, dispute_id, round_

    def _find(self, entry: Entry) -> Row:
        _, name, _, dispute_id, round_ = entry
        return dispute_id, round_, self._rounds[dispute_id][round_][name]
