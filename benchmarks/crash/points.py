"""Where a worker dies: just before or just after a chosen call on a port, by its own SIGKILL."""

import inspect
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from disputes.repositories.outbox import OutboxMessage
from graph.checkpointer.saver import RedisSaver
from graph.wiring.deps import Deps

WATCHED = {
    "stripe": frozenset(("dispute", "upload", "stage", "enhance", "submit", "close")),
    "cases": frozenset(("save",)),
    "filings": frozenset(("intend", "finish")),
    "ledger": frozenset(("add",)),
    "outbox": frozenset(("put", "mark_sent")),
    "verdicts": frozenset(("mark_applied",)),
    "events": frozenset(("mark_handled",)),
    "sender": frozenset(("send",)),
}


class KillPoint(BaseModel):
    """The `turn`-th call of `port.call` that names `dispute` in this process, before or after it is made."""

    model_config = ConfigDict(frozen=True)

    port: str
    call: str
    turn: int
    when: Literal["before", "after"]
    dispute: str = ""

    def __str__(self) -> str:
        """Name the boundary."""
        return f"{self.when} {self.port}.{self.call} {self.turn}"


@dataclass
class Trap:
    """Counts the calls that name one dispute, notes them in a file where asked, and ends the process at the point."""

    point: KillPoint | None
    trace: Path | None = None
    dispute: str = ""
    seen: Counter[str] = field(default_factory=Counter)

    def passing(self, port: str, call: str, when: str, subject: str) -> None:
        """Note one side of a call, and die when it is the point."""
        if not self.dispute or self.dispute not in subject:
            return
        name = f"{when} {port}.{call}"
        self.seen[name] += 1
        if self.trace and when == "before":
            with self.trace.open("a", encoding="utf-8") as file:
                file.write(f"{port} {call} {self.seen[name]}\n")
        if self.point and str(self.point) == f"{name} {self.seen[name]}":
            os.kill(os.getpid(), signal.SIGKILL)

    async def around(self, port: str, call: str, subject: str, deed: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever the port gives
        """Make one call between its two boundaries."""
        self.passing(port, call, "before", subject)
        given = await deed()
        self.passing(port, call, "after", subject)
        return given


class TrappedPort:
    """A port whose watched calls pass the trap; everything else is the port itself."""

    def __init__(self, inner: object, name: str, trap: Trap) -> None:
        self._inner, self._name, self._trap = inner, name, trap

    def __getattr__(self, call: str) -> Any:  # noqa: ANN401 - stands for any port
        """Give the port's own attribute, watched where the table says so."""
        inner = getattr(self._inner, call)
        if call not in WATCHED[self._name] or not inspect.iscoroutinefunction(inner):
            return inner

        @wraps(inner)
        async def watched(*args: object, **more: object) -> Any:  # noqa: ANN401 - whatever the port gives
            return await self._trap.around(self._name, call, str(args), lambda: inner(*args, **more))

        return watched


class Saver(RedisSaver):
    """The product's saver, whose writes pass the trap."""

    trap: Trap

    async def aput(self, config: Any, *rest: Any) -> Any:  # noqa: ANN401 - the base class's own types, unread here
        """Store a checkpoint."""
        return await self.trap.around("saver", "aput", str(config), lambda: super(Saver, self).aput(config, *rest))

    async def aput_writes(self, config: Any, *rest: Any) -> None:  # noqa: ANN401 - the same
        """Store a task's writes."""
        put = super().aput_writes
        await self.trap.around("saver", "aput_writes", str(config), lambda: put(config, *rest))

    async def aprune(self, thread_ids: Any, *, strategy: str = "keep_latest") -> None:  # noqa: ANN401 - the same
        """Cut threads down."""
        prune = super().aprune
        await self.trap.around("saver", "aprune", str(thread_ids), lambda: prune(thread_ids, strategy=strategy))


@dataclass(frozen=True)
class Mailbox:
    """Delivers a message by one line in a file, which outlives a killed worker, so repeats can be counted."""

    path: Path

    async def send(self, message: OutboxMessage) -> None:
        """Write the message's key."""
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, f"{message.key}\n".encode())
        os.close(handle)


def arm(deps: Deps, trap: Trap, mailbox: Mailbox) -> Deps:
    """Give the same ports with the trap before them, and messages delivered into the mailbox."""
    ports = {name: getattr(deps, name) for name in WATCHED} | {"sender": mailbox}
    trapped: dict[str, Any] = {name: TrappedPort(port, name, trap) for name, port in ports.items()}
    return replace(deps, **trapped)
