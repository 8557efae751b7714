"""Shares and how sure they are: Wilson's 95 % interval, which stays honest near none and near all."""

from collections.abc import Iterable
from math import sqrt

from disputes.model import Value

_Z = 1.959964  # the normal deviate of 95 %


class Proportion(Value):
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share; all of nothing is 1."""
        return self.hits / self.of if self.of else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """The interval that holds the true share 95 times in 100; of nothing it is 0 to 1."""
        if not self.of:
            return 0.0, 1.0
        p, n = self.value, self.of
        middle, spread = p + _Z**2 / (2 * n), _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        scale = 1 + _Z**2 / n
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)

    def plus(self, other: "Proportion") -> "Proportion":
        """Join two shares of separate things."""
        return Proportion(hits=self.hits + other.hits, of=self.of + other.of)


def share(told: Iterable[bool]) -> Proportion:
    """Count what is so among what was looked at."""
    seen = list(told)
    return Proportion(hits=sum(seen), of=len(seen))
