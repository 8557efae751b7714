from fnmatch import fnmatchcase
from random import Random
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Chance = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0)]
Kind = Literal["429", "lock_timeout", "500", "timeout_before", "timeout_after", "reset", "slow", "page_limit"]


class FaultSettings(BaseModel):
    """How badly this Stripe behaves: chances between 0 and 1, times in seconds.

    `duplicates` sends an event again under its id, `twins` again under another id; `paths` (globs) limits the request
    faults. A keyed POST that met `rate_500` replays that 500 for its key, as Stripe documents.
    """

    model_config = ConfigDict(extra="forbid")

    duplicates: Chance = 0.0
    twins: Chance = 0.0
    reorder: Chance = 0.0
    drop: Chance = 0.0
    delay: Seconds = 0.0
    retries: Annotated[int, Field(ge=0)] = 10
    backoff: Seconds = 0.5
    rate_429: Chance = 0.0
    rate_500: Chance = 0.0
    timeout_after_commit: Chance = 0.0
    hang: Seconds = 0.0
    latency: Seconds = 0.0
    outcome_delay: Seconds = 5.0
    paths: list[str] = []
    seed: int = 7


class Fault(BaseModel):
    """A fault for the next `times` requests of this method whose path matches the glob; `*` is any method.

    `timeout_before` and `reset` lose the request before any work, `timeout_after` loses only the answer; `slow` takes
    its idempotency key and then waits. The wait is the knob `hang`. `page_limit` finds too many pages in the evidence,
    as a Stripe does that counts more of them than this one.
    """

    model_config = ConfigDict(extra="forbid")

    method: str = "*"
    path: str = "*"
    kind: Kind
    times: Annotated[int, Field(ge=0)] = 1

    def matches(self, method: str, path: str) -> bool:
        """Say whether the fault is still armed for this request."""
        return self.times > 0 and fnmatchcase(method, self.method.upper()) and fnmatchcase(path, self.path)


class Faults:
    """Decides what goes wrong; the same seed and the same calls give the same faults, in whatever order they come."""

    def __init__(self, knobs: FaultSettings) -> None:
        self.knobs = knobs
        self.faults: list[Fault] = []
        self._rolls: dict[str, int] = {}

    def strikes(self, chance: float, name: str, subject: str) -> bool:
        """Roll for one thing that may happen to one subject."""
        if chance <= 0:
            return False
        key = f"{name}:{subject}"
        self._rolls[key] = count = self._rolls.get(key, 0) + 1
        return Random(f"{self.knobs.seed}:{key}:{count}").random() < chance  # noqa: S311 - chosen to repeat

    def request(self, method: str, path: str) -> Kind | None:
        """Give what befalls this request: an armed one-shot fault first, then the knobs."""
        for fault in self.faults:
            if fault.matches(method, path):
                fault.times -= 1
                return fault.kind
        knobs, subject = self.knobs, f"{method} {path}"
        if knobs.paths and not any(fnmatchcase(path, glob) for glob in knobs.paths):
            return None
        chances: tuple[tuple[Kind, float], ...] = (
            ("429", knobs.rate_429),
            ("500", knobs.rate_500),
            ("timeout_after", knobs.timeout_after_commit),
        )
        return next((kind for kind, chance in chances if self.strikes(chance, kind, subject)), None)
