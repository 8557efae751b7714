"""The time of a simulation, what happens in it, and which parts are down: all of it seeded."""

import heapq
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 10, 10, 6, tzinfo=UTC)
"""Before the clocks of Berlin and New York go back; half a year later both have gone forward again."""
Happening = Callable[[], Awaitable[None]]
Span = tuple[datetime, datetime]


@dataclass
class World:
    """The true time, Rebut's own clock beside it, and the happenings to come."""

    chance: random.Random
    true: datetime = START
    skew: timedelta = timedelta()
    ahead: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def now(self) -> datetime:
        """Return the true time, as Stripe has it."""
        return self.true

    def clock(self) -> datetime:
        """Return what Rebut's clock says."""
        return self.true + self.skew

    def luck(self, share: float) -> bool:
        """Return whether something happens that does in this share of all times."""
        return self.chance.random() < share

    def at(self, when: datetime, happening: Happening) -> None:
        """Let something happen at a time, or at once where that has passed."""
        heapq.heappush(self.ahead, (max(when, self.true), next(self.numbers), happening))

    def later(self, happening: Happening, **more: float) -> None:
        """Let something happen after a while."""
        self.at(self.true + timedelta(**more), happening)

    async def pass_to(self, until: datetime) -> None:
        """Go on to a time, at which no more than what is due then happens."""
        self.true = max(self.true, until)
        while self.ahead and self.ahead[0][0] <= self.true:
            await heapq.heappop(self.ahead)[2]()

    def is_down(self, *parts: str, at: datetime | None = None) -> bool:
        """Return whether one of these parts is down."""
        moment = at or self.true
        return any(a <= moment < b for part in parts for a, b in self.spans.get(part, ()))

    def up_seconds(self, since: datetime, until: datetime, *parts: str, but: tuple[Span, ...] = ()) -> float:
        """Return for how many seconds of a time none of these parts was down, `but` these spans."""
        away = sorted([*(span for part in parts for span in self.spans.get(part, ())), *but])
        total, reached = 0.0, since
        for began, ended in away:
            if ended > reached and began < until:
                total += max(0.0, (began - reached).total_seconds())
                reached = max(reached, ended)
        return total + max(0.0, (until - reached).total_seconds())


def spread(world: World, days: int, kinds: dict[str, tuple[tuple[int, float, float], ...]]) -> None:
    """Draw when each part is down: for each, how many times, and between how many and how many hours."""
    for part, rows in kinds.items():
        drawn = [_draw(world.chance, days, low, high) for number, low, high in rows for _ in range(number)]
        world.spans[part] = _joined(sorted(drawn))


def _draw(chance: random.Random, days: int, low: float, high: float) -> Span:
    began = START + timedelta(seconds=5 * round(chance.uniform(1, days - 12) * 17_280))
    return began, began + timedelta(seconds=5 * round(chance.uniform(low, high) * 720))


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for began, ended in spans:
        if joined and began <= joined[-1][1] + timedelta(hours=2):
            joined[-1] = (joined[-1][0], max(ended, joined[-1][1]))
        else:
            joined.append((began, ended))
    return joined
