"""A dictionary for rows of which most are over."""

from collections.abc import Iterable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Shelf(dict[K, V], Generic[K, V]):
    """A dictionary whose iteration passes over what was put aside, and whose look-ups find that too."""

    def __init__(self) -> None:
        super().__init__()
        self.aside: dict[K, V] = {}

    def get(self, key: K, default: V | None = None) -> V | None:  # type: ignore[override]
        """Return the value of a key, put aside or not."""
        return super().get(key, self.aside.get(key, default))

    def __missing__(self, key: K) -> V:
        return self.aside[key]

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self.aside

    def __delitem__(self, key: K) -> None:
        if key in self.aside:
            del self.aside[key]
        else:
            super().__delitem__(key)

    def setdefault(self, key: K, default: V) -> V:
        """Take a value back where it was put aside, or set it."""
        if key in self.aside:
            self[key] = self.aside.pop(key)
        return super().setdefault(key, default)

    def put_aside(self, keys: Iterable[K]) -> None:
        """Put these aside."""
        for key in list(keys):
            self.aside[key] = self.pop(key)
