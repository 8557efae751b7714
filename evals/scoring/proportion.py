"""Proportions with Wilson's 95 % interval, which stays sound near 0 and near 1."""

from collections.abc import Iterable
from math import sqrt

from disputes.model import Value

_Z = 1.959964  # the normal deviate of 95 %


class Proportion(Value):
    """A count of `hits` among `of`."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share from 0 to 1; it is 1 where there is nothing to count."""
        return self.hits / self.of if self.of else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share; it is 0 to 1 where there is nothing to count."""
        if not self.of:
            return 0.0, 1.0
        p, n = self.value, self.of
        middle, spread = p + _Z**2 / (2 * n), _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        scale = 1 + _Z**2 / n
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)

    def plus(self, other: "Proportion") -> "Proportion":
        """Return the proportion over both of two separate groups."""
        return Proportion(hits=self.hits + other.hits, of=self.of + other.of)


def measure(values: Iterable[bool]) -> Proportion:
    """Return the proportion of true values."""
    flags = list(values)
    return Proportion(hits=sum(flags), of=len(flags))
