"""Where a worker is killed: just before or just after a chosen call on a port, by its own SIGKILL."""

import inspect
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from disputes.repositories.outbox import OutboxMessage
from graph.checkpointer.saver import RedisSaver
from graph.wiring.deps import Deps

TRAPPED_CALLS = {
    "stripe": frozenset(("dispute", "upload", "stage", "enhance", "submit", "close")),
    "cases": frozenset(("save",)),
    "permits": frozenset(("grant",)),
    "filings": frozenset(("intend", "finish")),
    "ledger": frozenset(("add",)),
    "outbox": frozenset(("put", "mark_sent")),
    "verdicts": frozenset(("lapse",)),
    "events": frozenset(("unhandled_of", "mark_handled")),
    "sender": frozenset(("send",)),
}

_drives_it: ContextVar[bool] = ContextVar("_drives_it", default=False)
"""Whether the task at hand drives the dispute of the trap."""


class KillPoint(BaseModel):
    """The `number`-th call of `port.call` that names `dispute` in this process, before or after it is made."""

    model_config = ConfigDict(frozen=True)

    port: str
    call: str
    number: int
    when: Literal["before", "after"]
    dispute: str = ""

    def __str__(self) -> str:
        """Return the boundary's name."""
        return f"{self.when} {self.port}.{self.call} {self.number}"


@dataclass
class Trap:
    """Counts the calls that name one dispute, writes them to any trace file, and kills the process at the point."""

    point: KillPoint | None
    trace: Path | None = None
    dispute: str = ""
    counts: Counter[str] = field(default_factory=Counter)

    def pass_side(self, port: str, call: str, when: str, subject: str) -> None:
        """Count one side of a call, and kill the process when it is the point."""
        if not self._names(call, subject):
            return
        name = f"{when} {port}.{call}"
        self.counts[name] += 1
        if self.trace and when == "before":
            with self.trace.open("a", encoding="utf-8") as file:
                file.write(f"{port} {call} {self.counts[name]}\n")
        if self.point and str(self.point) == f"{name} {self.counts[name]}":
            os.kill(os.getpid(), signal.SIGKILL)

    def _names(self, call: str, subject: str) -> bool:
        # Events are marked by their ids, of which there may be none: the drive that asked for them is the one.
        return bool(self.dispute) and (self.dispute in subject or (call == "mark_handled" and _drives_it.get()))

    async def call_between(self, port: str, call: str, subject: str, make_call: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever the port gives
        """Make one call, passing the boundaries before and after it."""
        self.pass_side(port, call, "before", subject)
        result = await make_call()
        self.pass_side(port, call, "after", subject)
        if call == "unhandled_of":
            _drives_it.set(self._names(call, subject))
        return result


class TrappedPort:
    """A port whose listed calls pass the trap; everything else is the port itself."""

    def __init__(self, inner: object, name: str, trap: Trap) -> None:
        self._inner, self._name, self._trap = inner, name, trap

    def __getattr__(self, call: str) -> Any:  # noqa: ANN401 - stands for any port
        """Return the port's own attribute, trapped if it is one of `TRAPPED_CALLS`."""
        inner = getattr(self._inner, call)
        if call not in TRAPPED_CALLS[self._name] or not inspect.iscoroutinefunction(inner):
            return inner

        @wraps(inner)
        async def trapped_call(*args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever the port gives
            return await self._trap.call_between(self._name, call, str(args), lambda: inner(*args, **kwargs))

        return trapped_call


class TrappedSaver(RedisSaver):
    """Rebut's saver, whose writes pass the trap."""

    trap: Trap

    async def aput(self, config: Any, *rest: Any) -> Any:  # noqa: ANN401 - the base class's own types, unread here
        """Store a checkpoint."""
        return await self.trap.call_between(
            "saver", "aput", str(config), lambda: super(TrappedSaver, self).aput(config, *rest)
        )

    async def aput_writes(self, config: Any, *rest: Any) -> None:  # noqa: ANN401 - the same
        """Store a task's writes."""
        put = super().aput_writes
        await self.trap.call_between("saver", "aput_writes", str(config), lambda: put(config, *rest))

    async def aprune(self, thread_ids: Any, *, strategy: str = "keep_latest") -> None:  # noqa: ANN401 - the same
        """Prune threads."""
        prune = super().aprune
        await self.trap.call_between("saver", "aprune", str(thread_ids), lambda: prune(thread_ids, strategy=strategy))


@dataclass(frozen=True)
class Mailbox:
    """A sender that writes a line to a file for each message; the file survives a kill, so repeats can be counted."""

    path: Path

    async def send(self, message: OutboxMessage) -> None:
        """Write the message's key."""
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, f"{message.key}\n".encode())
        os.close(handle)


def trap_ports(deps: Deps, trap: Trap, mailbox: Mailbox) -> Deps:
    """Return the same ports with their calls trapped, and messages delivered into the mailbox."""
    ports = {name: getattr(deps, name) for name in TRAPPED_CALLS} | {"sender": mailbox}
    trapped: dict[str, Any] = {name: TrappedPort(port, name, trap) for name, port in ports.items()}
    return replace(deps, **trapped)
