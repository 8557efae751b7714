"""The faults a simulated Stripe can be asked for, and the decision which request or event meets one."""

from fnmatch import fnmatchcase
from random import Random
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Chance = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0)]
FaultKind = Literal["429", "lock_timeout", "500", "timeout_before", "timeout_after", "reset", "slow", "page_limit"]


class FaultSettings(BaseModel):
    """How often each fault happens (chances between 0 and 1), and the delays in seconds.

    `duplicates` sends an event again under its id, `twins` again under another id. `paths` (globs) limits the request
    faults. A POST with an idempotency key that met `rate_500` replays that 500 for its key, as Stripe documents.
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
    """A fault for the next `times` requests with this method and a path that matches the glob; `*` is any method.

    `timeout_before` and `reset` lose the request before anything is executed, `timeout_after` loses only the answer.
    `slow` takes the request's idempotency key and then waits for `FaultSettings.hang` seconds. `page_limit` refuses the
    evidence for too many pages, as Stripe does when it counts more of them than this simulator.
    """

    model_config = ConfigDict(extra="forbid")

    method: str = "*"
    path: str = "*"
    kind: FaultKind
    times: Annotated[int, Field(ge=0)] = 1

    def matches(self, method: str, path: str) -> bool:
        """Return whether the fault applies to this request."""
        return self.times > 0 and fnmatchcase(method, self.method.upper()) and fnmatchcase(path, self.path)


class Faults:
    """Decides which faults happen; the same seed and the same calls, in any order, give the same faults."""

    def __init__(self, settings: FaultSettings) -> None:
        self.settings = settings
        self.armed: list[Fault] = []
        self._rolls: dict[str, int] = {}

    def roll(self, chance: float, name: str, subject: str) -> bool:
        """Return whether one kind of fault happens to one subject this time."""
        if chance <= 0:
            return False
        key = f"{name}:{subject}"
        self._rolls[key] = count = self._rolls.get(key, 0) + 1
        return Random(f"{self.settings.seed}:{key}:{count}").random() < chance  # noqa: S311 - chosen to repeat

    def for_request(self, method: str, path: str) -> FaultKind | None:
        """Return the fault for this request, if any: an armed one-shot fault first, then one by chance."""
        for fault in self.armed:
            if fault.matches(method, path):
                fault.times -= 1
                return fault.kind
        settings, subject = self.settings, f"{method} {path}"
        if settings.paths and not any(fnmatchcase(path, glob) for glob in settings.paths):
            return None
        chances: tuple[tuple[FaultKind, float], ...] = (
            ("429", settings.rate_429),
            ("500", settings.rate_500),
            ("timeout_after", settings.timeout_after_commit),
        )
        return next((kind for kind, chance in chances if self.roll(chance, kind, subject)), None)
