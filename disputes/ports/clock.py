"""The clock, passed in so that no rule reads it by itself."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Return the present moment, aware UTC."""
        ...
